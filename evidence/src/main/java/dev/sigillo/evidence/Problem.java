package dev.sigillo.evidence;

/**
 * What is wrong with a policy's text.
 *
 * @param line from 1; 0 where no line can be named
 * @param text what was seen, and what would be right
 */
public record Problem(int line, String text) {

    /** {@code line 7: …}. */
    @Override
    public String toString() {
        return line > 0 ? "line " + line + ": " + text : text;
    }
}
