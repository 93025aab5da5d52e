package dev.sigillo.reference;

import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.reference.BootPlan.Part;
import dev.sigillo.uefi.VarStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One state of a plan: a boot by shim and GRUB, or of a unified kernel image. */
record PlannedBoot(BootPlan plan, Map<Part, Bytes> files) {

    ReferenceManifest manifest(String name) throws MalformedException, UnpredictableException {
        VarStore varstore = VarStore.parse(file(Part.VARSTORE));
        if (files.containsKey(Part.UKI)) {
            for (Part part : List.of(Part.SHIM, Part.GRUB, Part.GRUB_CONFIGURATION, Part.KERNEL, Part.INITRD)) {
                if (files.containsKey(part)) {
                    throw new UnpredictableException("there are a UKI and a " + part.shown()
                            + ": a UKI is predicted where firmware or systemd-boot starts it, not shim or GRUB");
                }
            }
            return unified(name, varstore);
        }
        GrubBoot grub = plan.takes(GrubBoot.COMMANDS) ? logged(varstore) : computed(varstore);
        if (!plan.commandLine().orElse(grub.commandLine()).equals(grub.commandLine())) {
            throw new UnpredictableException("grub.cfg says \"" + grub.commandLine() + "\", and the command line asked"
                    + " for is \"" + plan.commandLine().get() + "\"");
        }
        List<PcrReference> pcrs = new ArrayList<>(grub.pcrs());
        plan.disk().ifPresent(disk -> pcrs.add(disk.pcr()));
        return new ReferenceManifest(name, varstore.secureBoot(), true, pcrs, List.of(), grub.commandLine());
    }

    private GrubBoot computed(VarStore varstore) throws MalformedException, UnpredictableException {
        return new GrubBoot(grubFiles(), varstore, plan.grubFolder());
    }

    /** Of a grub.cfg that is not read, since a log tells what GRUB did by it: its commands and the files it opened. */
    private GrubBoot logged(VarStore varstore) throws MalformedException, UnpredictableException {
        if (!plan.takes(GrubBoot.FILES)) {
            throw new UnpredictableException("PCR 8 is taken from a log, and so grub.cfg does not tell which files GRUB"
                    + " opens: take PCR 9 too");
        }
        GrubFiles boot = grubFiles();
        GrubRelease release =
                plan.takes(GrubBoot.IMAGES) ? GrubRelease.LOGGED : GrubRelease.of(boot.grub(), plan.grubFolder());
        return new GrubBoot(boot, varstore, release, GrubConfig.logged(lineOfLog()));
    }

    private GrubFiles grubFiles() throws UnpredictableException {
        return new GrubFiles(
                file(Part.SHIM),
                file(Part.GRUB),
                file(Part.KERNEL),
                file(Part.INITRD),
                plan.takes(GrubBoot.COMMANDS) ? Bytes.empty() : file(Part.GRUB_CONFIGURATION));
    }

    private ReferenceManifest unified(String name, VarStore varstore)
            throws MalformedException, UnpredictableException {
        UkiBoot boot = UkiBoot.of(file(Part.UKI), varstore).after(plan.phases());
        if (files.containsKey(Part.SYSTEMD_BOOT)) {
            boot = boot.by(file(Part.SYSTEMD_BOOT), Optional.ofNullable(files.get(Part.LOADER_CONF)));
        }
        if (plan.commandLine().isPresent()) {
            boot = boot.passing(plan.commandLine().get());
        }
        List<PcrReference> pcrs = new ArrayList<>(boot.pcrs());
        if (plan.disk().isPresent()) {
            pcrs.add(plan.disk().get().of(boot).pcr());
        }
        return new ReferenceManifest(name, varstore.secureBoot(), true, pcrs, List.of(), boot.commandLine());
    }

    private String lineOfLog() throws UnpredictableException {
        return plan.commandLine()
                .orElseThrow(() -> new UnpredictableException(
                        "PCR 8 is taken from a log that has no kernel command line in it: say it yourself"));
    }

    private Bytes file(Part part) throws UnpredictableException {
        Bytes file = files.get(part);
        if (file == null) {
            throw new UnpredictableException("there is no " + part.shown() + ": name the file"
                    + (part == Part.VARSTORE ? " with the firmware's variables" : ""));
        }
        return file;
    }
}
