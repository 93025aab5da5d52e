package dev.sigillo.store;

import java.time.Instant;
import java.util.Optional;

/**
 * A machine that the reconciler wants or has.
 *
 * @param machineId the engine's id, {@code m-…}
 * @param clusterId {@link ClusterRecord#id()}
 * @param nodeName name of the Kubernetes Node; unique in the cluster
 * @param address IPv4 on the cluster's network; unique in the cluster
 * @param podCidr pod addresses of this node; unique in the cluster
 * @param phase the reconciler's word for how far it is
 * @param imageVersion node image it was made from
 * @param failure why it is of no use, in words for a person
 */
public record MachineRecord(
        String machineId,
        String clusterId,
        String pool,
        String nodeName,
        String address,
        String podCidr,
        String phase,
        String imageVersion,
        boolean secureBoot,
        boolean vtpm,
        Optional<String> failure,
        long etag,
        Instant createdAt) {}
