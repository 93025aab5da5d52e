package dev.sigillo.machine;

import java.io.Serial;

/** The engine cannot do what was asked: the text says what, what was found, and what to do next. */
public final class MachineException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public MachineException(String message) {
        super(message);
    }

    public MachineException(String message, Throwable cause) {
        super(message, cause);
    }
}
