package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ClusterRules;
import dev.sigillo.arm.DesiredCluster;
import dev.sigillo.arm.DesiredPool;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Names;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.PoolRules;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.ResourceGroupRecord;
import dev.sigillo.store.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The acceptance of {@code PUT managedClusters/{name}}: checks, then cluster, pools and operation in one transaction.
 *
 * <p>A PUT carries all pools that its sender knows; pools it leaves out stay. The same PUT again changes nothing: it is
 * answered with the operation under way, if there is one. After a failure it starts anew.
 */
final class ClusterPut {
    private static final Set<String> GAVE_UP = Set.of(ProvisioningState.FAILED, ProvisioningState.CANCELED);

    private final Scope scope;
    private final ClusterRules clusterRules;
    private final PoolRules poolRules;
    private final Demands demands;

    ClusterPut(Scope scope, ClusterRules clusterRules, PoolRules poolRules, Demands demands) {
        this.scope = scope;
        this.clusterRules = clusterRules;
        this.poolRules = poolRules;
        this.demands = demands;
    }

    /**
     * What was accepted.
     *
     * @param operation absent when nothing is left to be done
     */
    record Accepted(boolean created, ClusterRecord cluster, Optional<Operation> operation) {}

    Accepted accept(Store tx, ArmRequest request, ObjectNode body) {
        ResourceGroupRecord group = scope.group(tx, request);
        String name = Names.cluster(request.parameter("cluster"));
        Etag.check(request, tx.clusters().find(group.name(), name).map(ClusterView::etag));
        return accept(tx, group, name, body);
    }

    /** Without conditions, as a template has it. */
    Accepted accept(Store tx, ResourceGroupRecord group, String name, ObjectNode body) {
        if (group.deleting()) {
            throw ResourceGroups.beingDeleted(group);
        }
        Optional<ClusterRecord> existing = tx.clusters().find(group.name(), Names.cluster(name));
        clusterRules.checkTypes(body);
        List<ObjectNode> pools = clusterRules.pools(body);
        ClusterRules.requireTrustable(body, withKept(tx, existing, pools));
        return existing.isPresent()
                ? update(tx, existing.get(), body, pools)
                : create(tx, group.name(), name, body, pools);
    }

    private static List<ObjectNode> withKept(Store tx, Optional<ClusterRecord> cluster, List<ObjectNode> pools) {
        return Stream.concat(
                        pools.stream(),
                        cluster.stream()
                                .flatMap(each -> tx.pools().listOfCluster(each.id()).stream())
                                .map(pool -> Json.object(pool.body())))
                .toList();
    }

    private Accepted create(Store tx, String group, String name, ObjectNode body, List<ObjectNode> pools) {
        Map<String, ObjectNode> desired = new LinkedHashMap<>();
        for (ObjectNode pool : pools) {
            desired.put(name(pool), poolRules.create(name(pool), pool, ClusterRules.askedVersion(body)));
        }
        boolean system = desired.values().stream()
                .anyMatch(pool -> pool.path("mode").asString("").equals("System"));
        if (!system) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.agentPoolProfiles",
                    "Must define at least one system pool: give one of the agentPoolProfiles the mode 'System'.");
        }
        ObjectNode cluster = clusterRules.create(group, name, body);
        ClusterRules.requireCompatible(DesiredCluster.of(Json.text(cluster)).version(), desired);
        requireFreeNodeGroup(
                tx, cluster.path("properties").path("nodeResourceGroup").asString(""));
        Demand before = demands.now(tx);
        Demand after = before.plusCluster();
        for (ObjectNode pool : desired.values()) {
            after = demands.plus(after, pool);
        }
        demands.require(before, after, DesiredCluster.of(Json.text(cluster)).podCidr(), 0);
        String id = ArmId.cluster(scope.subscription(), group, name);
        String location = cluster.path("location").asString("");
        ClusterRecord made = tx.clusters().create(id, group, name, location, Json.text(cluster));
        desired.forEach((pool, properties) -> tx.pools().create(id, pool, Json.text(properties)));
        Operation operation = tx.operations().open(id, id, OperationKind.CREATE, location);
        return new Accepted(true, made, Optional.of(operation));
    }

    private static void requireFreeNodeGroup(Store tx, String name) {
        if (tx.resourceGroups().find(name).isPresent()
                || NodeResourceGroups.find(tx, name).isPresent()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.nodeResourceGroup",
                    "The value of parameter nodeResourceGroup is invalid: there is a resource group '%s' already, and the cluster's machines need one of their own. Choose another by --node-resource-group.",
                    Routes.printable(name));
        }
    }

    private Accepted update(Store tx, ClusterRecord cluster, ObjectNode body, List<ObjectNode> pools) {
        if (cluster.deleting()) {
            throw Contention.deleting(cluster);
        }
        ObjectNode kept = Json.object(cluster.body());
        ObjectNode desired = clusterRules.update(kept, body);
        String version = DesiredCluster.of(Json.text(desired)).version();
        boolean planeChanges = !version.equals(cluster.desired().version());
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        tx.pools().listOfCluster(cluster.id()).forEach(pool -> all.put(pool.name(), Json.object(pool.body())));
        Demand before = demands.now(tx);
        Demand after = before;
        Map<PoolRecord, ObjectNode> changed = new LinkedHashMap<>();
        Map<String, ObjectNode> added = new LinkedHashMap<>();
        for (ObjectNode pool : pools) {
            Optional<PoolRecord> there = tx.pools().find(cluster.id(), name(pool));
            if (there.isEmpty()) {
                ObjectNode fresh = poolRules.create(name(pool), pool, version);
                added.put(name(pool), fresh);
                all.put(name(pool), fresh);
                after = demands.plus(after, fresh);
                continue;
            }
            ObjectNode keptPool = Json.object(there.get().body());
            ObjectNode desiredPool = poolRules.update(name(pool), keptPool, pool);
            cluster.desired().power().requireOf(name(pool), pool);
            if (!desiredPool.equals(keptPool)) {
                changed.put(there.get(), desiredPool);
                all.put(name(pool), desiredPool);
                after = demands.plusSurge(
                        demands.plus(demands.minus(after, there.get()), desiredPool),
                        there.get().desired(),
                        DesiredPool.of(name(pool), Json.text(desiredPool)));
            }
        }
        if (planeChanges || !changed.isEmpty() || !added.isEmpty()) {
            ClusterRules.requireCompatible(version, all);
        }
        boolean poolsChange = !changed.isEmpty() || !added.isEmpty();
        boolean same = !poolsChange && desired.equals(kept);
        List<Operation> open = tx.operations().openOfCluster(cluster.id());
        if (same) {
            return again(tx, cluster, open);
        }
        if (!open.isEmpty()) {
            throw Contention.with(cluster, open.getFirst());
        }
        Contention.requireRunning(cluster);
        requireSystemPool(changed, all);
        demands.require(before, after, cluster.desired().podCidr(), Demands.nodes(tx, cluster));
        if (!poolsChange && !planeChanges && cluster.provisioningState().equals(ProvisioningState.SUCCEEDED)) {
            // Tags and the like: no machine has to know.
            ClusterRecord now =
                    tx.clusters().update(cluster.id(), cluster.etag(), Json.text(desired), cluster.provisioningState());
            return new Accepted(false, now, Optional.empty());
        }
        ClusterRecord now = tx.clusters()
                .update(
                        cluster.id(),
                        cluster.etag(),
                        Json.text(desired),
                        planeChanges ? ProvisioningState.UPGRADING : ProvisioningState.UPDATING);
        changed.forEach((pool, properties) -> tx.pools()
                .update(
                        cluster.id(),
                        pool.name(),
                        pool.etag(),
                        Json.text(properties),
                        PoolPut.changing(pool.desired(), DesiredPool.of(pool.name(), Json.text(properties)))));
        added.forEach((pool, properties) -> tx.pools().create(cluster.id(), pool, Json.text(properties)));
        retryFailed(tx, cluster);
        return new Accepted(false, now, Optional.of(start(tx, now)));
    }

    /**
     * Of all the changes together, so that two pools can change places. Nothing of the cluster is being deleted here: that
     * would be an operation under way.
     */
    private static void requireSystemPool(Map<PoolRecord, ObjectNode> changed, Map<String, ObjectNode> all) {
        List<DesiredPool> after = all.entrySet().stream()
                .map(pool -> DesiredPool.of(pool.getKey(), Json.text(pool.getValue())))
                .toList();
        after.stream()
                .filter(pool -> !pool.isSystem())
                .filter(pool -> changed.keySet().stream()
                        .anyMatch(was ->
                                was.name().equals(pool.name()) && was.desired().isSystem()))
                .forEach(pool -> SystemPools.requireOther(pool.name(), after.stream(), ""));
    }

    /** The same desired state once more. */
    private Accepted again(Store tx, ClusterRecord cluster, List<Operation> open) {
        Optional<Operation> own = open.stream()
                .filter(operation -> operation.resourceId().equals(cluster.id()))
                .findFirst();
        if (own.isPresent() || cluster.provisioningState().equals(ProvisioningState.SUCCEEDED)) {
            return new Accepted(false, cluster, own);
        }
        if (!open.isEmpty()) {
            throw Contention.with(cluster, open.getFirst());
        }
        Contention.requireRunning(cluster);
        tx.clusters().setState(cluster.id(), ProvisioningState.UPDATING);
        retryFailed(tx, cluster);
        return new Accepted(false, tx.clusters().byId(cluster.id()).orElse(cluster), Optional.of(start(tx, cluster)));
    }

    /** Whatever the request is about, a pool that failed before is tried again, or it would fail the operation at once. */
    private static void retryFailed(Store tx, ClusterRecord cluster) {
        tx.pools().listOfCluster(cluster.id()).stream()
                .filter(pool -> GAVE_UP.contains(pool.provisioningState()))
                .forEach(pool -> tx.pools().setState(cluster.id(), pool.name(), ProvisioningState.UPDATING));
    }

    private static Operation start(Store tx, ClusterRecord cluster) {
        return tx.operations().open(cluster.id(), cluster.id(), OperationKind.UPDATE, cluster.location());
    }

    private static String name(ObjectNode pool) {
        return pool.path("name").asString("");
    }
}
