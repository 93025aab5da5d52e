package dev.sigillo.evidence;

/**
 * What is wrong with a policy's text.
 *
 * @param line from 1, which stands too for what no single line is to blame for
 * @param text what was seen, and what would be right
 */
public record Problem(int line, String text) {

    /** {@code line 7: …}. */
    @Override
    public String toString() {
        return "line " + line + ": " + text;
    }
}
