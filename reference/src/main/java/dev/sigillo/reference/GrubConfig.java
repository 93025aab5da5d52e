package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.List;

/**
 * A grub.cfg of plain commands, one a line: no variables, quotes or control flow, so that the text measured is the text
 * of the file.
 *
 * @param commands in order; one of them is "linux PATH ARGUMENTS"
 */
public record GrubConfig(List<String> commands) {

    private static final String SPECIAL = "$\"'\\;{}()|&<>#";

    public GrubConfig {
        commands = List.copyOf(commands);
    }

    /** @throws MalformedException if a line is anything else, or there is not exactly one "linux" */
    public static GrubConfig parse(Bytes file) throws MalformedException {
        List<String> lines = file.utf8().lines().filter(line -> !line.isBlank()).toList();
        for (String line : lines) {
            if (line.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0)
                    || line.contains("  ")
                    || !line.equals(line.strip())) {
                throw new MalformedException(
                        "grub.cfg", 0, "\"" + line + "\": only plain words with one space between can be predicted");
            }
        }
        if (lines.stream().filter(line -> line.startsWith("linux ")).count() != 1) {
            throw new MalformedException("grub.cfg", 0, "wants one \"linux\" command, has " + lines);
        }
        return new GrubConfig(lines);
    }

    /** As PCR 8 has it: the kernel's path first. */
    public String kernelCommandLine() {
        return commands.stream()
                .filter(command -> command.startsWith("linux "))
                .map(command -> command.substring("linux ".length()))
                .findFirst()
                .orElseThrow();
    }

    String kernelPath() {
        String line = kernelCommandLine();
        int space = line.indexOf(' ');
        return space < 0 ? line : line.substring(0, space);
    }
}
