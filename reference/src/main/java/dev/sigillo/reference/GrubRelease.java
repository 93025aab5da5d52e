package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.SbatEntry;
import java.util.List;

/**
 * What differs between the releases of GRUB in what they measure, told by GRUB's own SBAT entry.
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

    GrubRelease {
        prelude = List.copyOf(prelude);
    }

    /**
     * @param folder where GRUB finds its configuration, such as {@code (hd0,gpt1)/EFI/debian}
     * @throws UnpredictableException if it is a release whose measurements are not known
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
        boolean debian12 = sbat.stream().anyMatch(entry -> entry.component().equals("grub.debian12"));
        return switch (version) {
            case "2.06" -> new GrubRelease(true, false, false, debian12 ? debian12(folder) : List.of());
            case "2.12" -> new GrubRelease(false, true, true, List.of());
            default ->
                throw new UnpredictableException("GRUB " + version
                        + ", by its SBAT entry \"grub\": what it measures is known for 2.06 and 2.12; for another take"
                        + " PCR 4, 8 and 9 of the log of a good boot");
        };
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
