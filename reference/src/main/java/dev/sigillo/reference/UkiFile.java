package dev.sigillo.reference;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Section;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A unified kernel image (UAPI.5): systemd-stub with kernel, initrd and command line as sections. What the stub measures
 * of itself, and what it hands to the kernel, whose own EFI stub measures that.
 */
public final class UkiFile {

    /** The order in which the stub measures: UnifiedSection of systemd's uki.h, without .pcrsig. */
    private static final List<String> MEASURED = List.of(
            ".linux", ".osrel", ".cmdline", ".initrd", ".ucode", ".splash", ".dtb", ".uname", ".sbat", ".pcrpkey");

    private static final List<String> UNKNOWN_TO_252 = List.of(".ucode", ".uname", ".sbat");

    /** Which of several such sections counts depends on the machine or on the boot entry. */
    private static final List<String> CHOSEN = List.of(".profile", ".dtbauto", ".hwids", ".efifw");

    private final SystemdRelease release;
    private final Map<String, Bytes> sections;

    private UkiFile(SystemdRelease release, Map<String, Bytes> sections) {
        this.release = release;
        this.sections = sections;
    }

    /**
     * @throws MalformedException if it is no PE image
     * @throws UnpredictableException if it is no UKI, or one of a release or with parts that are not predicted
     */
    public static UkiFile parse(Bytes file) throws MalformedException, UnpredictableException {
        PeImage image = PeImage.parse(file);
        SystemdRelease release = SystemdRelease.of(image, "systemd-stub");
        Map<String, Bytes> sections = new LinkedHashMap<>();
        for (Section section : image.sections()) {
            boolean known = MEASURED.contains(section.name()) || section.name().equals(".pcrsig");
            if (CHOSEN.contains(section.name()) || (known && sections.containsKey(section.name()))) {
                throw new UnpredictableException("the UKI has " + section.name()
                        + " for several profiles or machines: which one is used cannot be told from the file; take PCR"
                        + " 9 and 11 of the log of a good boot");
            }
            if (known && section.virtualSize() > 0) {
                if (section.virtualSize() > section.rawSize()) {
                    throw new MalformedException(
                            section.name(),
                            (int) section.rawOffset(),
                            section.virtualSize() + " bytes in memory, " + section.rawSize() + " in the file");
                }
                sections.put(section.name(), image.section(section.name()).orElseThrow());
            }
        }
        if (!sections.containsKey(".linux")) {
            throw new UnpredictableException("the image has no section .linux, so it is no UKI: name the unified image,"
                    + " or shim, GRUB, kernel and initrd apart");
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

    /** Section .cmdline as it is passed on, if there is one. */
    public Optional<String> commandLine() {
        return section(".cmdline").map(text -> mangled(text.utf8())).filter(text -> !text.isEmpty());
    }

    private Optional<Bytes> section(String name) {
        return Optional.ofNullable(sections.get(name));
    }

    /** PCR 11: of each section its name with a zero, then its content. */
    public List<ExpectedEvent> measuredSections() {
        List<ExpectedEvent> events = new ArrayList<>();
        for (String name : MEASURED) {
            boolean measured = release != SystemdRelease.V252 || !UNKNOWN_TO_252.contains(name);
            if (measured && sections.containsKey(name)) {
                events.add(Expected.file("EV_IPL", Bytes.utf8(name + "\0"), "UKI section " + name));
                events.add(Expected.file("EV_IPL", section(name).orElseThrow(), component(name)));
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
        if (release == SystemdRelease.V252 && parts.size() == 1 && sections.containsKey(".initrd")) {
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
