package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import dev.sigillo.store.VerdictRecord;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Sigillo.Host/trust}, ours: of each pool that the caller may read, how many nodes are in which {@link TrustState}.
 * Two queries for a cluster, however many nodes it has.
 */
final class TrustCounts {
    private final Store store;
    private final Roles roles;
    private final Clock clock;

    TrustCounts(Store store, Roles roles, Clock clock) {
        this.store = store;
        this.roles = roles;
        this.clock = clock;
    }

    void register(Routes routes) {
        routes.add(
                Route.Access.ANY_ROLE, "GET", "/subscriptions/{subscription}/providers/Sigillo.Host/trust", this::list);
    }

    private ArmReply list(ArmRequest request) {
        List<ObjectNode> counts = new ArrayList<>();
        for (ClusterRecord cluster :
                roles.visible(request.caller(), store.clusters().list())) {
            Map<String, VerdictRecord> latest = store.verdicts().latestOfCluster(cluster.id());
            List<MachineRecord> machines = store.machines().listOfCluster(cluster.id());
            for (PoolRecord pool : store.pools().listOfCluster(cluster.id())) {
                counts.add(count(pool, machines, latest));
            }
        }
        return ArmReply.list(counts);
    }

    private ObjectNode count(PoolRecord pool, List<MachineRecord> machines, Map<String, VerdictRecord> latest) {
        Map<TrustState, Integer> counts = new EnumMap<>(TrustState.class);
        for (MachineRecord machine : machines) {
            if (machine.pool().equals(pool.name())) {
                Optional<VerdictRecord> verdict = Optional.ofNullable(latest.get(machine.machineId()));
                counts.merge(TrustState.of(machine, verdict, clock.instant()), 1, Integer::sum);
            }
        }
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.pool(pool.clusterId(), pool.name()));
        node.put("name", pool.name());
        node.put("type", "Sigillo.Host/trust");
        ObjectNode properties =
                node.putObject("properties").put("cluster", pool.clusterId()).put("pool", pool.name());
        for (TrustState each : TrustState.values()) {
            properties.put(each.word(), counts.getOrDefault(each, 0));
        }
        return node;
    }
}
