package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.bytes.Bytes;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The results as JUnit XML, which every build server shows: one case a fault. */
final class DrillReport {
    private static final String SUITE = "sigillo drill";

    private DrillReport() {}

    static Bytes xml(List<DrillResult> results) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", SUITE);
            xml.writeAttribute("tests", Integer.toString(results.size()));
            xml.writeAttribute("failures", count(results, false));
            xml.writeAttribute("errors", count(results, true));
            xml.writeAttribute(
                    "time",
                    seconds(results.stream().mapToDouble(DrillReport::time).sum()));
            for (DrillResult result : results) {
                one(xml, result);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException("text in memory cannot be written", impossible);
        }
        return Bytes.utf8(text + "\n");
    }

    private static void one(XMLStreamWriter xml, DrillResult result) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", SUITE);
        xml.writeAttribute("name", result.fault().word());
        xml.writeAttribute("time", seconds(time(result)));
        if (!result.passed()) {
            xml.writeStartElement(isError(result) ? "error" : "failure");
            xml.writeAttribute("type", result.outcome().word());
            xml.writeAttribute("message", result.words());
            xml.writeEndElement();
        }
        xml.writeStartElement("system-out");
        xml.writeCharacters(Json.text(result.json()));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static boolean isError(DrillResult result) {
        return result.outcome() == DrillResult.Outcome.FAILED;
    }

    private static String count(List<DrillResult> results, boolean errors) {
        return Long.toString(results.stream()
                .filter(result -> !result.passed() && isError(result) == errors)
                .count());
    }

    private static double time(DrillResult result) {
        return result.seconds().orElse(0.0);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }
}
