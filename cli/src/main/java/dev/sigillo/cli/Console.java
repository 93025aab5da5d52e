package dev.sigillo.cli;

import java.io.PrintStream;

/**
 * Where output goes and what may be done to it.
 *
 * @param outIsTerminal a person reads {@code out}: tables by default, else JSON
 * @param errIsTerminal a person watches {@code err}: progress may be drawn over itself
 * @param colour escape sequences may be written to {@code out}: a terminal, and NO_COLOR is unset (no-color.org)
 */
record Console(PrintStream out, PrintStream err, boolean outIsTerminal, boolean errIsTerminal, boolean colour) {
    private static final int STEP_WIDTH = 72;

    String green(String text) {
        return paint("32", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    String bold(String text) {
        return paint("1", text);
    }

    /** The one line of a finished step, in the form that ./run uses too. */
    void step(String text, long millis) {
        clearProgress();
        err.printf("%-" + STEP_WIDTH + "s %9s%n", text, seconds(millis));
    }

    /** What goes on now; drawn only where a person watches, and over what was drawn before. */
    void progress(String text, long millis) {
        if (errIsTerminal) {
            err.printf("\r%-" + STEP_WIDTH + "s %9s", text + " …", seconds(millis));
            err.flush();
        }
    }

    void clearProgress() {
        if (errIsTerminal) {
            err.print("\r\033[K");
        }
    }

    private static String seconds(long millis) {
        return millis / 1000 + "." + millis % 1000 / 100 + " s";
    }

    private String paint(String code, String text) {
        return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
