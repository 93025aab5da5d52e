package dev.sigillo.reconcile;

import java.time.Duration;

/**
 * How long the reconciler pauses.
 *
 * @param least between two looks, however often it is woken
 * @param busy between two looks while something is under way
 * @param calm between two looks otherwise
 * @param drain for pods to leave a node by themselves
 * @param drainLook between two looks at a node that is drained
 * @param firstRetry after the first failure of a step; doubled at each further one
 * @param longestRetry what doubling ends at
 * @param lapse from the start of the server, or of its looking again after a pause or at a control plane that is up again, until trust whose verdict has run out goes
 */
public record Pace(
        Duration least,
        Duration busy,
        Duration calm,
        Duration drain,
        Duration drainLook,
        Duration firstRetry,
        Duration longestRetry,
        Duration lapse) {

    /** For a host that serves people. */
    public static final Pace REAL = new Pace(
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(2));
}
