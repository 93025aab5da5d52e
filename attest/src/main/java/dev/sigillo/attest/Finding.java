package dev.sigillo.attest;

/**
 * The outcome of one {@link Check}. A failed check is data that a person reads, never an exception; what could not be
 * evaluated is {@link Undecided} and counts as failed.
 */
public sealed interface Finding {

    Check check();

    /** What the finding is about, in words a person knows: "initrd", "Secure Boot variable", "driver virtio_net". */
    String component();

    /** The check holds. */
    record Held(Check check, String component) implements Finding {}

    /**
     * The check does not hold.
     *
     * @param expected what would be right
     * @param was what was seen; what no digest binds stands behind "claimed:", and hostile text is printable and bounded
     * @param where the event and PCR, or the field, that it rests on
     */
    record Broken(Check check, String component, String expected, String was, String where) implements Finding {}

    /**
     * The check could not be evaluated.
     *
     * @param missing what would have been needed
     */
    record Undecided(Check check, String component, String missing) implements Finding {}

    static Finding held(Check check) {
        return new Held(check, check.component());
    }

    static Finding broken(Check check, String expected, String was, String where) {
        return new Broken(check, check.component(), expected, was, where);
    }

    static Finding undecided(Check check, String missing) {
        return new Undecided(check, check.component(), missing);
    }

    /** One sentence for consoles, events and operation errors: the component first. */
    default String sentence() {
        return switch (this) {
            case Held held ->
                held.component() + ": as expected (" + held.check().id() + ")";
            case Broken broken ->
                broken.component() + ": expected " + broken.expected() + ", was " + broken.was() + " (" + broken.where()
                        + "; " + broken.check().id() + ")";
            case Undecided undecided ->
                undecided.component() + ": cannot be decided without " + undecided.missing() + " ("
                        + undecided.check().id() + ")";
        };
    }
}
