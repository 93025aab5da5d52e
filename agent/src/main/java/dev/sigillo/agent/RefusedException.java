package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;

/** The enrolment server answered that this machine may not join, or not in this way. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MAX_FINDINGS = 10;

    private final transient List<String> findings;

    private RefusedException(String message, List<String> findings) {
        super(message);
        this.findings = findings;
    }

    /** One line for each finding that the server sent: component, expected, was, where. */
    List<String> findings() {
        return findings;
    }

    /** Reads {@code {"error":{"code","message","findings":[…]}}}; another body is quoted shortly. */
    static RefusedException from(HttpsClient.Reply reply) {
        try {
            Json.Obj error = JsonReader.readObject(reply.body().toByteArray()).object("error");
            List<String> findings = new ArrayList<>();
            for (Json each : error.array("findings")) {
                if (each instanceof Json.Obj finding && findings.size() < MAX_FINDINGS) {
                    findings.add(line(finding));
                }
            }
            return new RefusedException(
                    Shapes.printable(error.text("message") + " ("
                            + error.findText("code").orElse("no code") + ")"),
                    findings);
        } catch (MalformedException e) {
            return new RefusedException("HTTP " + reply.status() + " without an explanation", List.of());
        }
    }

    private static String line(Json.Obj finding) throws MalformedException {
        StringBuilder line = new StringBuilder(finding.findText("component").orElse("a component"));
        for (String member : List.of("expected", "was", "where", "missing")) {
            if (finding.find(member).orElse(new Json.Nothing()) instanceof Json.Text(String text)) {
                line.append("; ").append(member).append(": ").append(text);
            }
        }
        return Shapes.printable(line.toString());
    }
}
