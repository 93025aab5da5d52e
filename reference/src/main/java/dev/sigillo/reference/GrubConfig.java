package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.Arrays;
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

    /** These open no file and hand nothing to the kernel. A setting such as "prefix" or "check_signatures" may. */
    private static final Pattern IDLE = Pattern.compile("echo( .+)?|set (root|default|timeout|timeout_style)=\\S*");

    /** Lines in a file: one that can be predicted has under ten. */
    public static final int MAX_LINES = 100;

    public GrubConfig {
        commands = List.copyOf(commands);
    }

    /**
     * @throws MalformedException if a line is anything else, or there is not exactly one "linux", then one "initrd" of
     *     one file, and "boot" at the end
     */
    public static GrubConfig parse(Bytes file) throws MalformedException {
        long most = IntStream.range(0, file.size())
                .filter(at -> file.at(at) == '\n')
                .count();
        if (most > MAX_LINES) {
            throw malformed(most + " lines, at most " + MAX_LINES + " expected");
        }
        List<String> lines = Arrays.stream(file.utf8().split("\n"))
                .filter(line -> !line.isEmpty())
                .toList();
        for (String line : lines) {
            if (!isPlain(line)) {
                throw malformed("\"" + line + "\": only plain words with one space between can be predicted");
            }
        }
        List<String> acting =
                lines.stream().filter(line -> !IDLE.matcher(line).matches()).toList();
        for (String line : acting) {
            if (ACTING.stream().noneMatch(form -> form.matcher(line).matches())) {
                throw malformed(
                        "\"" + line + "\": what it measures is not known; predicted are linux and initrd with one"
                                + " file each, boot, echo, and set of root, default, timeout and timeout_style");
            }
        }
        if (acting.size() != ACTING.size()
                || !inOrder(acting)
                || !lines.getLast().equals("boot")) {
            throw malformed("wants one \"linux\", then one \"initrd\", and \"boot\" at the end; has " + lines);
        }
        return new GrubConfig(lines);
    }

    private static boolean isPlain(String line) {
        return line.chars().allMatch(c -> c >= ' ' && c <= '~' && SPECIAL.indexOf(c) < 0)
                && !line.contains("  ")
                && line.equals(line.strip());
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
