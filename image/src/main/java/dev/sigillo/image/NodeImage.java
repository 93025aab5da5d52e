package dev.sigillo.image;

import dev.sigillo.attest.ReferenceManifest;
import java.nio.file.Path;
import java.util.List;

/**
 * A built node image. One disk and one kernel command line serve machines of all flags; what they measure differs, so
 * there is a reference per state of Secure Boot.
 *
 * @param version as AKS writes nodeImageVersion, such as {@code SigilloDebian-13gen2TLcontainerd-202611.25.81726354}
 * @param kubernetes full version of the kubelet in it
 * @param folder that holds its files; none of them is ever written to again
 * @param kernel release, as {@code uname -r} prints it
 * @param rootHash of the root file system's dm-verity tree, 64 hex digits
 * @param secureBootOn what a machine with Secure Boot on and a vTPM measures, but for the firmware's own part
 * @param secureBootOff the same with Secure Boot off
 */
public record NodeImage(
        String version,
        String kubernetes,
        Path folder,
        String kernel,
        String rootHash,
        ReferenceManifest secureBootOn,
        ReferenceManifest secureBootOff) {

    /** What was built before versions were written down, programs and images alike. */
    public static final String FIRST_KUBERNETES = "1.35.4";

    static final String FIRMWARE_CODE = "OVMF_CODE.fd";

    /** The same image under another name. */
    public NodeImage named(String name) {
        return new NodeImage(name, kubernetes, folder, kernel, rootHash, secureBootOn, secureBootOff);
    }

    /** Raw, the base of each machine's own overlay. */
    public Path disk() {
        return folder.resolve("disk.raw");
    }

    /** The OVMF that the image was built beside, a copy of its own; serves with Secure Boot on and off. */
    public Path firmwareCode() {
        return folder.resolve(FIRMWARE_CODE);
    }

    /** What firmware, shim and GRUB start, in that order, each a file of its own beside the disk. */
    public List<Path> bootImages() {
        return List.of(folder.resolve("shimx64.efi"), folder.resolve("grubx64.efi"), folder.resolve("vmlinuz"));
    }

    /** The template that a machine's own varstore is copied from. */
    public Path varstore(boolean secureBoot) {
        return folder.resolve(secureBoot ? "OVMF_VARS.secureboot.fd" : "OVMF_VARS.plain.fd");
    }

    /**
     * PCR 4, 5, 7, 8, 9 and 14; {@link ReferenceManifest#withFirmware} adds what the machine's shape measures by itself.
     */
    public ReferenceManifest manifest(boolean secureBoot, boolean vtpm) {
        ReferenceManifest reference = secureBoot ? secureBootOn : secureBootOff;
        return new ReferenceManifest(
                reference.image(),
                reference.secureBoot(),
                vtpm,
                reference.pcrs(),
                reference.drivers(),
                reference.commandLine());
    }
}
