package dev.sigillo.store;

import dev.sigillo.arm.DesiredPool;
import java.time.Instant;

/**
 * A node pool as it is wanted.
 *
 * @param clusterId {@link ClusterRecord#id()}
 * @param body the pool's {@code properties} as JSON, every default filled in
 * @param deleting true from the accepted DELETE on; never false again
 */
public record PoolRecord(
        String clusterId,
        String name,
        String body,
        String provisioningState,
        boolean deleting,
        long etag,
        Instant createdAt) {
    /** The desired state in typed form. */
    public DesiredPool desired() {
        return DesiredPool.of(name, body);
    }
}
