package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Names;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.PoolRules;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The acceptance of {@code PUT agentPools/{name}}: checks, then pool and operation in one transaction. */
final class PoolPut {
    private final Scope scope;
    private final PoolRules rules;
    private final Demands demands;

    PoolPut(Scope scope, PoolRules rules, Demands demands) {
        this.scope = scope;
        this.rules = rules;
        this.demands = demands;
    }

    /**
     * What was accepted.
     *
     * @param operation absent when nothing is left to be done
     */
    record Accepted(boolean created, ClusterRecord cluster, PoolRecord pool, Optional<Operation> operation) {}

    Accepted accept(Store tx, ArmRequest request, ObjectNode body) {
        ClusterRecord cluster = scope.cluster(tx, request);
        String name = Names.pool(request.parameter("pool"));
        ObjectNode properties = properties(body);
        Optional<PoolRecord> existing = tx.pools().find(cluster.id(), name);
        Etag.check(request, existing.map(PoolView::etag));
        if (cluster.deleting()) {
            throw Contention.deleting(cluster);
        }
        return existing.isPresent()
                ? update(tx, cluster, existing.get(), properties)
                : create(tx, cluster, name, properties);
    }

    private Accepted create(Store tx, ClusterRecord cluster, String name, ObjectNode properties) {
        ObjectNode desired = rules.create(name, properties, cluster.desired().version());
        refuseWhileBusy(tx, cluster, name);
        Demand before = demands.now(tx);
        demands.require(before, demands.plus(before, desired), cluster.desired().podCidr(), Demands.nodes(tx, cluster));
        PoolRecord pool = tx.pools().create(cluster.id(), name, Json.text(desired));
        return new Accepted(true, cluster, pool, Optional.of(start(tx, cluster, pool, OperationKind.CREATE)));
    }

    private Accepted update(Store tx, ClusterRecord cluster, PoolRecord pool, ObjectNode properties) {
        ObjectNode kept = Json.object(pool.body());
        ObjectNode desired = rules.update(pool.name(), kept, properties);
        if (pool.deleting()) {
            refuseWhileBusy(tx, cluster, pool.name());
        }
        boolean same = desired.equals(kept);
        List<Operation> open = tx.operations().openOfPool(cluster.id(), pool.name());
        boolean settled = pool.provisioningState().equals(ProvisioningState.SUCCEEDED);
        if (same && (settled || !open.isEmpty())) {
            return new Accepted(false, cluster, pool, open.stream().findFirst());
        }
        refuseWhileBusy(tx, cluster, pool.name());
        boolean scaled = !desired.path("count").equals(kept.path("count"));
        Demand before = demands.now(tx);
        demands.require(
                before,
                demands.plus(demands.minus(before, pool), desired),
                cluster.desired().podCidr(),
                Demands.nodes(tx, cluster));
        String state = scaled || !settled ? ProvisioningState.UPDATING : pool.provisioningState();
        PoolRecord now = tx.pools().update(cluster.id(), pool.name(), pool.etag(), Json.text(desired), state);
        if (state.equals(ProvisioningState.SUCCEEDED)) {
            // Tags and the like: no machine has to know.
            return new Accepted(false, cluster, now, Optional.empty());
        }
        return new Accepted(false, cluster, now, Optional.of(start(tx, cluster, now, OperationKind.UPDATE)));
    }

    /** @throws dev.sigillo.arm.ArmException OPERATION_NOT_ALLOWED when the pool or the whole cluster is being changed */
    static void refuseWhileBusy(Store tx, ClusterRecord cluster, String pool) {
        String poolId = ArmId.pool(cluster.id(), pool);
        tx.operations().openOfCluster(cluster.id()).stream()
                .filter(open -> open.resourceId().equals(cluster.id())
                        || open.resourceId().equals(poolId))
                .findFirst()
                .ifPresent(open -> {
                    throw Contention.with(cluster, open);
                });
    }

    private static Operation start(Store tx, ClusterRecord cluster, PoolRecord pool, OperationKind kind) {
        return tx.operations().open(cluster.id(), ArmId.pool(cluster.id(), pool.name()), kind, cluster.location());
    }

    private static ObjectNode properties(ObjectNode body) {
        JsonNode properties = body.path("properties");
        if (properties.isMissingNode() || properties.isNull()) {
            return Json.newObject();
        }
        if (properties instanceof ObjectNode object) {
            return object;
        }
        throw ArmError.INVALID_PARAMETER.at(
                "properties",
                "The value of parameter properties is invalid: it must be an object, and is a %s.",
                Json.nameOf(properties));
    }
}
