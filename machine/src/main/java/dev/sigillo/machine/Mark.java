package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import java.nio.charset.StandardCharsets;

/**
 * An empty chain in a table of ours, named by the table's text: whether exactly these rules are loaded is then one
 * question. Others flush rules: {@code nft flush ruleset} is what a restart of Debian's nftables.service does.
 */
final class Mark {
    private static final String END = "}\n";
    private static final int DIGITS = 16;

    private Mark() {}

    /** The text of a table, which ends with the table, with its mark. */
    static String with(String text) {
        return text.substring(0, text.length() - END.length()) + "chain " + of(text) + " {\n}\n" + END;
    }

    /** The mark's name. */
    private static String of(String text) {
        Bytes digest = Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).value();
        return "is_" + digest.hex().substring(0, DIGITS);
    }

    /** The name of the mark in such a text. */
    static String in(String marked) {
        int start = marked.lastIndexOf("chain is_") + "chain ".length();
        return marked.substring(start, marked.indexOf(' ', start));
    }
}
