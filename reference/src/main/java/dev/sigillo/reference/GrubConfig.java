package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A grub.cfg of plain commands, one a line: no variables, quotes, patterns or control flow, so that the text measured is
 * the text of the file. Of GRUB's commands it has those alone whose measurement is their own text and the two files that
 * "linux" and "initrd" name.
 *
 * @param commands in order; one of them is "linux PATH ARGUMENTS"
 */
public record GrubConfig(List<String> commands) {

    /** What GRUB takes apart, replaces by names of files, or gives a meaning of its own. */
    private static final String SPECIAL = "$\"'\\;{}()|&<>#*?[]!~";

    private static final String LINUX = "linux ";

    /** What loads and starts a kernel, in the order in which it can. */
    private static final List<Pattern> ACTING =
            List.of(Pattern.compile("linux /.+"), Pattern.compile("initrd /\\S+"), Pattern.compile("boot"));

    /** These open no file and hand nothing to the kernel, and so does "echo". "prefix" or "check_signatures" may. */
    private static final List<String> IDLE = List.of("set root=", "set default=", "set timeout=", "set timeout_style=");

    /**
     * Commands in a file: one that can be predicted has under ten. A distribution's own file has hundreds of lines, and is
     * refused for the first of them that is no plain command, not for their number.
     */
    public static final int MAX_COMMANDS = 1000;

    private static final String ECHO = "echo";
    private static final int SHOWN = 200;

    public GrubConfig {
        commands = List.copyOf(commands);
    }

    /**
     * @throws MalformedException if a line is anything else, there are more than {@link #MAX_COMMANDS}, or there is not
     *     exactly one "linux", then one "initrd" of one file, and "boot" at the end
     */
    public static GrubConfig parse(Bytes file) throws MalformedException {
        List<String> lines = new ArrayList<>();
        List<String> acting = new ArrayList<>();
        int end;
        for (int start = 0; start < file.size(); start = end + 1) {
            end = lineEnd(file, start);
            if (end == start) {
                continue;
            }
            if (!isPlain(file, start, end)) {
                throw malformed(
                        shown(file.slice(start, end)) + ": only plain words with one space between can be predicted");
            }
            if (lines.size() == MAX_COMMANDS) {
                throw malformed("more than " + MAX_COMMANDS + " commands");
            }
            String line = file.slice(start, end).utf8();
            lines.add(line);
            if (isIdle(line)) {
                continue;
            }
            if (acting.size() > ACTING.size()
                    || ACTING.stream().noneMatch(form -> form.matcher(line).matches())) {
                throw malformed(shown(file.slice(start, end))
                        + ": what it measures is not known; predicted are linux and initrd with one"
                        + " file each, boot, echo, and set of root, default, timeout and timeout_style");
            }
            acting.add(line);
        }
        if (acting.size() != ACTING.size()
                || !inOrder(acting)
                || !lines.getLast().equals("boot")) {
            throw malformed("wants one \"linux\", then one \"initrd\", and \"boot\" at the end; has "
                    + shown(Bytes.utf8(String.join(", ", lines))));
        }
        return new GrubConfig(lines);
    }

    private static int lineEnd(Bytes file, int start) {
        int end = start;
        while (end < file.size() && file.at(end) != '\n') {
            end++;
        }
        return end;
    }

    /** Words of printable ASCII that mean what they say, one space between. */
    private static boolean isPlain(Bytes file, int start, int end) {
        boolean plain = file.at(start) != ' ' && file.at(end - 1) != ' ';
        for (int at = start; plain && at < end; at++) {
            int c = file.at(at);
            plain = c >= ' ' && c <= '~' && SPECIAL.indexOf(c) < 0 && !(c == ' ' && file.at(at + 1) == ' ');
        }
        return plain;
    }

    private static boolean isIdle(String line) {
        return line.startsWith(ECHO) && (line.length() == ECHO.length() || line.charAt(ECHO.length()) == ' ')
                || line.indexOf(' ') == line.lastIndexOf(' ') && IDLE.stream().anyMatch(line::startsWith);
    }

    private static String shown(Bytes text) {
        return '"' + text.slice(0, Math.min(text.size(), SHOWN)).utf8() + (text.size() > SHOWN ? "…\"" : "\"");
    }

    private static boolean inOrder(List<String> acting) {
        return IntStream.range(0, acting.size())
                .allMatch(i -> ACTING.get(i).matcher(acting.get(i)).matches());
    }

    private static MalformedException malformed(String what) {
        return new MalformedException("grub.cfg", 0, what);
    }

    /** Of a boot whose commands are known from its log: only what the kernel was given counts. */
    static GrubConfig logged(String commandLine) {
        return new GrubConfig(List.of(LINUX + commandLine));
    }

    /** As PCR 8 has it: the kernel's path first. */
    public String kernelCommandLine() {
        return commands.stream()
                .filter(command -> command.startsWith(LINUX))
                .map(command -> command.substring(LINUX.length()))
                .findFirst()
                .orElseThrow();
    }

    String kernelPath() {
        String line = kernelCommandLine();
        int space = line.indexOf(' ');
        return space < 0 ? line : line.substring(0, space);
    }
}
