package dev.sigillo.inspect;

/**
 * Whether a shim or kernel may decide about others by the keys in it: anyone can write keys into a file that nothing lets
 * run.
 *
 * @param decides whether its keys decide
 * @param doubt what its answer leaves open, or why its keys do not decide; empty when it is allowed
 */
record KeySource(boolean decides, String doubt) {

    /** Where db is not known a whole signature has to do, and those who depend on it say so. */
    static KeySource of(BootFile file, Cause cause, boolean dbKnown) {
        String shown = file.shown();
        return switch (cause.answer()) {
            case ALLOWED ->
                new KeySource(true, dbKnown ? "" : "as far as " + shown + " itself is let run: db is not known");
            case UNKNOWN ->
                new KeySource(
                        true, "as far as " + shown + " itself is let run: its signature is whole, db is not known");
            case REFUSED -> new KeySource(false, shown + " is itself refused (" + cause.shown() + ")");
        };
    }

    boolean sure() {
        return doubt.isEmpty();
    }
}
