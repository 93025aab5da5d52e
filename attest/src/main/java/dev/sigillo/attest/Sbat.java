package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Section;
import dev.sigillo.uefi.SbatEntry;
import java.util.List;
import java.util.Optional;

/** SBAT (shim's SBAT.md): each component of an image must have at least the generation that the level asks for. */
final class Sbat {

    private static final String SECTION = ".sbat";
    private static final String LINUX_MAGIC = "48647253"; // HdrS
    private static final int LINUX_MAGIC_AT = 0x202;

    /** Vendor name, package, version and URL: shim's SBAT_SECTION_COLUMNS is six. */
    private static final int MORE_COLUMNS = 4;

    private Sbat() {}

    /** Why an image fails, and the line of the level that says so, if it is one line. */
    record Refusal(String reason, Optional<TrustEntry> by) {}

    /** The image's own entries, of its first section .sbat. */
    static List<SbatEntry> of(PeImage image) throws MalformedException {
        return SbatEntry.parse(image.section(SECTION).orElse(Bytes.empty()));
    }

    /**
     * shim's verify_sbat_section; empty if the image passes.
     *
     * @param byProtocol GRUB or systemd-boot asks shim by its protocol, as about kernels, which may have no .sbat
     */
    static Optional<Refusal> refuses(PeImage image, boolean byProtocol, List<SbatEntry> level) {
        if (level.isEmpty()) {
            return Optional.empty();
        }
        List<Section> sections = image.sections().stream()
                .filter(section -> section.name().equals(SECTION))
                .toList();
        if (sections.size() > 1) {
            return refused("it has %d sections .sbat".formatted(sections.size()));
        }
        if (sections.isEmpty() || image.content(sections.getFirst()).isEmpty()) {
            return byProtocol
                    ? Optional.empty()
                    : refused("it has no .sbat section, which shim asks for in what it loads itself");
        }
        if (sections.getFirst().rawSize() < sections.getFirst().virtualSize()) {
            return refused("its section .sbat is larger in memory than in the file");
        }
        try {
            List<SbatEntry> entries = of(image);
            for (SbatEntry entry : entries) {
                if (entry.fields().size() < MORE_COLUMNS
                        || entry.fields().subList(0, MORE_COLUMNS).contains("")) {
                    return refused("a row of its section .sbat has not six columns, none empty, which shim asks for: "
                            + Printable.name(entry.component()));
                }
            }
            return below(entries, level);
        } catch (MalformedException malformed) {
            return refused("its section .sbat cannot be read: "
                    + Printable.text(malformed.field() + ": " + malformed.detail()));
        }
    }

    /** The first entry whose generation the level no longer takes. */
    static Optional<Refusal> below(List<SbatEntry> entries, List<SbatEntry> level) {
        for (SbatEntry own : entries) {
            for (int line = 0; line < level.size(); line++) {
                SbatEntry least = level.get(line);
                if (own.component().equals(least.component()) && own.generation() < least.generation()) {
                    return Optional.of(new Refusal(
                            "SBAT: %s has generation %d, the level asks for %d"
                                    .formatted(Printable.name(own.component()), own.generation(), least.generation()),
                            Optional.of(TrustEntry.sbat(line, least))));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refused(String reason) {
        return Optional.of(new Refusal("SBAT: " + reason, Optional.empty()));
    }

    /** The x86 boot protocol's magic: a kernel that GRUB or systemd-boot hands to shim for verification. */
    static boolean isLinux(Bytes file) {
        return file.size() > LINUX_MAGIC_AT + 4
                && file.slice(LINUX_MAGIC_AT, LINUX_MAGIC_AT + 4).hex().equals(LINUX_MAGIC);
    }

    /** shim keeps the level with the later date in its first line, {@code sbat,1,2025021800}. */
    static List<SbatEntry> newer(List<SbatEntry> one, List<SbatEntry> other) {
        return date(one).compareTo(date(other)) >= 0 ? one : other;
    }

    private static String date(List<SbatEntry> level) {
        return level.isEmpty() || level.getFirst().fields().isEmpty()
                ? ""
                : level.getFirst().fields().getFirst();
    }
}
