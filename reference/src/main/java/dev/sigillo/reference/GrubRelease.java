package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.SbatEntry;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What differs between the releases of GRUB in what they measure, told by GRUB's own SBAT entry and its vendor's.
 *
 * <p>2.06 gives the kernel to shim to be verified and then loads it by shim once more, so it stands twice in PCR 4; it
 * enters it by the EFI handover protocol, where the kernel's EFI stub measures nothing. 2.12 verifies it once, starts it
 * as an EFI application, and the stub measures options and initrd. It opens its configuration twice.
 *
 * @param kernelTwice whether PCR 4 has the kernel twice
 * @param configurationTwice whether PCR 9 has grub.cfg twice
 * @param stub whether the kernel's EFI stub measures what it is given
 * @param prelude the commands of a configuration that is built in, before those of grub.cfg
 */
record GrubRelease(boolean kernelTwice, boolean configurationTwice, boolean stub, List<String> prelude) {

    private static final int VERSION = 2;

    /** Of a boot whose PCR 4, 8 and 9 are taken from a log: what they hold is not asked. */
    static final GrubRelease LOGGED = new GrubRelease(false, false, false, List.of());

    /** What the releases that were compared say of their vendor; others have patches of their own. */
    private static final Set<String> DEBIAN_12 = Set.of("grub.debian", "grub.debian12");

    private static final Set<String> DEBIAN_13 = Set.of("grub.debian", "grub.debian13", "grub.peimage");

    GrubRelease {
        prelude = List.copyOf(prelude);
    }

    /**
     * @param folder where GRUB finds its configuration, such as {@code (hd0,gpt1)/EFI/debian}
     * @throws UnpredictableException if it is a release, or of a vendor, whose measurements are not known
     */
    static GrubRelease of(Bytes grub, String folder) throws MalformedException, UnpredictableException {
        List<SbatEntry> sbat =
                SbatEntry.parse(PeImage.parse(grub).section(".sbat").orElse(Bytes.empty()));
        String version = sbat.stream()
                .filter(entry ->
                        entry.component().equals("grub") && entry.fields().size() > VERSION)
                .map(entry -> entry.fields().get(VERSION))
                .findFirst()
                .orElse("none");
        Set<String> vendors = sbat.stream()
                .map(SbatEntry::component)
                .filter(component -> component.startsWith("grub."))
                .collect(Collectors.toCollection(TreeSet::new));
        if (version.equals("2.06") && vendors.contains("grub.debian12") && DEBIAN_12.containsAll(vendors)) {
            return new GrubRelease(true, false, false, debian12(folder));
        }
        if (version.equals("2.12") && vendors.contains("grub.debian13") && DEBIAN_13.containsAll(vendors)) {
            return new GrubRelease(false, true, true, List.of());
        }
        String by = vendors.isEmpty() ? "of no vendor" : "of " + String.join(", ", vendors);
        throw new UnpredictableException(
                "GRUB " + version + " " + by + ", by its SBAT entries: what it measures is known"
                        + " for 2.06 of Debian 12 (grub.debian12) and 2.12 of Debian 13 (grub.debian13); for another take PCR 4, 8"
                        + " and 9 of the log of a good boot");
    }

    /** grub-efi-amd64-signed of Debian 12 looks for its configuration in these steps, and PCR 8 tells of each. */
    private static List<String> debian12(String folder) {
        return List.of(
                "[ -z %1$s -o ! -e %1$s ]".formatted(folder),
                "[ -e %s/x86_64-efi/grub.cfg ]".formatted(folder),
                "[ -e %s/grub.cfg ]".formatted(folder),
                "source %s/grub.cfg".formatted(folder));
    }
}
