package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.DesiredPool;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.KubernetesVersions;
import dev.sigillo.arm.Names;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.PoolRules;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** {@code Microsoft.ContainerService/managedClusters/agentPools}. */
final class Pools {
    static final String PATH = Clusters.PATH + "/agentPools/{pool}";

    /** What {@code az aks nodepool delete --ignore-pdb} sends. */
    private static final String IGNORES_BUDGETS = "ignore-pod-disruption-budget";

    private final Store store;
    private final Scope scope;
    private final PoolRules rules;
    private final Supplier<KubernetesVersions> versions;
    private final PoolPut acceptance;
    private final MachineDeletion departure;
    private final Operations operations;
    private final Wake wake;

    Pools(
            Store store,
            Scope scope,
            PoolRules rules,
            Supplier<KubernetesVersions> versions,
            PoolPut acceptance,
            Operations operations,
            Wake wake) {
        this.store = store;
        this.scope = scope;
        this.rules = rules;
        this.versions = versions;
        this.acceptance = acceptance;
        this.departure = new MachineDeletion(scope, rules);
        this.operations = operations;
        this.wake = wake;
    }

    void register(Routes routes) {
        routes.add("GET", Clusters.PATH + "/agentPools", this::list);
        routes.add("GET", PATH, this::show);
        routes.add("PUT", PATH, this::put);
        routes.add("DELETE", PATH, this::delete);
        routes.add("GET", PATH + "/upgradeProfiles/default", this::upgrades);
        routes.add("POST", PATH + "/upgradeNodeImageVersion", this::upgradeImage);
        routes.add("POST", PATH + "/deleteMachines", this::deleteMachines);
        routes.add("POST", PATH + "/abort", this::abort);
    }

    private ArmReply list(ArmRequest request) {
        ClusterRecord cluster = scope.cluster(store, request);
        return ArmReply.list(store.pools().listOfCluster(cluster.id()).stream()
                .map(pool -> PoolView.resource(store, pool))
                .toList());
    }

    private ArmReply show(ArmRequest request) {
        ClusterRecord cluster = scope.cluster(store, request);
        return ArmReply.ok(PoolView.resource(store, scope.pool(store, cluster, request)));
    }

    private ArmReply put(ArmRequest request) {
        ObjectNode body = request.json();
        PoolPut.Accepted accepted = store.inTransaction(tx -> acceptance.accept(tx, request, body));
        wake.cluster(accepted.cluster().id());
        ArmReply reply = ArmReply.of(accepted.created() ? 201 : 200, PoolView.resource(store, accepted.pool()));
        return accepted.operation()
                .map(operation -> operations.announce(reply, request, operation))
                .orElse(reply);
    }

    private ArmReply deleteMachines(ArmRequest request) {
        ObjectNode body = request.json();
        PoolPut.Accepted accepted = store.inTransaction(tx -> departure.accept(tx, request, body));
        wake.cluster(accepted.cluster().id());
        return operations.announce(
                ArmReply.empty(202), request, accepted.operation().orElseThrow());
    }

    private ArmReply abort(ArmRequest request) {
        ClusterRecord cluster = store.inTransaction(tx -> {
            ClusterRecord found = scope.cluster(tx, request);
            Abort.pool(tx, found, scope.pool(tx, found, request));
            return found;
        });
        wake.cluster(cluster.id());
        return ArmReply.empty(204);
    }

    private ArmReply upgradeImage(ArmRequest request) {
        PoolPut.Accepted accepted = store.inTransaction(tx -> acceptance.upgradeImage(tx, request));
        wake.cluster(accepted.cluster().id());
        ArmReply reply = ArmReply.of(202, PoolView.resource(store, accepted.pool()));
        return operations.announce(reply, request, accepted.operation().orElseThrow());
    }

    private ArmReply delete(ArmRequest request) {
        boolean ignoresBudgets = ignoresBudgets(request);
        List<String> woken = new ArrayList<>();
        ArmReply reply = store.inTransaction(tx -> {
            ClusterRecord cluster = scope.cluster(tx, request);
            Optional<PoolRecord> pool = tx.pools().find(cluster.id(), Names.pool(ArmId.key(request.parameter("pool"))));
            Etag.check(request, pool.map(PoolView::etag));
            if (pool.isEmpty()) {
                return ArmReply.empty(204);
            }
            woken.add(cluster.id());
            return operations.announce(ArmReply.empty(202), request, deletion(tx, cluster, pool.get(), ignoresBudgets));
        });
        woken.forEach(wake::cluster);
        return reply;
    }

    private static boolean ignoresBudgets(ArmRequest request) {
        String asked = request.query(IGNORES_BUDGETS).orElse("false");
        return switch (ArmId.key(asked)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw ArmError.INVALID_PARAMETER.at(
                        IGNORES_BUDGETS,
                        "The value of parameter %s is invalid: '%s' is not one of true, false.",
                        IGNORES_BUDGETS,
                        Routes.printable(asked));
        };
    }

    private static Operation deletion(Store tx, ClusterRecord cluster, PoolRecord pool, boolean ignoresBudgets) {
        Optional<Operation> under = tx.operations().openOfPool(cluster.id(), pool.name()).stream()
                .filter(open -> open.kind() == OperationKind.DELETE)
                .findFirst();
        if (under.isPresent()) {
            if (ignoresBudgets && pool.heedsBudgets()) {
                // Whoever has waited long enough need not wait for the failure.
                tx.pools().markDeleting(cluster.id(), pool.name(), false);
            }
            return under.get();
        }
        if (cluster.deleting()) {
            throw Contention.deleting(cluster);
        }
        PoolPut.refuseWhileBusy(tx, cluster, pool.name());
        if (pool.desired().isSystem()) {
            SystemPools.requireOther(pool.name(), SystemPools.staying(tx, cluster.id()), ", or delete the cluster");
        }
        tx.pools().markDeleting(cluster.id(), pool.name(), !ignoresBudgets);
        return tx.operations()
                .open(cluster.id(), ArmId.pool(cluster.id(), pool.name()), OperationKind.DELETE, cluster.location());
    }

    private ArmReply upgrades(ArmRequest request) {
        ClusterRecord cluster = scope.cluster(store, request);
        PoolRecord pool = scope.pool(store, cluster, request);
        ObjectNode body = Json.newObject();
        body.put("id", ArmId.pool(pool.clusterId(), pool.name()) + "/upgradeProfiles/default");
        body.put("name", "default");
        body.put("type", ArmId.POOL_TYPE + "/upgradeProfiles");
        ObjectNode properties = body.putObject("properties");
        properties.put("kubernetesVersion", pool.desired().version());
        properties.put("osType", "Linux");
        DesiredPool desired = pool.desired();
        KubernetesVersions known = versions.get();
        Clusters.upgrades(
                properties.putArray("upgrades"),
                known.upgradesOf(desired.version(), cluster.desired().version()));
        properties.put(
                "latestNodeImageVersion",
                known.supported().contains(desired.version())
                        ? rules.latestImage(Json.object(pool.body()))
                        : desired.nodeImageVersion());
        return ArmReply.ok(body);
    }
}
