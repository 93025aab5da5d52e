package dev.sigillo.machine;

import java.nio.file.Path;
import java.util.Optional;

/** Learns what the firmware measures for one machine shape. */
public interface FirmwareProbe {
    /** What {@link #probe} would answer, if it needs to run nothing for it. Takes milliseconds. */
    Optional<FirmwareReference> known(Shape shape, BootMode boot, Path firmwareCode, Path varstore);

    /**
     * What the firmware of this machine measured at its last start: learnt for the firmware, QEMU, accelerator and
     * template that it was started with, whatever has been upgraded since.
     *
     * @return empty if that has not been probed, or there is no such machine, or it has no vTPM
     */
    Optional<FirmwareReference> known(MachineId id);

    /**
     * Runs the firmware without a system to boot, unless the answer is known. Takes seconds, on a busy emulating host
     * minutes; whoever asks for the same meanwhile gets the same answer, whoever asks for another does not wait for it.
     *
     * @throws MachineException if the mode has no vTPM (then nothing is measured), or the firmware does not come up
     */
    FirmwareReference probe(Shape shape, BootMode boot, Path firmwareCode, Path varstore);
}
