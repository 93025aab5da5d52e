package dev.sigillo.reference;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Uki;
import dev.sigillo.attest.UkiSection;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Section;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A unified kernel image (UAPI.5): systemd-stub with kernel, initrd and command line as sections. What the stub measures
 * of itself, and what it hands to the kernel, whose own EFI stub measures that.
 */
public final class UkiFile {

    /** Which of several such sections counts depends on the machine or on the boot entry. */
    private static final Set<String> CHOSEN = Set.of(".profile", ".dtbauto", ".hwids", ".efifw");

    private final SystemdRelease release;
    private final List<UkiSection> sections;

    private UkiFile(SystemdRelease release, List<UkiSection> sections) {
        this.release = release;
        this.sections = sections;
    }

    /**
     * @throws MalformedException if it is no PE image, or no UKI
     * @throws UnpredictableException if it is one of a release or with parts that are not predicted
     */
    public static UkiFile parse(Bytes file) throws MalformedException, UnpredictableException {
        PeImage image = PeImage.parse(file);
        SystemdRelease release = SystemdRelease.of(image, "systemd-stub");
        for (Section section : image.sections()) {
            if (CHOSEN.contains(section.name())) {
                throw new UnpredictableException("the UKI has " + section.name()
                        + " for several profiles or machines: which one is used cannot be told from the file; take PCR"
                        + " 9 and 11 of the log of a good boot");
            }
        }
        List<UkiSection> sections = Uki.of(image).sections(0);
        for (UkiSection section : sections) {
            if (section.zeros() > 0) {
                throw new UnpredictableException("section " + section.name() + " is larger in memory than in the file,"
                        + " which no tool makes: build the UKI again");
            }
        }
        return new UkiFile(release, sections);
    }

    SystemdRelease release() {
        return release;
    }

    /** The kernel within. */
    Bytes kernel() {
        return section(".linux").orElseThrow();
    }

    /** Section .cmdline as it is passed on, if there is one that is not blank. */
    public Optional<String> commandLine() {
        return section(".cmdline").map(text -> mangled(text.utf8())).filter(text -> !text.isEmpty());
    }

    /** Whether there is a section .cmdline, be it blank: with Secure Boot on the stub then takes no other line. */
    boolean sealsCommandLine() {
        return section(".cmdline").isPresent();
    }

    private Optional<Bytes> section(String name) {
        return sections.stream()
                .filter(section -> section.name().equals(name))
                .map(UkiSection::content)
                .findFirst();
    }

    /** PCR 11: of each section that this stub knows its name with a zero, then its content; see {@link Uki}. */
    public List<ExpectedEvent> measuredSections() {
        List<ExpectedEvent> events = new ArrayList<>();
        for (UkiSection section : sections) {
            if (section.measured()) {
                events.add(Expected.file("EV_IPL", Bytes.utf8(section.name() + "\0"), "UKI section " + section.name()));
                events.add(Expected.file("EV_IPL", section.content(), component(section.name())));
            }
        }
        return events;
    }

    private static String component(String section) {
        return switch (section) {
            case ".linux" -> Components.KERNEL + " (.linux)";
            case ".cmdline" -> Components.KERNEL_COMMAND_LINE;
            case ".initrd" -> Components.INITRD;
            default -> "content of UKI section " + section;
        };
    }

    /** What the kernel unpacks, and its EFI stub measures: each part begins at a multiple of four bytes. */
    Bytes initrd() {
        List<Bytes> parts = new ArrayList<>();
        section(".ucode").map(Newc::padded).ifPresent(parts::add);
        section(".initrd").map(Newc::padded).ifPresent(parts::add);
        extra(".pcrsig", "tpm2-pcr-signature.json").ifPresent(parts::add);
        extra(".pcrpkey", "tpm2-pcr-public-key.pem").ifPresent(parts::add);
        if (release != SystemdRelease.V252) {
            extra(".osrel", "os-release").ifPresent(parts::add);
        }
        if (release == SystemdRelease.V252
                && parts.size() == 1
                && section(".initrd").isPresent()) {
            return section(".initrd").orElseThrow(); // nothing to combine, so nothing is padded
        }
        return Bytes.concat(parts.toArray(Bytes[]::new));
    }

    private Optional<Bytes> extra(String section, String file) {
        return section(section).map(content -> Newc.extra(file, content));
    }

    /** The stub's mangle_stub_cmdline: up to the first zero; control characters are spaces; none at the end, or begin. */
    String mangled(String text) {
        int end = text.indexOf('\0');
        StringBuilder plain = new StringBuilder();
        for (char c : (end < 0 ? text : text.substring(0, end)).toCharArray()) {
            plain.append(c <= ' ' || c == 0x7F ? ' ' : c);
        }
        String line = plain.toString();
        return release == SystemdRelease.V252 ? line.stripTrailing() : line.strip();
    }

    /** LoadOptions: UTF-16 with its terminating zero, unlike what GRUB passes. */
    static Bytes loadOptions(String commandLine) {
        return Bytes.of((commandLine + "\0").getBytes(StandardCharsets.UTF_16LE));
    }
}
