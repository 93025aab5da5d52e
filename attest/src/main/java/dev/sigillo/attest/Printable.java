package dev.sigillo.attest;

/**
 * Text from a node or certificate, made fit for a terminal, a log line and a JSON document: visible ASCII stays, all else
 * (line ends, escape sequences, marks that turn the reading direction, look-alikes of other scripts) becomes
 * {@code \}{@code u{HEX}}, and it ends somewhere.
 */
final class Printable {

    /** A command line as the kernel takes it has at most 2048 bytes. */
    private static final int TEXT = 2048;

    private static final int NAME = 120;

    private Printable() {}

    /** A value: a command line, the text of an event. */
    static String text(String hostile) {
        return shown(hostile, TEXT);
    }

    /** A name that a sentence begins with: a path, a variable, a module. */
    static String name(String hostile) {
        return shown(hostile, NAME);
    }

    private static String shown(String hostile, int most) {
        int end = hostile.endsWith("\0") ? hostile.length() - 1 : hostile.length();
        StringBuilder shown = new StringBuilder(Math.min(end, most));
        int at = 0;
        while (at < end) {
            if (shown.length() >= most) {
                return shown.append("… (").append(end).append(" characters)").toString();
            }
            int point = hostile.codePointAt(at);
            if (point >= ' ' && point <= '~') {
                shown.append((char) point);
            } else {
                shown.append("\\u{").append(Integer.toHexString(point)).append('}');
            }
            at += Character.charCount(point);
        }
        return shown.toString();
    }
}
