package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a machine that boots one image under one set of flags must measure. PCRs 0-9 and 14 by reference; 10 follows the
 * IMA list, whose entries must be {@code drivers}; 11, 12, 13 and 15 must hold their initial value, or one extension. With
 * a unified kernel image PCRs 11, 12 and 13 may have a reference, and 8 and 14 need none: nothing touches them then.
 *
 * <p>The image supplies the whole of PCR 4, 5, 7, 8, 9 and 14; the firmware of the machine's shape, probed once,
 * supplies 0, 1, 2, 3 and 6 by {@link #withFirmware}. Without both, no verdict can pass. What one machine alone measures,
 * its config drive, joins by {@link #withExtension}.
 *
 * @param image node image version
 * @param secureBoot whether the machine has Secure Boot on
 * @param vtpm whether the machine has a vTPM, without which nothing is judged
 * @param pcrs at most one reference per PCR, by index
 * @param drivers every kernel module that may be loaded
 * @param commandLine the kernel command line as GRUB measures it, path of the kernel first
 * @param extensions at most one per PCR, by index
 */
public record ReferenceManifest(
        String image,
        boolean secureBoot,
        boolean vtpm,
        List<PcrReference> pcrs,
        List<Driver> drivers,
        String commandLine,
        List<Extension> extensions) {

    public ReferenceManifest {
        pcrs = pcrs.stream().sorted(Comparator.comparingInt(PcrReference::pcr)).toList();
        drivers = List.copyOf(drivers);
        extensions = extensions.stream()
                .sorted(Comparator.comparingInt(Extension::pcr))
                .toList();
    }

    /** A manifest of an image: no machine's own extension. */
    public ReferenceManifest(
            String image,
            boolean secureBoot,
            boolean vtpm,
            List<PcrReference> pcrs,
            List<Driver> drivers,
            String commandLine) {
        this(image, secureBoot, vtpm, pcrs, drivers, commandLine, List.of());
    }

    /** The reference of that PCR, if there is exactly one. */
    public Optional<PcrReference> pcr(int index) {
        Optional<PcrReference> found = Optional.empty();
        for (PcrReference pcr : pcrs) {
            if (pcr.pcr() == index) {
                if (found.isPresent()) {
                    return Optional.empty();
                }
                found = Optional.of(pcr);
            }
        }
        return found;
    }

    /** Whether it is of a unified kernel image: its stub measures into PCR 11, and nothing measures into 8 and 14. */
    boolean unified() {
        return has(Pcrs.KERNEL_IMAGE);
    }

    private boolean has(int index) {
        for (PcrReference pcr : pcrs) {
            if (pcr.pcr() == index) {
                return true;
            }
        }
        return false;
    }

    /** Whether what is booted leaves the PCR as it is, so that it holds its initial value or one extension. */
    boolean untouched(int pcr) {
        boolean optional = Pcrs.isOfStub(pcr) || Pcrs.isOfGrub(pcr);
        return optional && unified() ? !has(pcr) : Pcrs.hasNoLog(pcr);
    }

    /** The extension of that PCR, if there is one. */
    public Optional<Extension> extension(int pcr) {
        return extensions.stream().filter(one -> one.pcr() == pcr).findFirst();
    }

    /** This manifest, with the given PCRs in the place of its own of the same index. */
    public ReferenceManifest withFirmware(List<PcrReference> firmware) {
        List<PcrReference> merged = new ArrayList<>(firmware);
        for (PcrReference own : pcrs) {
            if (firmware.stream().noneMatch(pcr -> pcr.pcr() == own.pcr())) {
                merged.add(own);
            }
        }
        return new ReferenceManifest(image, secureBoot, vtpm, merged, drivers, commandLine, extensions);
    }

    /**
     * This manifest, of a machine whose operating system extends one PCR once, with a digest that the verifier knows and
     * no log tells of; {@code (15, Components.CONFIG_DRIVE, SHA-256 of the drive's text)}.
     *
     * @throws IllegalArgumentException if {@link Extension} does not take it, or the PCR is extended already
     */
    public ReferenceManifest withExtension(int pcr, String component, Digest digest) {
        if (extension(pcr).isPresent()) {
            throw new IllegalArgumentException(
                    "PCR " + pcr + " is extended already, by " + extension(pcr).get());
        }
        List<Extension> more = new ArrayList<>(extensions);
        more.add(new Extension(pcr, component, digest));
        return new ReferenceManifest(image, secureBoot, vtpm, pcrs, drivers, commandLine, more);
    }
}
