package dev.sigillo.attest;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says what changed in a kernel command line: the verity root hash alone, the kernel's path, or anything else. */
final class CommandLine {

    private static final Pattern ROOT_HASH_KEY = Pattern.compile("(?i).*(root_?hash|verity).*");

    private CommandLine() {}

    /** The component to name for a command line that is not the expected one. */
    static String component(String expected, String was) {
        List<String> wanted = words(expected);
        List<String> had = words(was);
        if (wanted.size() != had.size()) {
            return Components.KERNEL_COMMAND_LINE;
        }
        boolean changed = false;
        for (int i = 0; i < wanted.size(); i++) {
            if (!wanted.get(i).equals(had.get(i))) {
                changed = true;
                if (!isRootHash(wanted.get(i), had.get(i))) {
                    return Components.KERNEL_COMMAND_LINE;
                }
            }
        }
        return changed ? Components.ROOT_FILE_SYSTEM : Components.KERNEL_COMMAND_LINE;
    }

    /** The words of one line, of as many as the other has, that are not the other's at that place. */
    static String otherWords(String line, String than) {
        List<String> words = words(line);
        List<String> others = words(than);
        return IntStream.range(0, words.size())
                .filter(at -> !words.get(at).equals(others.get(at)))
                .mapToObj(words::get)
                .collect(Collectors.joining(" "));
    }

    private static boolean isRootHash(String wanted, String had) {
        return key(wanted).equals(key(had))
                && ROOT_HASH_KEY.matcher(key(wanted)).matches();
    }

    private static String key(String word) {
        int end = word.indexOf('=');
        return end < 0 ? word : word.substring(0, end);
    }

    private static List<String> words(String line) {
        return List.of(line.split(" +"));
    }
}
