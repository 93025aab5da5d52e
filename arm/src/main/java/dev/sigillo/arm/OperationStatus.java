package dev.sigillo.arm;

/** The states of an asynchronous operation that az understands (ARM RPC, async operations). */
public enum OperationStatus {
    IN_PROGRESS("InProgress"),
    SUCCEEDED("Succeeded"),
    FAILED("Failed"),
    CANCELED("Canceled");

    private final String wire;

    OperationStatus(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public boolean isOpen() {
        return this == IN_PROGRESS;
    }

    public static OperationStatus ofWire(String wire) {
        for (OperationStatus status : values()) {
            if (status.wire.equals(wire)) {
                return status;
            }
        }
        throw new IllegalArgumentException("no operation status is called " + wire);
    }
}
