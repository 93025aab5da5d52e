package dev.sigillo.reference;

/** Why it cannot be told from these files what a boot measures, or that they would not boot; the message says what would. */
public final class UnpredictableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean wouldNotBoot;

    UnpredictableException(String message) {
        this(message, false);
    }

    UnpredictableException(String message, boolean wouldNotBoot) {
        super(message);
        this.wouldNotBoot = wouldNotBoot;
    }

    /** Whether it is known what happens: firmware or shim refuses an image. */
    public boolean wouldNotBoot() {
        return wouldNotBoot;
    }
}
