package dev.sigillo.process;

import java.io.Serial;

/** A program could not be started, did not end in time, or ended with an error. The text says which and what it said. */
public final class ProcessException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public ProcessException(String message) {
        super(message);
    }

    public ProcessException(String message, Throwable cause) {
        super(message, cause);
    }
}
