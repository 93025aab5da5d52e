package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ClusterRules;
import dev.sigillo.arm.DesiredPool;
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
import java.util.Map;
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
        Etag.check(request, tx.pools().find(cluster.id(), name).map(PoolView::etag));
        return accept(tx, cluster, name, body);
    }

    /** Without conditions, as a template has it. */
    Accepted accept(Store tx, ClusterRecord cluster, String given, ObjectNode body) {
        String name = Names.pool(given);
        ObjectNode properties = properties(body);
        Optional<PoolRecord> existing = tx.pools().find(cluster.id(), name);
        if (cluster.deleting()) {
            throw Contention.deleting(cluster);
        }
        return existing.isPresent()
                ? update(tx, cluster, existing.get(), properties)
                : create(tx, cluster, name, properties);
    }

    private Accepted create(Store tx, ClusterRecord cluster, String name, ObjectNode properties) {
        ObjectNode desired = rules.create(name, properties, cluster.desired().version());
        ClusterRules.requireCompatible(cluster.desired().version(), Map.of(name, desired));
        refuseWhileBusy(tx, cluster, name);
        Demand before = demands.now(tx);
        demands.require(before, demands.plus(before, desired), cluster.desired().podCidr(), Demands.nodes(tx, cluster));
        PoolRecord pool = tx.pools().create(cluster.id(), name, Json.text(desired));
        return new Accepted(true, cluster, pool, Optional.of(start(tx, cluster, pool, OperationKind.CREATE)));
    }

    /** The acceptance of {@code POST …/upgradeNodeImageVersion}: an operation of its own also where the image is the newest. */
    Accepted upgradeImage(Store tx, ArmRequest request) {
        ClusterRecord cluster = scope.cluster(tx, request);
        PoolRecord pool = scope.pool(tx, cluster, request);
        if (cluster.deleting()) {
            throw Contention.deleting(cluster);
        }
        refuseWhileBusy(tx, cluster, pool.name());
        ObjectNode desired = rules.upgradeImage(Json.object(pool.body()));
        requireRoom(tx, cluster, pool, desired);
        PoolRecord updated = tx.pools()
                .update(
                        cluster.id(),
                        pool.name(),
                        pool.etag(),
                        Json.text(desired),
                        ProvisioningState.UPGRADING_NODE_IMAGE);
        Operation operation = start(tx, cluster, updated, OperationKind.UPDATE);
        return new Accepted(false, cluster, updated, Optional.of(operation));
    }

    /** The state of a pool on its way from one to the other. */
    static String changing(DesiredPool before, DesiredPool after) {
        return before.version().equals(after.version()) ? ProvisioningState.UPDATING : ProvisioningState.UPGRADING;
    }

    private void requireRoom(Store tx, ClusterRecord cluster, PoolRecord pool, ObjectNode desired) {
        Demand now = demands.now(tx);
        DesiredPool after = DesiredPool.of(pool.name(), Json.text(desired));
        demands.require(
                now,
                demands.plusSurge(demands.plus(demands.minus(now, pool), desired), pool.desired(), after),
                cluster.desired().podCidr(),
                Demands.nodes(tx, cluster));
    }

    private Accepted update(Store tx, ClusterRecord cluster, PoolRecord pool, ObjectNode properties) {
        ObjectNode kept = Json.object(pool.body());
        ObjectNode desired = rules.update(pool.name(), kept, properties);
        cluster.desired().power().requireOf(pool.name(), properties);
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
        DesiredPool before = pool.desired();
        DesiredPool after = DesiredPool.of(pool.name(), Json.text(desired));
        ClusterRules.requireCompatible(cluster.desired().version(), Map.of(pool.name(), desired));
        if (before.isSystem() && !after.isSystem()) {
            SystemPools.requireOther(pool.name(), SystemPools.staying(tx, cluster.id()), "");
        }
        boolean nodes = before.count() != after.count()
                || before.isSystem() != after.isSystem()
                || Demands.replaces(before, after)
                || !before.labels().equals(after.labels())
                || !before.taints().equals(after.taints());
        requireRoom(tx, cluster, pool, desired);
        String state = nodes || !settled ? changing(before, after) : pool.provisioningState();
        PoolRecord updated = tx.pools().update(cluster.id(), pool.name(), pool.etag(), Json.text(desired), state);
        if (state.equals(ProvisioningState.SUCCEEDED)) {
            // Tags and the like: no node has to know.
            return new Accepted(false, cluster, updated, Optional.empty());
        }
        return new Accepted(false, cluster, updated, Optional.of(start(tx, cluster, updated, OperationKind.UPDATE)));
    }

    /** @throws dev.sigillo.arm.ArmException OPERATION_NOT_ALLOWED when pool or cluster are being changed, or it is stopped */
    static void refuseWhileBusy(Store tx, ClusterRecord cluster, String pool) {
        Contention.requireRunning(cluster);
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
