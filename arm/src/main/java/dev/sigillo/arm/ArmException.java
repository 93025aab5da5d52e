package dev.sigillo.arm;

/** A request or an operation that cannot go on, in the words that its sender will read. */
public final class ArmException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ArmError error;
    private final String target;

    /** @param target the field or resource at fault; empty when there is none */
    public ArmException(ArmError error, String message, String target) {
        super(message);
        this.error = error;
        this.target = target;
    }

    public ArmError error() {
        return error;
    }

    public ErrorBody body() {
        String message = getMessage();
        return new ErrorBody(error.code(), message == null ? "" : message, target);
    }
}
