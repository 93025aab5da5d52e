package dev.sigillo.kubernetes;

import java.time.Duration;

/** A wait between two looks. */
final class Pause {

    private Pause() {}

    static void of(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    static KubernetesException interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new KubernetesException("interrupted while waiting for the control plane", interrupted);
    }
}
