package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.SbatEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The SBAT levels that were published, oldest first (shim's SbatLevel_Variable.txt). */
public final class SbatLevels {

    private static final List<String> PUBLISHED = List.of(
            "sbat,1,2021030218\n",
            "sbat,1,2022052400\ngrub,2\n",
            "sbat,1,2022111500\nshim,2\ngrub,3\n",
            "sbat,1,2023012900\nshim,2\ngrub,3\ngrub.debian,4\n",
            "sbat,1,2024010900\nshim,4\ngrub,3\ngrub.debian,4\n",
            "sbat,1,2024040900\nshim,4\ngrub,4\ngrub.peimage,2\n",
            "sbat,1,2025021800\nshim,4\ngrub,5\n",
            "sbat,1,2025051000\nshim,4\ngrub,5\ngrub.proxmox,2\n");

    private SbatLevels() {}

    /** Each level as its lines. */
    public static List<List<SbatEntry>> published() {
        List<List<SbatEntry>> levels = new ArrayList<>();
        for (String level : PUBLISHED) {
            try {
                levels.add(SbatEntry.parse(Bytes.utf8(level)));
            } catch (MalformedException impossible) {
                throw new IllegalStateException("a level of ours", impossible);
            }
        }
        return List.copyOf(levels);
    }

    /**
     * A level as people name it: the date of a published one ({@code 2025021800}), or its lines, separated by line ends or
     * blanks ({@code "shim,4 grub,5"}). Without a first line {@code sbat,1,DATE} it comes on top of whatever there is.
     *
     * @throws MalformedException if it is neither
     */
    public static List<SbatEntry> read(String text) throws MalformedException {
        String level = text.strip();
        if (level.matches("[0-9]{1,12}")) {
            for (List<SbatEntry> published : published()) {
                if (date(published).equals(Optional.of(level))) {
                    return published;
                }
            }
            throw new MalformedException(
                    "SBAT level",
                    0,
                    "no level of " + level + " was published; "
                            + String.join(
                                    ", ",
                                    published().stream()
                                            .flatMap(one -> date(one).stream())
                                            .toList())
                            + " expected, or lines such as grub,5");
        }
        List<SbatEntry> lines = SbatEntry.parse(Bytes.utf8(String.join("\n", level.split("\\s+"))));
        if (lines.stream().allMatch(SbatLevels::isHead)) {
            throw new MalformedException(
                    "SBAT level", 0, "no line that asks for anything; one such as grub,5 expected");
        }
        return lines;
    }

    /** A level as {@link #read} reads it. */
    public static String text(List<SbatEntry> level) {
        StringBuilder text = new StringBuilder();
        for (SbatEntry line : level) {
            text.append(line.component()).append(',').append(line.generation());
            line.fields().forEach(field -> text.append(',').append(field));
            text.append('\n');
        }
        return text.toString();
    }

    /**
     * What shim asks for after a level came: of two with dates the later one alone; one without a date comes on top.
     *
     * @param measured what the machine has
     */
    static List<SbatEntry> after(List<SbatEntry> measured, List<SbatEntry> level) {
        if (date(level).isPresent()) {
            return Sbat.newer(level, measured);
        }
        List<SbatEntry> both = new ArrayList<>(level);
        both.addAll(measured);
        return both;
    }

    /** Whether it is a level's first line, which names no component of an image's. */
    static boolean isHead(SbatEntry line) {
        return line.component().equals("sbat");
    }

    /** The date in its first line, if there is one. */
    static Optional<String> date(List<SbatEntry> level) {
        return level.stream()
                .limit(1)
                .filter(SbatLevels::isHead)
                .flatMap(head -> head.fields().stream())
                .findFirst()
                .map(Printable::name);
    }

    /** The first published level that an image with these entries is below, in words: {@code SBAT level 2025021800 (grub,5)}. */
    public static Optional<String> blocking(List<SbatEntry> image) {
        for (List<SbatEntry> level : published()) {
            Optional<String> line =
                    Sbat.below(image, level).flatMap(Sbat.Refusal::by).map(TrustEntry::entry);
            if (line.isPresent()) {
                return Optional.of(
                        "SBAT level %s (%s)".formatted(level.getFirst().fields().getFirst(), line.get()));
            }
        }
        return Optional.empty();
    }
}
