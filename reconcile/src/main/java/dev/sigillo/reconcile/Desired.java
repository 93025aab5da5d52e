package dev.sigillo.reconcile;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a cluster should be, as accepted by the API.
 *
 * @param clusterOperation when the cluster's open operation began, if one is open
 */
record Desired(boolean deleting, Optional<Instant> clusterOperation, List<DesiredPool> pools) {

    /**
     * What one pool should be.
     *
     * @param operation when the pool's open operation began, its own or the cluster's
     */
    record DesiredPool(String name, int count, boolean deleting, Optional<Instant> operation, boolean settled) {}
}
