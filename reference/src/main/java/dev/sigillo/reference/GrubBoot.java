package dev.sigillo.reference;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ShimFile;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.StoredVariable;
import dev.sigillo.uefi.VarStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What OVMF, shim, GRUB and the kernel's EFI stub measure when they boot these files from the first boot option: PCR 4, 7,
 * 8, 9 and 14 (TCG PC Client Platform Firmware Profile, table of PCR usage; shim's MokVars.txt; GRUB's manual, "Measured
 * Boot"; the kernel's efi-stub-helper.c).
 */
public final class GrubBoot {

    /** Where Debian's GRUB, on the first partition of the first disk, finds its configuration. */
    public static final String FOLDER = "(hd0,gpt1)/EFI/debian";

    /** The images that run. */
    static final int IMAGES = 4;

    /** GRUB's commands and the kernel command line. */
    static final int COMMANDS = 8;

    /** What GRUB and the kernel's EFI stub read. */
    static final int FILES = 9;

    /** What shim keeps and is predicted. Any other changes what it verifies, measures or does first, as mokutil asks. */
    private static final Set<String> KEPT_BY_SHIM = Set.of("MokList", "MokListX", "SbatLevel");

    private final GrubFiles files;
    private final VarStore varstore;
    private final ShimFile shim;
    private final ShimLists lists;
    private final GrubRelease release;
    private final GrubConfig grub;

    /**
     * @throws MalformedException if a file is not of its form
     * @throws UnpredictableException if the files say too little, or would not boot
     */
    public GrubBoot(GrubFiles files, VarStore varstore) throws MalformedException, UnpredictableException {
        this(files, varstore, FOLDER);
    }

    /** @param folder where GRUB finds its configuration, in its own words; counts for GRUB 2.06 alone */
    public GrubBoot(GrubFiles files, VarStore varstore, String folder)
            throws MalformedException, UnpredictableException {
        this(files, varstore, GrubRelease.of(files.grub(), folder), GrubConfig.parse(files.grubConfig()));
    }

    GrubBoot(GrubFiles files, VarStore varstore, GrubRelease release, GrubConfig grub)
            throws MalformedException, UnpredictableException {
        this.files = files;
        this.varstore = varstore;
        this.shim = ShimFile.parse(files.shim());
        this.lists = ShimLists.of(shim, varstore);
        this.release = release;
        this.grub = grub;
        for (StoredVariable variable : varstore.variables()) {
            if (variable.vendor().equals(Guid.SHIM_LOCK) && !KEPT_BY_SHIM.contains(variable.name())) {
                throw new UnpredictableException("the varstore has " + variable.name()
                        + " of shim's, as mokutil sets it, and what shim then measures is not known: clear it first");
            }
        }
    }

    /** As PCR 8 has it: the kernel's path first. */
    public String commandLine() {
        return grub.kernelCommandLine();
    }

    /** By index; PCR 5 is the disk's ({@link BootDisk}), the others are the firmware's ({@link FirmwareLog}). */
    public List<PcrReference> pcrs() throws MalformedException, UnpredictableException {
        SecureBootPolicy policy = new SecureBootPolicy(varstore);
        policy.firmwareStarts(files.shim(), Components.SHIM);
        policy.shimStarts(lists);
        policy.shimVerifies(shim, files.grub(), Components.GRUB);
        policy.shimVerifies(shim, files.kernel(), kernel());
        return List.of(
                new PcrReference(IMAGES, bootLoaders()),
                new PcrReference(7, policy.events()),
                new PcrReference(COMMANDS, grubCommands()),
                new PcrReference(FILES, grubFiles()),
                new PcrReference(14, mok()));
    }

    private String kernel() {
        return Components.KERNEL + " " + grub.kernelPath();
    }

    /** The firmware reports its attempt before it closes PCR 4's first part. */
    private List<ExpectedEvent> bootLoaders() throws MalformedException {
        List<ExpectedEvent> events = new ArrayList<>();
        events.add(Expected.action(BootDisk.CALLING));
        events.add(Expected.separator());
        events.add(Expected.image(files.shim(), Components.SHIM));
        events.add(Expected.image(files.grub(), Components.GRUB));
        if (varstore.secureBoot()) {
            // GRUB hands the kernel to shim, which measures what it verifies; with Secure Boot off nobody does.
            events.add(Expected.image(files.kernel(), kernel()));
            if (release.kernelTwice()) {
                events.add(Expected.image(files.kernel(), kernel()));
            }
        }
        return events;
    }

    /** Each command, and after "linux" the kernel's command line; the label before the text is not hashed. */
    private List<ExpectedEvent> grubCommands() {
        List<ExpectedEvent> events = new ArrayList<>();
        for (String command : release.prelude()) {
            events.add(command(command));
        }
        for (String command : grub.commands()) {
            events.add(command(command));
            if (command.startsWith("linux ")) {
                events.add(
                        Expected.file("EV_IPL", Bytes.utf8(grub.kernelCommandLine()), Components.KERNEL_COMMAND_LINE));
            }
        }
        return events;
    }

    private static ExpectedEvent command(String text) {
        return Expected.file("EV_IPL", Bytes.utf8(text), Components.GRUB_COMMAND + text);
    }

    private List<ExpectedEvent> grubFiles() {
        List<ExpectedEvent> events = new ArrayList<>();
        events.add(Expected.file("EV_IPL", files.grubConfig(), Components.GRUB_CONFIGURATION));
        if (release.configurationTwice()) {
            events.add(Expected.file("EV_IPL", files.grubConfig(), Components.GRUB_CONFIGURATION));
        }
        events.add(Expected.file("EV_IPL", files.kernel(), kernel()));
        events.add(Expected.file("EV_IPL", files.initrd(), Components.INITRD));
        if (release.stub()) {
            Bytes options = Bytes.of(("BOOT_IMAGE=" + grub.kernelCommandLine()).getBytes(StandardCharsets.UTF_16LE));
            events.add(Expected.file("EV_EVENT_TAG", options, Components.LOAD_OPTIONS));
            events.add(Expected.file("EV_EVENT_TAG", files.initrd(), Components.INITRD));
        }
        return events;
    }

    /** shim's mok_state_variables: what vendor and users trust and revoke, and that the kernel may trust MOK. */
    private List<ExpectedEvent> mok() {
        return List.of(
                Expected.file("EV_IPL", lists.mokList(), "MokList"),
                Expected.file("EV_IPL", lists.mokListX(), "MokListX"),
                Expected.file("EV_IPL", new ByteWriter().u8(1).toBytes(), "MokListTrusted"));
    }
}
