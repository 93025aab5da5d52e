package dev.sigillo.machine;

/** The step of a bounded wait. */
final class Pause {
    private static final long MILLIS = 20;

    private Pause() {}

    static void shortly() {
        millis(MILLIS);
    }

    static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new MachineException("interrupted", interrupted);
        }
    }
}
