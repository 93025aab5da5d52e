package dev.sigillo.enrolment;

import dev.sigillo.attest.Finding;
import java.util.List;

/** A node's request that is not granted, in the words that its console and the logs show. */
public final class EnrolmentRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<Finding> findings;

    public EnrolmentRefused(int status, String code, String message) {
        this(status, code, message, List.of());
    }

    /** @param findings what did not hold; empty when it did not come to a verdict */
    public EnrolmentRefused(int status, String code, String message, List<Finding> findings) {
        super(message);
        this.status = status;
        this.code = code;
        this.findings = List.copyOf(findings);
    }

    /** HTTP status: 400 malformed, 403 refused, 404 no such machine, 409 out of turn, 503 not ready yet. */
    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public List<Finding> findings() {
        return findings;
    }

    static EnrolmentRefused malformed(String message) {
        return new EnrolmentRefused(400, "Malformed", message);
    }

    static EnrolmentRefused outOfTurn(String message) {
        return new EnrolmentRefused(409, "OutOfTurn", message);
    }

    static EnrolmentRefused notReady(String message) {
        return new EnrolmentRefused(503, "NotReady", message);
    }
}
