package dev.sigillo.inspect;

import java.util.Locale;

/** Why a file is allowed, refused, or neither can be said; what a person filters by. */
public enum Cause {
    SIGNED,
    /** Nothing looks at it: the kernel does not enforce signatures. */
    NOT_ENFORCED,
    UNSIGNED,
    UNKNOWN_SIGNER,
    /** Signed by a key that is trusted here, and whose private half everybody has. */
    PUBLISHED_KEY,
    REVOKED_BY_DBX,
    REVOKED_BY_MOKX,
    REVOKED_BY_SHIM,
    REVOKED_BY_KERNEL,
    REVOKED_BY_SBAT,
    BAD_DIGEST,
    MALFORMED,
    NOT_KNOWN;

    /** Such as {@code revoked by SBAT}. */
    public String shown() {
        return switch (this) {
            case REVOKED_BY_DBX -> "revoked by dbx";
            case REVOKED_BY_MOKX -> "revoked by MokListX";
            case REVOKED_BY_SHIM -> "revoked by shim's vendor";
            case REVOKED_BY_KERNEL -> "revoked by the kernel's own list";
            case REVOKED_BY_SBAT -> "revoked by SBAT";
            case NOT_KNOWN -> "cannot be known";
            case NOT_ENFORCED -> "not enforced";
            case SIGNED, UNSIGNED, UNKNOWN_SIGNER, PUBLISHED_KEY, BAD_DIGEST, MALFORMED ->
                name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    public Answer answer() {
        return switch (this) {
            case SIGNED, NOT_ENFORCED -> Answer.ALLOWED;
            case NOT_KNOWN -> Answer.UNKNOWN;
            case UNSIGNED,
                    UNKNOWN_SIGNER,
                    PUBLISHED_KEY,
                    REVOKED_BY_DBX,
                    REVOKED_BY_MOKX,
                    REVOKED_BY_SHIM,
                    REVOKED_BY_KERNEL,
                    REVOKED_BY_SBAT,
                    BAD_DIGEST,
                    MALFORMED -> Answer.REFUSED;
        };
    }

    /** Would Secure Boot let it run? */
    public enum Answer {
        ALLOWED,
        REFUSED,
        UNKNOWN
    }
}
