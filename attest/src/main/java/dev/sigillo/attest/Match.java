package dev.sigillo.attest;

/** How the events of one PCR are compared with the reference. */
public enum Match {
    /** The same digests, in the same order, the same number of times. */
    SEQUENCE,
    /**
     * In any order, each logged event takes one expected event of the same digest; none may be left over in the log. Of
     * the expected ones only those of {@link Origin#RULE} must occur. For PCR 1 and 5, whose order and number depend on
     * boot entries.
     */
    SET
}
