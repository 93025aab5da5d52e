package dev.sigillo.image;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The dm-verity root hash within a kernel command line. */
final class RootHash {
    private static final Pattern WORD = Pattern.compile(" sigillo\\.roothash=([0-9a-f]{64})( |$)");

    private RootHash() {}

    static String of(String commandLine) {
        Matcher matcher = WORD.matcher(commandLine);
        if (!matcher.find()) {
            throw new ImageException("the kernel command line names no root hash: " + commandLine);
        }
        return matcher.group(1);
    }
}
