package dev.sigillo.image;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.Driver;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.attest.ShimFile;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.GptEvent;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VarStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The reference manifest of an image, computed from its files: what OVMF, shim, GRUB and the kernel's EFI stub measure
 * when they boot it from the first boot option (TCG PC Client Platform Firmware Profile, table of PCR usage; shim's
 * MokVars.txt; GRUB's manual, "Measured Boot"; the kernel's efi-stub-helper.c).
 */
final class MeasuredBoot {

    private final BootFiles files;
    private final VarStore varstore;
    private final boolean secureBoot;
    private final ShimFile shim;
    private final GrubConfig grub;

    MeasuredBoot(BootFiles files, VarStore varstore) throws MalformedException {
        this.files = files;
        this.varstore = varstore;
        this.secureBoot = varstore.secureBoot();
        this.shim = ShimFile.parse(files.shim());
        this.grub = GrubConfig.parse(files.grubConfig());
    }

    ReferenceManifest manifest(String version, List<Driver> drivers) throws MalformedException {
        List<PcrReference> pcrs = List.of(
                new PcrReference(4, bootLoaders()),
                new PcrReference(5, bootLoaderConfiguration()),
                new PcrReference(7, new SecureBootPolicy(varstore, shim, files.shim()).events()),
                new PcrReference(8, grubCommands()),
                new PcrReference(9, grubFiles()),
                new PcrReference(14, mok()));
        return new ReferenceManifest(version, secureBoot, true, pcrs, drivers, grub.kernelCommandLine());
    }

    /** The firmware reports its attempt before it closes PCR 4's first part. */
    private List<ExpectedEvent> bootLoaders() throws MalformedException {
        List<ExpectedEvent> events = new ArrayList<>();
        events.add(action("Calling EFI Application from Boot Option"));
        events.add(separator());
        events.add(bootImage(files.shim(), Components.SHIM));
        events.add(bootImage(files.grub(), Components.GRUB));
        if (secureBoot) {
            // GRUB hands the kernel to shim, which measures what it verifies; with Secure Boot off nobody does.
            events.add(bootImage(files.kernel(), Components.KERNEL + " " + grub.kernelPath()));
        }
        return events;
    }

    private List<ExpectedEvent> bootLoaderConfiguration() throws MalformedException {
        Bytes gpt = GptEvent.ofDisk(files.diskStart()).encode();
        return List.of(
                separator(),
                file("EV_EFI_GPT_EVENT", gpt, Components.PARTITION_TABLE),
                action("Exit Boot Services Invocation"),
                action("Exit Boot Services Returned with Success"));
    }

    /** Each command, and after "linux" the kernel's command line; the label before the text is not hashed. */
    private List<ExpectedEvent> grubCommands() {
        List<ExpectedEvent> events = new ArrayList<>();
        for (String command : grub.commands()) {
            events.add(file("EV_IPL", Bytes.utf8(command), Components.GRUB_COMMAND + command));
            if (command.startsWith("linux ")) {
                events.add(file("EV_IPL", Bytes.utf8(grub.kernelCommandLine()), Components.KERNEL_COMMAND_LINE));
            }
        }
        return events;
    }

    /** GRUB opens its configuration twice; the EFI stub measures the options and the initrd it was given once more. */
    private List<ExpectedEvent> grubFiles() {
        Bytes options = Bytes.of(("BOOT_IMAGE=" + grub.kernelCommandLine()).getBytes(StandardCharsets.UTF_16LE));
        return List.of(
                file("EV_IPL", files.grubConfig(), Components.GRUB_CONFIGURATION),
                file("EV_IPL", files.grubConfig(), Components.GRUB_CONFIGURATION),
                file("EV_IPL", files.kernel(), Components.KERNEL + " " + grub.kernelPath()),
                file("EV_IPL", files.initrd(), Components.INITRD),
                file("EV_EVENT_TAG", options, Components.LOAD_OPTIONS),
                file("EV_EVENT_TAG", files.initrd(), Components.INITRD));
    }

    /** shim's mok_state_variables: the vendor's certificate and revocations where nothing is enrolled, and trust in MOK. */
    private List<ExpectedEvent> mok() {
        Bytes vendor = SignatureList.certificate(SecureBootPolicy.SHIM_LOCK, shim.vendorCertificate())
                .encode();
        return List.of(
                file("EV_IPL", vendor, "MokList"),
                file("EV_IPL", shim.vendorRevocations(), "MokListX"),
                file("EV_IPL", new ByteWriter().u8(1).toBytes(), "MokListTrusted"));
    }

    private static ExpectedEvent bootImage(Bytes file, String component) throws MalformedException {
        Digest digest = PeImage.parse(file).authenticode(HashAlgorithm.SHA256);
        return new ExpectedEvent("EV_EFI_BOOT_SERVICES_APPLICATION", digest, component, Origin.FILE);
    }

    static ExpectedEvent file(String type, Bytes measured, String component) {
        return new ExpectedEvent(type, Digest.of(HashAlgorithm.SHA256, measured), component, Origin.FILE);
    }

    private static ExpectedEvent action(String text) {
        return new ExpectedEvent("EV_EFI_ACTION", Digest.of(HashAlgorithm.SHA256, Bytes.utf8(text)), text, Origin.RULE);
    }

    static ExpectedEvent separator() {
        return new ExpectedEvent(
                "EV_SEPARATOR", Digest.of(HashAlgorithm.SHA256, Bytes.zeros(4)), Components.SEPARATOR, Origin.RULE);
    }
}
