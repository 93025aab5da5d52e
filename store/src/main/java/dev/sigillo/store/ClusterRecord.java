package dev.sigillo.store;

import dev.sigillo.arm.DesiredCluster;
import java.time.Instant;

/**
 * A managed cluster as it is wanted.
 *
 * @param id ARM id in the spelling of its creation; the key of all other tables
 * @param shortId {@code c} + index: the name of its network and folders
 * @param index smallest number from 1 that no other cluster had at its creation; picks its subnets
 * @param body desired state as JSON: location, tags, identity, sku and properties, without the pools
 * @param deleting true from the accepted DELETE on; never false again
 * @param etag one more for each change
 */
public record ClusterRecord(
        String id,
        String shortId,
        int index,
        String resourceGroup,
        String name,
        String location,
        String body,
        String provisioningState,
        boolean deleting,
        long etag,
        Instant createdAt) {
    /** The desired state in typed form. */
    public DesiredCluster desired() {
        return DesiredCluster.of(body);
    }
}
