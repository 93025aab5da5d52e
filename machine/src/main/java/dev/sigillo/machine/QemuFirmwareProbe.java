package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import dev.sigillo.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the firmware of a shape with blank disks and reads what it measured from the guest's memory.
 *
 * <p>The log counts only if it replays to the registers of the TPM that was there, and if the DXE volume and the version
 * in it are those of the firmware file. Answers are kept in the cache, by everything they depend on.
 */
final class QemuFirmwareProbe implements FirmwareProbe {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long SETTLING_MILLIS = 2500;
    /** The first words of the boot manager: it has tried the blank disk. */
    private static final String TRIED = "BdsDxe: ";

    private final EngineHome home;
    private final Children children;
    private final Trials trials;
    private final Accelerator accelerator;

    QemuFirmwareProbe(EngineHome home, Children children, Trials trials, Accelerator accelerator) {
        this.home = home;
        this.children = children;
        this.trials = trials;
        this.accelerator = accelerator;
    }

    @Override
    public synchronized FirmwareReference probe(Shape shape, BootMode boot, Path firmwareCode, Path varstore) {
        if (!boot.vtpm()) {
            throw new MachineException("without a vTPM the firmware measures nothing: there is nothing to probe");
        }
        try {
            QemuCommand command =
                    QemuCommand.probe(shape, true, accelerator.choose().name());
            String key = key(command, boot, firmwareCode, varstore);
            Path kept = home.firmwareCache()
                    .resolve(Digest.of(HashAlgorithm.SHA256, Bytes.utf8(key)).hex() + ".json");
            if (Files.exists(kept)) {
                return FirmwareReferenceJson.read(kept);
            }
            FirmwareReference found =
                    new FirmwareReference(MeasuredByFirmware.events(run(command, shape, firmwareCode, varstore)), key);
            Files.createDirectories(home.firmwareCache());
            FirmwareReferenceJson.write(kept, found);
            return found;
        } catch (IOException failed) {
            throw new MachineException("the firmware probe failed: " + failed.getMessage(), failed);
        }
    }

    /** All that may change a measurement; the command line stands for model, topology and sizes. */
    private String key(QemuCommand command, BootMode boot, Path firmware, Path varstore) throws IOException {
        String version = Command.run(Duration.ofSeconds(20), List.of(QemuCommand.PROGRAM, "--version"))
                .out()
                .lines()
                .findFirst()
                .orElse("");
        return String.join(
                "\n",
                "firmware " + Witness.sha256(firmware),
                "varstore " + Witness.sha256(varstore),
                "secure boot " + boot.secureBoot(),
                version,
                String.join(" ", command.arguments(new JailPaths(Path.of("/jail")))));
    }

    private ParsedLog run(QemuCommand command, Shape shape, Path firmware, Path varstore) throws IOException {
        MachineId id = MachineId.random(new SecureRandom());
        trials.begin(id);
        Qemu qemu = new Qemu(home, children, id);
        Vtpm vtpm = new Vtpm(home, children, id);
        try {
            Folders.ensure(home.machines(), Folders.OWNER_ONLY);
            Folders.ensure(home.machine(id), Folders.OWNER_ONLY);
            Disks disks = new Disks(home, id);
            disks.blank(varstore, shape);
            vtpm.runBlank();
            ChildId child = qemu.start(command, Optional.empty(), firmware, Optional.empty());
            awaitBootAttempt(qemu, child);
            ParsedLog log = settledLog(id, disks, shape);
            children.stop(child, Duration.ZERO); // at once: an orderly end would take the TPM with it
            requireReplay(log, vtpm.volatileState());
            FirmwareVolumes.of(firmware).require(log);
            return log;
        } finally {
            qemu.stop();
            vtpm.stop();
            Folders.remove(home.run(id));
            Folders.remove(home.machine(id));
            trials.end(id);
        }
    }

    /** The boot manager goes on to its own entries: the log is read from the stopped guest once it has ceased to grow. */
    private ParsedLog settledLog(MachineId id, Disks disks, Shape shape) throws IOException {
        try (Qmp qmp = new Qmp(home.qmpSocket(id), PATIENCE)) {
            GuestMemory memory = new GuestMemory(qmp, new JailPaths(home.run()), disks.folder());
            int before = -1;
            while (true) {
                qmp.execute("stop", Map.of());
                ParsedLog log = memory.eventLog(shape.memoryMib());
                if (log.events().size() == before) {
                    return log;
                }
                before = log.events().size();
                qmp.execute("cont", Map.of());
                Pause.millis(SETTLING_MILLIS);
            }
        }
    }

    private void awaitBootAttempt(Qemu qemu, ChildId child) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!ConsoleText.tail(qemu.log(), 4000).contains(TRIED)) {
            if (!children.alive(child) || System.nanoTime() - deadline > 0) {
                throw new MachineException("the firmware did not come to its boot manager within %d s: %s"
                        .formatted(
                                PATIENCE.toSeconds(),
                                ConsoleText.tail(qemu.log(), 1000).strip()));
            }
            Pause.millis(100);
        }
    }

    private static void requireReplay(ParsedLog log, Bytes tpmState) {
        String state = tpmState.hex();
        log.replay(HashAlgorithm.SHA256).forEach((pcr, value) -> {
            if (!state.contains(value.hex())) {
                throw new MachineException(
                        "the firmware's event log does not replay: PCR %d would be %s, the TPM differs"
                                .formatted(pcr, value.hex()));
            }
        });
    }
}
