package dev.sigillo.reconcile;

import dev.sigillo.arm.AutoScaling;
import dev.sigillo.arm.Json;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes down what the autoscaler decided: the count and the machines that leave, in one transaction, or nothing. */
final class Scaling {
    private static final Set<Phase> MAY_LEAVE = Set.of(Phase.READY, Phase.QUARANTINED, Phase.FAILED);

    private final Host host;
    private final String clusterId;

    Scaling(Host host, String clusterId) {
        this.host = host;
        this.clusterId = clusterId;
    }

    /** Does nothing if anybody has changed cluster, pool or machines since the decision. */
    void take(Action.ScalePool scale) {
        host.store().useTransaction(tx -> {
            Optional<ClusterRecord> cluster = tx.clusters().byId(clusterId);
            Optional<PoolRecord> pool = tx.pools().find(clusterId, scale.pool());
            if (cluster.isPresent() && pool.isPresent() && mayTake(tx, cluster.get(), pool.get(), scale)) {
                scale.leaving().forEach(tx.machines()::leave);
                PoolRecord known = pool.get();
                String body = Json.text(Json.object(known.body()).put("count", scale.to()));
                tx.pools().update(clusterId, known.name(), known.etag(), body, known.provisioningState());
            }
        });
    }

    private boolean mayTake(Store tx, ClusterRecord cluster, PoolRecord pool, Action.ScalePool scale) {
        Optional<AutoScaling> bounds = pool.desired().autoScaling();
        boolean quiet = !cluster.deleting()
                && !cluster.desired().isStopped()
                && !pool.deleting()
                && tx.operations().openOfPool(clusterId, pool.name()).isEmpty()
                && tx.operations().openOfResource(clusterId).isEmpty();
        return quiet
                && pool.desired().count() == scale.from()
                && bounds.filter(each -> each.clamp(scale.to()) == scale.to()).isPresent()
                && allThere(tx, scale)
                && (scale.to() <= scale.from()
                        || host.room().refusal(tx, cluster, pool, scale.to()).isEmpty());
    }

    private boolean allThere(Store tx, Action.ScalePool scale) {
        List<String> there = tx.machines().listOfPool(clusterId, scale.pool()).stream()
                .filter(machine -> MAY_LEAVE.contains(machine.phase()))
                .map(MachineRecord::machineId)
                .toList();
        return there.containsAll(scale.leaving());
    }
}
