package dev.sigillo.machine;

/**
 * What this host can carry.
 *
 * @param cpus processors of the host
 * @param memoryMib its memory in MiB
 * @param freeMemoryMib what a new machine may still take: available memory less what running machines were promised and
 *     have not touched yet
 * @param accelerator {@code kvm} or {@code tcg}
 * @param why how that was decided, for people
 */
public record Capacity(int cpus, long memoryMib, long freeMemoryMib, String accelerator, String why) {
    /** Kept for the host itself and for control planes that have yet to grow; not in {@link #freeMemoryMib}. */
    public static final long RESERVED_MIB = 1024;
}
