package dev.sigillo.machine;

import java.nio.file.Path;

/** Learns what the firmware measures for one machine shape. */
public interface FirmwareProbe {
    /**
     * Runs the firmware without a system to boot, unless the answer is cached. Takes seconds.
     *
     * @throws MachineException if the mode has no vTPM (then nothing is measured), or the firmware does not come up
     */
    FirmwareReference probe(Shape shape, BootMode boot, Path firmwareCode, Path varstore);
}
