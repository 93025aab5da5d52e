package dev.sigillo.reference;

/** Why it cannot be told from these files what a boot measures, or that they would not boot; the message says what would. */
public final class UnpredictableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnpredictableException(String message) {
        super(message);
    }
}
