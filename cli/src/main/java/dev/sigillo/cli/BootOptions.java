package dev.sigillo.cli;

import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.reference.BootDisk;
import dev.sigillo.reference.BootPlan;
import dev.sigillo.reference.BootStates;
import dev.sigillo.reference.FirmwareLog;
import dev.sigillo.reference.UkiBoot;
import dev.sigillo.reference.UnpredictableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The files of a boot, as they are named on the command line. */
final class BootOptions {
    /** Larger than any boot file; an initrd with everything in it has some 300 MiB. */
    private static final int MOST = 1 << 30;

    /** In the place of a file: that of the new kernel. */
    private static final Path SAME = Path.of("same");

    @Option(names = "--varstore", paramLabel = "FILE", description = "firmware variables, as OVMF_VARS.fd")
    Optional<Path> varstore = Optional.empty();

    @Option(names = "--shim", paramLabel = "FILE", description = "the firmware starts it")
    Optional<Path> shim = Optional.empty();

    @Option(names = "--grub", paramLabel = "FILE", description = "shim starts it: grubx64.efi")
    Optional<Path> grub = Optional.empty();

    @Option(names = "--grub-cfg", paramLabel = "FILE", description = "of plain commands: linux, initrd, boot")
    Optional<Path> grubCfg = Optional.empty();

    @Option(names = "--kernel", paramLabel = "FILE", description = "vmlinuz")
    Optional<Path> kernel = Optional.empty();

    @Option(names = "--initrd", paramLabel = "FILE", description = "initrd.img")
    Optional<Path> initrd = Optional.empty();

    @Option(names = "--uki", paramLabel = "FILE", description = "a unified kernel image, in the place of the above")
    Optional<Path> uki = Optional.empty();

    @Option(names = "--systemd-boot", paramLabel = "FILE", description = "starts the UKI; without it the firmware does")
    Optional<Path> systemdBoot = Optional.empty();

    @Option(names = "--loader-conf", paramLabel = "FILE", description = "systemd-boot's loader.conf, if there is one")
    Optional<Path> loaderConf = Optional.empty();

    @Option(
            names = "--command-line",
            paramLabel = "TEXT|FILE",
            description = "what a boot entry passes to a UKI; for GRUB: what grub.cfg must say")
    Optional<String> commandLine = Optional.empty();

    @Option(
            names = "--phases",
            paramLabel = "WORDS",
            description = "what systemd-pcrphase has extended PCR 11 with when evidence is taken, as"
                    + " enter-initrd:leave-initrd; ready stands for those of a whole boot")
    Optional<String> phases = Optional.empty();

    @Option(
            names = "--grub-folder",
            paramLabel = "TEXT",
            defaultValue = "(hd0,gpt1)/EFI/debian",
            description = "where GRUB 2.06 of Debian finds grub.cfg; default: ${DEFAULT-VALUE}")
    String grubFolder = "";

    @Option(names = "--root", paramLabel = "DIR", description = "find the files below: a mounted root or EFI partition")
    Optional<Path> root = Optional.empty();

    @Option(
            names = "--disk",
            paramLabel = "IMAGE",
            description = "the disk or its image: PCR 5 has its partition table")
    Optional<Path> disk = Optional.empty();

    @Option(
            names = "--firmware-log",
            paramLabel = "LOG",
            description =
                    "event log of a good boot of the same firmware and shape: PCR 0, 1, 2, 3 and 6 are taken from it")
    Optional<Path> firmwareLog = Optional.empty();

    @Option(
            names = "--take",
            paramLabel = "PCR",
            description = "take this PCR from the log too, instead of computing it; may be repeated")
    List<Integer> take = new ArrayList<>();

    @Option(names = "--old-varstore", paramLabel = "FILE", description = "before keys or revocations were updated")
    Optional<Path> oldVarstore = Optional.empty();

    @Option(names = "--old-shim", paramLabel = "FILE", description = "that of the earlier package")
    Optional<Path> oldShim = Optional.empty();

    @Option(names = "--old-grub", paramLabel = "FILE", description = "that of the earlier package")
    Optional<Path> oldGrub = Optional.empty();

    @Option(names = "--old-grub-cfg", paramLabel = "FILE", description = "that names the old kernel, if it differs")
    Optional<Path> oldGrubCfg = Optional.empty();

    @Option(names = "--old-kernel", paramLabel = "FILE", description = "that of the earlier package")
    Optional<Path> oldKernel = Optional.empty();

    @Option(
            names = "--old-initrd",
            paramLabel = "FILE|same",
            description =
                    "of the old kernel, which needs one: 'same' if it is the new one's; alone: of the same kernel")
    Optional<Path> oldInitrd = Optional.empty();

    @Option(names = "--old-uki", paramLabel = "FILE", description = "the earlier UKI")
    Optional<Path> oldUki = Optional.empty();

    @Option(names = "--old-systemd-boot", paramLabel = "FILE", description = "that of the earlier package")
    Optional<Path> oldSystemdBoot = Optional.empty();

    @Option(names = "--old-loader-conf", paramLabel = "FILE", description = "systemd-boot's, before it was changed")
    Optional<Path> oldLoaderConf = Optional.empty();

    private Optional<FirmwareLog> log = Optional.empty();

    /** @throws Failure if a file cannot be read, or options contradict each other */
    ReferenceStates states(String name) throws MalformedException, UnpredictableException {
        if (firmwareLog.isPresent()) {
            log = Optional.of(
                    new FirmwareLog(EvidenceFile.read(firmwareLog.get(), EventLog.MAX_SIZE, EventLog::parse)));
        }
        Map<BootPlan.Part, Bytes> files = newFiles();
        BootPlan plan = new BootPlan(
                name,
                files,
                oldFiles(files),
                grubFolder,
                commandLine.map(BootOptions::text).or(this::loggedCommandLine),
                phases.map(BootOptions::words).orElse(List.of()),
                disk.isPresent() ? Optional.of(BootDisk.of(start(disk.get()))) : Optional.empty(),
                taken());
        return BootStates.of(plan);
    }

    private static List<String> words(String phases) {
        return phases.equals("ready") ? UkiBoot.READY : PhasePath.of(phases).words();
    }

    private Optional<String> loggedCommandLine() {
        return take.contains(8) && log.isPresent() ? log.get().commandLine() : Optional.empty();
    }

    private List<PcrReference> taken() {
        if (log.isEmpty()) {
            if (!take.isEmpty()) {
                throw Failure.usage("--take names PCRs of a log, and there is none: give --firmware-log LOG.");
            }
            return List.of();
        }
        List<PcrReference> pcrs = new ArrayList<>();
        for (int pcr : FirmwareLog.FIRMWARE) {
            pcrs.add(log.get().pcr(pcr));
        }
        for (int pcr : take) {
            if (pcr < 0 || pcr > 14 || pcr == 10) {
                throw Failure.usage("--take " + pcr + ": a PCR from 0 to 14 that a boot's log tells of, so not 10.");
            }
            if (!FirmwareLog.FIRMWARE.contains(pcr)) {
                pcrs.add(log.get().pcr(pcr));
            }
        }
        return pcrs;
    }

    private Map<BootPlan.Part, Bytes> newFiles() {
        Map<BootPlan.Part, Bytes> files = new EnumMap<>(BootPlan.Part.class);
        Optional<BootTree> tree = root.map(BootTree::new);
        Optional<Path> unified = uki.or(() -> tree.flatMap(this::onlyUki));
        put(files, BootPlan.Part.VARSTORE, varstore);
        if (unified.isPresent()) {
            put(files, BootPlan.Part.UKI, unified);
            put(files, BootPlan.Part.SYSTEMD_BOOT, systemdBoot.or(() -> tree.flatMap(BootTree::systemdBoot)));
            put(files, BootPlan.Part.LOADER_CONF, loaderConf.or(() -> tree.flatMap(BootTree::loaderConf)));
        } else {
            put(files, BootPlan.Part.SHIM, shim.or(() -> tree.flatMap(BootTree::shim)));
            put(files, BootPlan.Part.GRUB, grub.or(() -> tree.flatMap(BootTree::grub)));
            put(files, BootPlan.Part.GRUB_CONFIGURATION, grubCfg.or(() -> tree.flatMap(BootTree::grubCfg)));
            put(files, BootPlan.Part.KERNEL, kernel.or(() -> tree.flatMap(BootTree::kernel)));
            put(files, BootPlan.Part.INITRD, initrd.or(() -> tree.flatMap(BootTree::initrd)));
        }
        return files;
    }

    /** A UKI that was found and not named, where nobody named files of another boot. */
    private Optional<Path> onlyUki(BootTree tree) {
        if (Stream.of(shim, grub, grubCfg, kernel, initrd).anyMatch(Optional::isPresent)) {
            return Optional.empty();
        }
        Optional<Path> found = tree.uki();
        Optional<Path> beside = tree.besideUki();
        if (found.isPresent() && beside.isPresent()) {
            throw Failure.usage("%s has %s and %s: name what boots, with --uki or --kernel."
                    .formatted(tree.root(), found.get(), beside.get()));
        }
        return found;
    }

    private Map<BootPlan.Part, Bytes> oldFiles(Map<BootPlan.Part, Bytes> now) {
        Map<BootPlan.Part, Bytes> files = new EnumMap<>(BootPlan.Part.class);
        put(files, BootPlan.Part.VARSTORE, oldVarstore);
        put(files, BootPlan.Part.SHIM, oldShim);
        put(files, BootPlan.Part.GRUB, oldGrub);
        put(files, BootPlan.Part.GRUB_CONFIGURATION, oldGrubCfg);
        put(files, BootPlan.Part.KERNEL, oldKernel);
        if (oldInitrd.equals(Optional.of(SAME)) && now.containsKey(BootPlan.Part.INITRD)) {
            files.put(BootPlan.Part.INITRD, now.get(BootPlan.Part.INITRD));
        } else {
            put(files, BootPlan.Part.INITRD, oldInitrd);
        }
        put(files, BootPlan.Part.UKI, oldUki);
        put(files, BootPlan.Part.SYSTEMD_BOOT, oldSystemdBoot);
        put(files, BootPlan.Part.LOADER_CONF, oldLoaderConf);
        return files;
    }

    private static void put(Map<BootPlan.Part, Bytes> files, BootPlan.Part part, Optional<Path> file) {
        file.ifPresent(path -> files.put(part, EvidenceFile.read(path, MOST, bytes -> bytes)));
    }

    /** The first 17 KiB: the whole disk may be of any size. */
    private static Bytes start(Path disk) {
        if (Files.isDirectory(disk)) {
            throw Failure.usage(disk + " is a folder; name a disk image.");
        }
        EvidenceFile.refusePipe(disk);
        try (InputStream in = Files.newInputStream(disk)) {
            return Bytes.of(in.readNBytes(BootDisk.START));
        } catch (IOException e) {
            throw Failure.usage("%s cannot be read: %s.".formatted(disk, e.getMessage()));
        }
    }

    /** The content of a file of that name, without the newline at its end; else the text itself. */
    private static String text(String textOrFile) {
        Path file = Path.of(textOrFile.indexOf('\0') < 0 ? textOrFile : "");
        if (textOrFile.indexOf('=') < 0 && textOrFile.indexOf(' ') < 0 && Files.isRegularFile(file)) {
            return EvidenceFile.read(file, 1 << 16, bytes -> bytes).utf8().stripTrailing();
        }
        return textOrFile;
    }
}
