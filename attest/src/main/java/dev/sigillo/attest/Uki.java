package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Section;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A unified kernel image (UAPI group's UKI specification) and what systemd-stub measures of it: PCR 11 gets, for each
 * section in canonical order, its name with a terminating zero and then its data (systemd-stub(7), "TPM PCR Notes").
 * Which sections a stub knows depends on its version: it is read from the list of names in the stub's own data.
 *
 * <p>Not predicted, since the machine decides: {@code .dtbauto} and {@code .efifw}, which are measured only on matching
 * hardware; add-ons, credentials and a passed command line, which go to PCR 12 and 13.
 */
public final class Uki {

    /** Canonical order; {@code .pcrsig} signs the outcome and is not measured. */
    private static final List<String> ORDER = List.of(
            ".linux",
            ".osrel",
            ".cmdline",
            ".initrd",
            ".ucode",
            ".splash",
            ".dtb",
            ".uname",
            ".sbat",
            ".pcrsig",
            ".pcrpkey",
            ".profile",
            ".dtbauto",
            ".hwids",
            ".efifw");

    private static final Set<String> NEVER = Set.of(".pcrsig");
    private static final Set<String> BY_HARDWARE = Set.of(".dtbauto", ".efifw");
    private static final Set<String> STUB_DATA = Set.of(".text", ".rodata", ".rdata", ".data");
    private static final String PROFILE = ".profile";
    private static final String MAGIC = "#### LoaderInfo: ";
    /** An image has 96 sections, and a profile that differs has two of its own. */
    private static final int MOST_PROFILES = 48;

    private static final int LARGEST_STUB = 1 << 20;

    private final PeImage image;
    private final Set<String> known;
    private final Map<String, Section> base;
    private final List<Map<String, Section>> profiles;

    private Uki(PeImage image, Set<String> known, Map<String, Section> base, List<Map<String, Section>> profiles) {
        this.image = image;
        this.known = known;
        this.base = base;
        this.profiles = profiles;
    }

    /** @throws MalformedException if it is no PE image, has no section .linux, or has one section twice */
    public static Uki parse(Bytes file) throws MalformedException {
        return of(PeImage.parse(file));
    }

    /** @throws MalformedException if it has no section .linux, or one section twice in a profile */
    public static Uki of(PeImage image) throws MalformedException {
        Map<String, Section> base = new LinkedHashMap<>();
        List<Map<String, Section>> profiles = new ArrayList<>();
        Map<String, Section> at = base;
        for (Section section : image.sections()) {
            if (section.name().equals(PROFILE)) {
                at = new LinkedHashMap<>();
                profiles.add(at);
            }
            if (!ORDER.contains(section.name()) || section.virtualSize() == 0) {
                continue;
            }
            if (at.putIfAbsent(section.name(), section) != null && !BY_HARDWARE.contains(section.name())) {
                throw new MalformedException(
                        section.name(), 0, "there twice: versions of systemd-stub disagree which one counts");
            }
        }
        if (!base.containsKey(".linux") && profiles.stream().noneMatch(one -> one.containsKey(".linux"))) {
            throw new MalformedException("sections", 0, "no section .linux: not a unified kernel image");
        }
        if (profiles.size() > MOST_PROFILES) {
            throw new MalformedException(PROFILE, 0, profiles.size() + " profiles, at most " + MOST_PROFILES);
        }
        return new Uki(image, namesInStub(image), base, List.copyOf(profiles));
    }

    private static Set<String> namesInStub(PeImage image) {
        StringBuilder data = new StringBuilder();
        for (Section section : image.sections()) {
            if (STUB_DATA.contains(section.name())) {
                Bytes content = image.content(section);
                byte[] start =
                        content.slice(0, Math.min(content.size(), LARGEST_STUB)).toByteArray();
                data.append(new String(start, StandardCharsets.ISO_8859_1));
            }
        }
        Set<String> names = new HashSet<>();
        for (String name : ORDER) {
            if (data.indexOf(name + "\0") >= 0) {
                names.add(name);
            }
        }
        // A stub that does not name the kernel keeps its list in another form: then every version's order applies.
        return names.contains(".linux") && names.contains(".cmdline") ? names : Set.copyOf(ORDER);
    }

    /** How the stub calls itself in section .sdmagic, such as {@code systemd-stub 252.39-1~deb12u2}. */
    public Optional<String> stub() {
        return image.section(".sdmagic")
                .map(Bytes::utf8)
                .filter(text -> text.contains(MAGIC))
                .map(text ->
                        text.substring(text.indexOf(MAGIC) + MAGIC.length()).replaceFirst(" ####(?s:.*)", ""))
                .map(Printable::name);
    }

    /** How many profiles there are to choose from; 0 for an image without sections .profile. */
    public int profiles() {
        return profiles.size();
    }

    /**
     * The sections in effect in canonical order: those before the first .profile, and in their place the profile's own.
     *
     * @param profile from 0; 0 also where there are none
     * @throws MalformedException if there is no such profile, or a section is far larger in memory than in the file
     */
    public List<UkiSection> sections(int profile) throws MalformedException {
        if (profile != 0 && profile >= profiles.size()) {
            throw new MalformedException(PROFILE, 0, "no profile " + profile + ", there are " + profiles.size());
        }
        Map<String, Section> chosen = new LinkedHashMap<>(base);
        if (!profiles.isEmpty()) {
            chosen.putAll(profiles.get(profile));
        }
        List<UkiSection> sections = new ArrayList<>();
        for (String name : ORDER) {
            Section section = chosen.get(name);
            if (section != null) {
                sections.add(section(name, section));
            }
        }
        return sections;
    }

    private UkiSection section(String name, Section section) throws MalformedException {
        Bytes content = image.content(section);
        long zeros = section.virtualSize() - content.size();
        if (zeros > image.size()) {
            throw new MalformedException(
                    "VirtualSize",
                    0,
                    "%d of section %s, of which the file has %d"
                            .formatted(section.virtualSize(), name, content.size()));
        }
        boolean measured = known.contains(name) && !NEVER.contains(name) && !BY_HARDWARE.contains(name);
        return new UkiSection(name, content, (int) zeros, measured);
    }

    /**
     * PCR 11 when the stub hands over to the kernel, and further by the words of a phase path.
     *
     * @param phases what systemd-pcrphase extends, such as enter-initrd, leave-initrd, sysinit, ready; may be empty
     */
    public Digest pcr11(HashAlgorithm algorithm, int profile, List<String> phases) throws MalformedException {
        Digest register = Digest.zero(algorithm);
        for (UkiSection section : sections(profile)) {
            if (section.measured()) {
                register = register.extend(section.nameDigest(algorithm)).extend(section.dataDigest(algorithm));
            }
        }
        for (String phase : phases) {
            register = register.extend(Digest.of(algorithm, Bytes.utf8(phase)));
        }
        return register;
    }

    /** What PCR 4 gets when firmware or a boot loader loads the image. */
    public Digest authenticode(HashAlgorithm algorithm) {
        return image.authenticode(algorithm);
    }

    /** The kernel inside, whose digest PCR 4 gets when the stub starts it through LoadImage; empty if it is no PE image. */
    public Optional<PeImage> kernel(int profile) throws MalformedException {
        for (UkiSection section : sections(profile)) {
            if (section.name().equals(".linux")) {
                try {
                    return Optional.of(PeImage.parse(section.content()));
                } catch (MalformedException none) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
