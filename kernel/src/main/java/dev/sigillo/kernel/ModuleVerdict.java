package dev.sigillo.kernel;

/**
 * What a kernel that enforces module signatures does with one module.
 *
 * @param signer who signed it, or says so; empty when unsigned. Not made printable
 * @param by the key that decided, and where it is from; empty when none did. Not made printable
 * @param detail more about the reason; empty when the reason says all. Not made printable
 */
public record ModuleVerdict(Reason reason, String signer, String by, String detail) {
    /** What is done. */
    public enum Outcome {
        ALLOWED,
        REFUSED,
        /** Cannot be known from what was read. */
        UNKNOWN
    }

    /** Why; each reason leads to one outcome. */
    public enum Reason {
        SIGNED(Outcome.ALLOWED),
        UNSIGNED(Outcome.REFUSED),
        UNKNOWN_SIGNER(Outcome.REFUSED),
        REVOKED_SIGNER(Outcome.REFUSED),
        BAD_DIGEST(Outcome.REFUSED),
        MALFORMED(Outcome.REFUSED),
        /** The kernel may know the algorithm; this reader does not. */
        UNKNOWN_ALGORITHM(Outcome.UNKNOWN),
        /** The signature is whole as far as can be seen, and the kernel's own keys cannot be. */
        KEYS_NOT_READ(Outcome.UNKNOWN);

        private final Outcome outcome;

        Reason(Outcome outcome) {
            this.outcome = outcome;
        }

        public Outcome outcome() {
            return outcome;
        }
    }

    public Outcome outcome() {
        return reason.outcome();
    }
}
