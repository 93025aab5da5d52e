package dev.sigillo.machine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The end of a log that a guest wrote, safe to print: what a terminal, a browser or a log reader could take for a command
 * is gone. Escape sequences, control characters but line feed and tab, and Unicode's invisible and direction-changing
 * characters are dropped; bytes that are no UTF-8 become U+FFFD.
 */
final class ConsoleText {
    /** ECMA-48: control sequences one after the other; possessive, since a guest may write any number of them. */
    private static final Pattern CONTROLS = Pattern.compile("(?:\u001b\\[[0-?]*+[ -/]*+[@-~])++");
    /** CUP and HVP: menus of firmware and GRUB are drawn so, and would be one endless line without them. */
    private static final Pattern CURSOR_MOVE = Pattern.compile("\\[[0-9;]*[Hf]");

    /** ECMA-48: CSI sequences, OSC strings, then any other escape of two characters. */
    private static final Pattern ESCAPES =
            Pattern.compile("\u001b\\[[0-?]*[ -/]*[@-~]|\u001b\\][^\u0007\u001b]*(\u0007|\u001b\\\\)?|\u001b[ -~]?");

    private ConsoleText() {}

    /** The last bytes of the log and of the file it was rotated from, in the order they were written. */
    static String tail(Path log, int maxBytes) {
        List<Path> files = new ArrayList<>();
        for (Path file : List.of(log, log.resolveSibling(log.getFileName() + ".1"))) {
            if (Files.exists(file)) {
                files.add(file);
            }
        }
        files.sort(Comparator.comparingLong((Path file) -> file.toFile().lastModified())
                .reversed());
        StringBuilder text = new StringBuilder();
        int left = maxBytes;
        try {
            for (Path file : files) {
                byte[] end = end(file, left);
                left -= end.length;
                text.insert(0, new String(end, StandardCharsets.UTF_8));
            }
        } catch (IOException unreadable) {
            throw new MachineException("cannot read " + log, unreadable);
        }
        return safe(text.toString());
    }

    private static byte[] end(Path file, int max) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long size = in.length();
            byte[] bytes = new byte[(int) Math.min(max, size)];
            in.seek(size - bytes.length);
            in.readFully(bytes);
            return bytes;
        }
    }

    static String safe(String text) {
        StringBuilder safe = new StringBuilder();
        String lines = CONTROLS.matcher(text).replaceAll(run -> movesOn(text, run) ? "\n" : "");
        ESCAPES.matcher(lines).replaceAll("").codePoints().forEach(point -> {
            int type = Character.getType(point);
            boolean hidden = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR
                    || type == Character.PRIVATE_USE
                    || type == Character.SURROGATE;
            if (point == '\n' || point == '\t' || !hidden) {
                safe.appendCodePoint(point);
            }
        });
        return safe.toString();
    }

    private static boolean movesOn(String text, MatchResult run) {
        return run.start() > 0
                && text.charAt(run.start() - 1) != '\n'
                && CURSOR_MOVE.matcher(run.group()).find();
    }

    /** The text as part of one line: safe, without line ends, and cut to so many characters. */
    static String line(String text, int most) {
        String line = safe(text).replaceAll("[\n\t]", " ").strip();
        return line.length() <= most ? line : line.substring(0, most) + "…";
    }
}
