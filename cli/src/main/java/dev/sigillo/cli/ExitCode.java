package dev.sigillo.cli;

/** What the process ends with; the first three and NOT_FOUND are az's own numbers. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_FOUND = 3;
    static final int NOT_RUNNING = 4;
    /** {@code attest show --require-passing} of a node whose verdict does not pass. */
    static final int NOT_TRUSTED = 5;
    /** Sigillo itself is at fault (EX_SOFTWARE of sysexits.h): no verdict, whatever was judged. */
    static final int FAULT = 70;

    private ExitCode() {}
}
