package dev.sigillo.attest;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The words of a kernel's command line, as those divide it who act on it. The kernel (next_arg of lib/cmdline.c) keeps
 * blanks inside quotes, drops quotes around a word or its value, takes {@code -} and {@code _} in names for the same, and
 * leaves what follows {@code --} to init. An initramfs divides at blanks whatever the quotes; systemd drops quotes anywhere.
 */
final class CommandLineWords {

    private CommandLineWords() {}

    /** What the kernel itself heeds, quotes dropped. */
    static List<String> heeded(String line) {
        List<String> words = kernel(line);
        int end = words.indexOf("--");
        return end < 0 ? words : words.subList(0, end);
    }

    /** Every word that any of them may see: for what must not be there. */
    static Set<String> readings(String line) {
        // The kernel reads bytes, and takes A0 for a blank: a character of several bytes may hold one.
        String ascii = line.replaceAll("[^\\x21-\\x7e]", " ");
        Set<String> words = new LinkedHashSet<>();
        for (String text : List.of(line, ascii)) {
            words.addAll(List.of(text.strip().split("\\s+")));
            words.addAll(kernel(text));
        }
        for (String word : List.copyOf(words)) {
            words.add(word.replaceAll("[\"']", ""));
        }
        return words;
    }

    /** Whether the pattern is of this word's form, its name compared as the kernel compares names. */
    static boolean matches(WordPattern pattern, String word) {
        return pattern.matches(word) || new WordPattern(underscored(pattern.pattern())).matches(underscored(word));
    }

    private static String underscored(String word) {
        int equals = word.indexOf('=');
        int end = equals < 0 ? word.length() : equals;
        return word.substring(0, end).replace('-', '_') + word.substring(end);
    }

    private static List<String> kernel(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
                at++;
            }
            if (at == line.length()) {
                return words;
            }
            int end = end(line, at);
            words.add(unquoted(line.substring(at, end)));
            at = end;
        }
    }

    /** Where the word that begins there ends. */
    private static int end(String line, int from) {
        boolean quoted = false;
        int at = from;
        while (at < line.length() && (quoted || !Character.isWhitespace(line.charAt(at)))) {
            quoted ^= line.charAt(at) == '"';
            at++;
        }
        return at;
    }

    private static String unquoted(String word) {
        boolean quoted = word.startsWith("\"");
        String inner = quoted ? word.substring(1) : word;
        int equals = inner.indexOf('=');
        if (equals > 0 && inner.startsWith("\"", equals + 1)) {
            return inner.substring(0, equals + 1) + withoutLast(inner.substring(equals + 2));
        }
        return quoted ? withoutLast(inner) : inner;
    }

    private static String withoutLast(String text) {
        return text.endsWith("\"") ? text.substring(0, text.length() - 1) : text;
    }
}
