package dev.sigillo.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Runs the firmware of a shape with blank disks, once for each answer, and remembers the answers. */
final class QemuFirmwareProbe implements FirmwareProbe {
    private static final System.Logger LOG = System.getLogger(QemuFirmwareProbe.class.getName());

    private final FirmwareKeys keys;
    private final FirmwareAnswers answers;
    private final MachineRecords records;
    private final Accelerator accelerator;
    private final Runner runner;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Runs the firmware once. */
    interface Runner {
        /** @return what it measured up to its first failed attempt to boot */
        FirmwareReference run(String key, Shape shape, String accelerator, Path firmware, Path varstore)
                throws IOException;
    }

    QemuFirmwareProbe(
            FirmwareKeys keys,
            FirmwareAnswers answers,
            MachineRecords records,
            Accelerator accelerator,
            Runner runner) {
        this.keys = keys;
        this.answers = answers;
        this.records = records;
        this.accelerator = accelerator;
        this.runner = runner;
    }

    @Override
    public Optional<FirmwareReference> known(Shape shape, BootMode boot, Path firmwareCode, Path varstore) {
        if (!boot.vtpm()) {
            return Optional.empty();
        }
        try {
            Optional<Accelerator.Choice> choice = accelerator.known();
            return choice.isEmpty()
                    ? Optional.empty()
                    : answers.find(keys.of(shape, boot, choice.get().name(), firmwareCode, varstore));
        } catch (IOException failed) {
            throw new MachineException("the firmware's reference cannot be looked up: " + failed.getMessage(), failed);
        }
    }

    @Override
    public Optional<FirmwareReference> known(MachineId id) {
        return records.find(id)
                .map(machine -> machine.progress().firmwareKey())
                .filter(key -> !key.isEmpty())
                .flatMap(answers::find);
    }

    @Override
    public FirmwareReference probe(Shape shape, BootMode boot, Path firmwareCode, Path varstore) {
        if (!boot.vtpm()) {
            throw new MachineException("without a vTPM the firmware measures nothing: there is nothing to probe");
        }
        String chosen = accelerator.choose().name();
        try {
            String key = keys.of(shape, boot, chosen, firmwareCode, varstore);
            ReentrantLock lock = locks.computeIfAbsent(key, _ -> new ReentrantLock());
            lock.lock();
            try {
                Optional<FirmwareReference> known = answers.find(key);
                return known.isPresent() ? known.get() : learn(key, shape, chosen, firmwareCode, varstore);
            } finally {
                lock.unlock();
            }
        } catch (IOException failed) {
            throw new MachineException("the firmware probe failed: " + failed.getMessage(), failed);
        }
    }

    /** Twice if need be: on a starved host the first run may be cut off in the middle of something. */
    private FirmwareReference learn(String key, Shape shape, String chosen, Path firmware, Path varstore)
            throws IOException {
        FirmwareReference learnt;
        try {
            learnt = runner.run(key, shape, chosen, firmware, varstore);
        } catch (MachineException | IOException starved) {
            LOG.log(System.Logger.Level.WARNING, "the firmware probe starts again: {0}", starved.getMessage());
            learnt = runner.run(key, shape, chosen, firmware, varstore);
        }
        answers.keep(learnt);
        return learnt;
    }
}
