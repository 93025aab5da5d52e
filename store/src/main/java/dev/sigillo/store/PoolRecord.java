package dev.sigillo.store;

import dev.sigillo.arm.DesiredPool;
import java.time.Instant;

/**
 * A node pool as it is wanted.
 *
 * @param clusterId {@link ClusterRecord#id()}
 * @param body the pool's {@code properties} as JSON, every default filled in
 * @param deleting true from the accepted DELETE on, to its end; false again if that fails
 * @param heedsBudgets it is being deleted, and none of its machines goes before all its nodes are empty, as disruption
 *     budgets allow
 */
public record PoolRecord(
        String clusterId,
        String name,
        String body,
        String provisioningState,
        boolean deleting,
        boolean heedsBudgets,
        long etag,
        Instant createdAt) {
    /** The desired state in typed form. */
    public DesiredPool desired() {
        return DesiredPool.of(name, body);
    }
}
