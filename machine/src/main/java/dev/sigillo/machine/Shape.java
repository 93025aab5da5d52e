package dev.sigillo.machine;

/**
 * What a machine gets of this host.
 *
 * @param cpus virtual processors, 1 to 64
 * @param memoryMib memory in MiB, at least 512; QEMU takes it from the host as the guest touches it
 * @param diskGib size of the scratch disk in GiB, at least 1; sparse
 * @param gpus GPUs of the host that are the machine's alone, 0 to {@value #MOST_GPUS}
 */
public record Shape(int cpus, int memoryMib, int diskGib, int gpus) {
    static final int MOST_GPUS = 8;

    /** @throws IllegalArgumentException outside those ranges */
    public Shape {
        if (cpus < 1 || cpus > 64 || memoryMib < 512 || diskGib < 1 || gpus < 0 || gpus > MOST_GPUS) {
            throw new IllegalArgumentException(
                    "a shape is 1-64 cpus, at least 512 MiB, at least 1 GiB, at most %d GPUs, not %d, %d, %d, %d"
                            .formatted(MOST_GPUS, cpus, memoryMib, diskGib, gpus));
        }
    }

    /** One without a GPU. */
    public Shape(int cpus, int memoryMib, int diskGib) {
        this(cpus, memoryMib, diskGib, 0);
    }
}
