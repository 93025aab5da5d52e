package dev.sigillo.machine;

/**
 * What a machine gets of this host.
 *
 * @param cpus virtual processors, 1 to 64
 * @param memoryMib memory in MiB, at least 512; QEMU takes it from the host as the guest touches it
 * @param diskGib size of the scratch disk in GiB, at least 1; sparse
 */
public record Shape(int cpus, int memoryMib, int diskGib) {
    /** @throws IllegalArgumentException outside those ranges */
    public Shape {
        if (cpus < 1 || cpus > 64 || memoryMib < 512 || diskGib < 1) {
            throw new IllegalArgumentException("a shape is 1-64 cpus, at least 512 MiB, at least 1 GiB, not %d, %d, %d"
                    .formatted(cpus, memoryMib, diskGib));
        }
    }
}
