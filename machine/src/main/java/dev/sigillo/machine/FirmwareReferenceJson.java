package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.machine.FirmwareReference.MeasuredEvent;
import java.nio.file.Path;
import java.util.List;

/** A probe's answer as a file of the cache. */
final class FirmwareReferenceJson {
    private FirmwareReferenceJson() {}

    record Document(String key, List<Line> events) {}

    record Line(int pcr, String type, String sha256, String component) {}

    static FirmwareReference read(Path file) {
        Document document = Json.read(file, Document.class);
        return new FirmwareReference(
                document.events().stream()
                        .map(line -> new MeasuredEvent(
                                line.pcr(), line.type(), Bytes.fromHex(line.sha256()), line.component()))
                        .toList(),
                document.key());
    }

    static void write(Path file, FirmwareReference reference) {
        Json.write(
                file,
                new Document(
                        reference.key(),
                        reference.events().stream()
                                .map(event -> new Line(
                                        event.pcr(),
                                        event.type(),
                                        event.sha256().hex(),
                                        event.component()))
                                .toList()));
    }
}
