package dev.sigillo.attest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a machine that boots one image under one set of flags must measure. PCRs 0-9 and 14 by reference; 11, 12, 13 and
 * 15 must hold their initial value; 10 follows the IMA list, whose entries must be {@code drivers}.
 *
 * <p>The image supplies the whole of PCR 4, 5, 7, 8, 9 and 14; the firmware of the machine's shape, probed once,
 * supplies 0, 1, 2, 3 and 6 by {@link #withFirmware}. Without both, no verdict can pass.
 *
 * @param image node image version
 * @param secureBoot whether the machine has Secure Boot on
 * @param vtpm whether the machine has a vTPM, without which nothing is judged
 * @param pcrs at most one reference per PCR, by index
 * @param drivers every kernel module that may be loaded
 * @param commandLine the kernel command line as GRUB measures it, path of the kernel first
 */
public record ReferenceManifest(
        String image,
        boolean secureBoot,
        boolean vtpm,
        List<PcrReference> pcrs,
        List<Driver> drivers,
        String commandLine) {

    public ReferenceManifest {
        pcrs = pcrs.stream().sorted(Comparator.comparingInt(PcrReference::pcr)).toList();
        drivers = List.copyOf(drivers);
    }

    /** The reference of that PCR, if there is exactly one. */
    public Optional<PcrReference> pcr(int index) {
        List<PcrReference> found =
                pcrs.stream().filter(pcr -> pcr.pcr() == index).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /** This manifest, with the given PCRs in the place of its own of the same index. */
    public ReferenceManifest withFirmware(List<PcrReference> firmware) {
        List<PcrReference> merged = new ArrayList<>(firmware);
        for (PcrReference own : pcrs) {
            if (firmware.stream().noneMatch(pcr -> pcr.pcr() == own.pcr())) {
                merged.add(own);
            }
        }
        return new ReferenceManifest(image, secureBoot, vtpm, merged, drivers, commandLine);
    }
}
