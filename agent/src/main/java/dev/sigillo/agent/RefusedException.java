package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;

/** The enrolment server answered that this machine may not join, or not in this way. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MAX_FINDINGS = 10;

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int OUT_OF_TURN = 409;
    private static final int NOT_READY = 503;

    private final int status;
    private final transient List<String> findings;

    private RefusedException(int status, String message, List<String> findings) {
        super(message);
        this.status = status;
        this.findings = findings;
    }

    /** Whether the server judged. */
    boolean isVerdict() {
        return status == FORBIDDEN;
    }

    /** Whether the server cannot judge at this moment, whatever it is sent. */
    boolean isBusy() {
        return status == NOT_READY;
    }

    /** Whether the server lacks what the request rests on, or does not know such requests. */
    boolean knowsTooLittle() {
        return status == OUT_OF_TURN || status == NOT_FOUND;
    }

    /** Whether the same may be asked again soon: the server cannot judge yet, or has another round open. */
    boolean isNotYet() {
        return status == NOT_READY || status == OUT_OF_TURN;
    }

    /** One line for each finding that the server sent. */
    List<String> findings() {
        return findings;
    }

    /** Reads {@code {"error":{"code","message","findings":[…]}}}, where a finding is a sentence or an object. */
    static RefusedException from(HttpsClient.Reply reply) {
        try {
            Json.Obj error = JsonReader.readObject(reply.body().toByteArray()).object("error");
            List<String> findings = new ArrayList<>();
            for (Json each : error.array("findings")) {
                if (findings.size() == MAX_FINDINGS) {
                    break;
                }
                if (each instanceof Json.Text(String sentence)) {
                    findings.add(sentence);
                } else if (each instanceof Json.Obj finding) {
                    findings.add(line(finding));
                }
            }
            return new RefusedException(
                    reply.status(),
                    Shapes.printable(error.text("message") + " ("
                            + error.findText("code").orElse("no code") + ")"),
                    findings);
        } catch (MalformedException e) {
            return new RefusedException(
                    reply.status(), "HTTP " + reply.status() + " without an explanation", List.of());
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
