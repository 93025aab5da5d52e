package dev.sigillo.process;

/**
 * A process that can be found again, also by another server process: its number and its start time. The number alone
 * is reused by the kernel; the pair is not.
 *
 * @param pid the process number
 * @param startTicks field 22 of {@code /proc/PID/stat}: clock ticks from the boot of the host to the process's start
 */
public record ChildId(long pid, long startTicks) {
    /** @throws IllegalArgumentException unless both numbers are positive */
    public ChildId {
        if (pid <= 0 || startTicks < 0) {
            throw new IllegalArgumentException(
                    "a child is pid > 0 and ticks >= 0, not %d:%d".formatted(pid, startTicks));
        }
    }

    /** @throws IllegalArgumentException unless the text is {@code pid:ticks} in decimal */
    public static ChildId parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("a child is written pid:ticks, not \"" + text + "\"");
        }
        return new ChildId(Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
    }

    /** {@code pid:ticks}, which {@link #parse} reads. */
    @Override
    public String toString() {
        return pid + ":" + startTicks;
    }
}
