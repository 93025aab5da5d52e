package dev.sigillo.inspect;

/** What was named cannot be looked at: it says what it is, what would be right, and what to do next. */
public final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
        super(message);
    }

    UnusableException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The sentence for a person. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
