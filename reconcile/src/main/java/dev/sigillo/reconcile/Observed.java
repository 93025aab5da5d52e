package dev.sigillo.reconcile;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a cluster is: rows, host and API server looked at in one pass. */
record Observed(
        boolean networkOpen,
        boolean controlPlaneRuns,
        boolean apiReady,
        boolean addonsInstalled,
        List<SeenMachine> machines) {

    /**
     * One machine of the cluster.
     *
     * @param running the engine knows it and its process lives
     * @param exists the engine knows it, running or not
     * @param bootFailure what its console or the clock says went wrong while it booted
     */
    record SeenMachine(
            String id,
            String pool,
            Phase phase,
            boolean exists,
            boolean running,
            boolean nodeExists,
            boolean nodeReady,
            Instant bookedAt,
            Optional<String> failure,
            Optional<String> bootFailure) {}
}
