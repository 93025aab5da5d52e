package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.PowerState;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A pool as ARM shows it: what is kept, and what is known of it now. */
final class PoolView {
    private PoolView() {}

    static ObjectNode resource(Store store, PoolRecord pool) {
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.pool(pool.clusterId(), pool.name()));
        node.put("name", pool.name());
        node.put("type", ArmId.POOL_TYPE);
        node.set("properties", properties(store, pool));
        return node;
    }

    /** The flat form inside {@code ManagedCluster.properties.agentPoolProfiles}. */
    static ObjectNode profile(Store store, PoolRecord pool) {
        ObjectNode node = Json.newObject();
        node.put("name", pool.name());
        node.setAll(properties(store, pool));
        return node;
    }

    static String etag(PoolRecord pool) {
        return Etag.of(ArmId.pool(pool.clusterId(), pool.name()), pool.createdAt(), pool.etag());
    }

    private static ObjectNode properties(Store store, PoolRecord pool) {
        ObjectNode properties = Json.object(pool.body());
        properties.put("provisioningState", pool.provisioningState());
        store.clusters()
                .byId(pool.clusterId())
                .map(cluster -> cluster.desired().power())
                .orElse(PowerState.RUNNING)
                .putInto(properties);
        properties.put("eTag", etag(pool));
        if (pool.provisioningState().equals(ProvisioningState.FAILED)) {
            lastError(store, ArmId.pool(pool.clusterId(), pool.name()))
                    .or(() -> lastError(store, pool.clusterId()))
                    .ifPresent(error -> properties.putObject("status").set("provisioningError", ArmReply.error(error)));
        }
        return properties;
    }

    static Optional<ErrorBody> lastError(Store store, String resourceId) {
        return store.operations().latestOfResource(resourceId).flatMap(Operation::error);
    }
}
