package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import dev.sigillo.store.VerdictRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Sigillo.Host/trust}, ours: of each pool that the caller may read, how many nodes are trusted, by the latest verdict
 * on each. Two queries for a cluster, however many nodes it has.
 */
final class TrustCounts {
    private final Store store;
    private final Roles roles;

    TrustCounts(Store store, Roles roles) {
        this.store = store;
        this.roles = roles;
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

    private static ObjectNode count(PoolRecord pool, List<MachineRecord> machines, Map<String, VerdictRecord> latest) {
        int trusted = 0;
        int untrusted = 0;
        int unjudged = 0;
        int unattested = 0;
        for (MachineRecord machine : machines) {
            if (!machine.pool().equals(pool.name())) {
                continue;
            }
            Optional<VerdictRecord> verdict = Optional.ofNullable(latest.get(machine.machineId()));
            if (!machine.vtpm()) {
                unattested++;
            } else if (verdict.filter(each -> !each.passing()).isPresent()) {
                untrusted++;
            } else if (verdict.isPresent() && machine.isLetIn()) {
                trusted++;
            } else {
                unjudged++;
            }
        }
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.pool(pool.clusterId(), pool.name()));
        node.put("name", pool.name());
        node.put("type", "Sigillo.Host/trust");
        node.putObject("properties")
                .put("cluster", pool.clusterId())
                .put("pool", pool.name())
                .put("trusted", trusted)
                .put("untrusted", untrusted)
                .put("unjudged", unjudged)
                .put("unattested", unattested);
        return node;
    }
}
