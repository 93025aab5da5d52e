package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

/**
 * One run of the firmware with a blank disk: it tries to boot, fails, and says so in its event log. That log is read from
 * the memory of the stopped guest. It counts only if it replays to the registers of the TPM that was there, and if the
 * DXE volume and the version in it are those of the firmware file.
 */
final class ProbeRun implements QemuFirmwareProbe.Runner {
    /** To give up on a firmware that does not come up; nothing is taken for an answer because time has passed. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final long LOOK_MILLIS = 250;
    private static final int MORE_LOOKS = 8;
    /** The first words of the boot manager: it tries the blank disk. */
    private static final String TRIED = "BdsDxe: ";

    private final EngineHome home;
    private final Children children;
    private final Trials trials;

    ProbeRun(EngineHome home, Children children, Trials trials) {
        this.home = home;
        this.children = children;
        this.trials = trials;
    }

    @Override
    public FirmwareReference run(String key, Shape shape, String accelerator, Path firmware, Path varstore)
            throws IOException {
        MachineId id = MachineId.random(new SecureRandom());
        MachineUsers users = trials.begin(id);
        Qemu qemu = new Qemu(home, children, id);
        Vtpm vtpm = new Vtpm(home, children, id, users);
        try {
            Folders.ensure(home.machines(), Folders.OWNER_ONLY);
            Folders.ensure(home.machine(id), Folders.OWNER_ONLY);
            new Disks(home, id, users.qemu()).blank(varstore, shape);
            vtpm.runBlank();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            ChildId child = qemu.startTrial(QemuCommand.probe(shape, true, accelerator), users, firmware);
            awaitBootManager(qemu, child, deadline);
            ParsedLog log = finishedLog(id, shape, deadline);
            children.kill(child); // an orderly end would take the TPM with it
            requireReplay(log, vtpm.volatileState());
            FirmwareVolumes.of(firmware).require(log);
            return new FirmwareReference(MeasuredByFirmware.events(log), key);
        } finally {
            children.killAllOf(user -> user == users.qemu() || user == users.tpm());
            Folders.remove(home.run(id));
            Folders.remove(home.machine(id));
            trials.end(id);
        }
    }

    /** Looking into the memory before there is a log would be a search in vain. */
    private void awaitBootManager(Qemu qemu, ChildId child, long deadline) {
        while (!ConsoleText.tail(qemu.log(), 4000).contains(TRIED)) {
            if (!children.alive(child) || System.nanoTime() - deadline > 0) {
                throw tooLate("the firmware did not come to its boot manager", qemu);
            }
            Pause.millis(LOOK_MILLIS);
        }
    }

    /** The log once it tells of the failed attempt; the guest stays stopped. */
    private ParsedLog finishedLog(MachineId id, Shape shape, long deadline) throws IOException {
        try (Qmp qmp = new Qmp(home.qmpSocket(id), PATIENCE)) {
            GuestMemory memory = new GuestMemory(qmp, home, id);
            Ending ending = new Ending();
            while (true) {
                qmp.execute("stop", Map.of());
                ParsedLog log = memory.eventLog(shape.memoryMib());
                if (ending.isReachedBy(log)) {
                    return log;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw tooLate("the firmware's log does not come to a failed boot attempt", qemu(id));
                }
                qmp.execute("cont", Map.of());
                Pause.millis(LOOK_MILLIS);
            }
        }
    }

    /**
     * When a log that is looked at again and again is complete: once it tells of the failed attempt, never because it has
     * ceased to grow. What follows then counts for nothing, but cut off between TPM and log it would not replay: so a
     * firmware that has come to rest is preferred for a few looks.
     */
    static final class Ending {
        private int before;
        private int looks;

        boolean isReachedBy(ParsedLog log) {
            boolean rests = log.events().size() == before;
            before = log.events().size();
            return MeasuredByFirmware.isFinished(log) && (rests || looks++ == MORE_LOOKS);
        }
    }

    private Qemu qemu(MachineId id) {
        return new Qemu(home, children, id);
    }

    private static MachineException tooLate(String what, Qemu qemu) {
        return new MachineException("%s within %d s: %s"
                .formatted(
                        what,
                        PATIENCE.toSeconds(),
                        ConsoleText.tail(qemu.log(), 1000).strip()));
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
