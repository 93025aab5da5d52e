package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The acceptance of {@code POST …/abort}: the operation under way ends as Canceled, and what is there stays as it is. Nodes
 * that were let in stay, as many as were asked for at most; machines on their way go, and the pool is asked for what stays.
 */
final class Abort {
    private Abort() {}

    /** @throws ArmException OPERATION_NOT_ALLOWED when nothing is under way, or a deletion, or the cluster's own operation */
    static void pool(Store tx, ClusterRecord cluster, PoolRecord pool) {
        String poolId = ArmId.pool(cluster.id(), pool.name());
        tx.operations().openOfResource(cluster.id()).stream().findFirst().ifPresent(open -> {
            throw Contention.with(cluster, open);
        });
        cancel(tx, tx.operations().openOfPool(cluster.id(), pool.name()), poolId);
        rest(tx, pool);
    }

    /** @throws ArmException OPERATION_NOT_ALLOWED when nothing is under way on the cluster as a whole, or a deletion */
    static void cluster(Store tx, ClusterRecord cluster) {
        cancel(tx, tx.operations().openOfResource(cluster.id()), cluster.id());
        tx.clusters().setState(cluster.id(), ProvisioningState.CANCELED);
        for (PoolRecord pool : tx.pools().listOfCluster(cluster.id())) {
            boolean others =
                    !tx.operations().openOfPool(cluster.id(), pool.name()).isEmpty();
            if (!others && !ProvisioningState.isEnd(pool.provisioningState())) {
                rest(tx, pool);
            }
        }
    }

    private static void cancel(Store tx, List<Operation> open, String resourceId) {
        if (open.isEmpty()) {
            throw ArmError.OPERATION_NOT_ALLOWED.at(
                    resourceId,
                    "Operation is not allowed: no operation is in progress on '%s'.",
                    ArmId.name(resourceId));
        }
        if (!open.stream().allMatch(operation -> operation.kind().canBeAborted())) {
            throw ArmError.OPERATION_NOT_ALLOWED.at(
                    resourceId,
                    "Operation is not allowed: another operation (%s - %s) is in progress, and what deletes machines cannot be aborted.",
                    ArmId.name(resourceId),
                    open.getFirst().kind().running());
        }
        open.forEach(operation -> tx.operations()
                .cancel(
                        operation.id(),
                        ErrorBody.of(ArmError.OPERATION_PREEMPTED, "The operation was aborted.", resourceId)));
    }

    /** A system pool keeps one machine at least, be it one that is on its way. */
    private static void rest(Store tx, PoolRecord pool) {
        int least = pool.desired().isSystem() ? 1 : 0;
        List<MachineRecord> machines = tx.machines().listOfPool(pool.clusterId(), pool.name());
        List<MachineRecord> living = machines.stream()
                .filter(MachineRecord::isLiving)
                .sorted(Comparator.comparing(MachineRecord::phase, Comparator.reverseOrder())
                        .thenComparing(MachineRecord::createdAt))
                .toList();
        long letIn = living.stream().filter(MachineRecord::isLetIn).count();
        List<MachineRecord> staying = living.stream()
                .limit(Math.max(least, Math.min(letIn, pool.desired().count())))
                .toList();
        machines.stream()
                .filter(machine -> !staying.contains(machine))
                .forEach(machine -> tx.machines().leave(machine.machineId()));
        ObjectNode body = Json.object(pool.body()).put("count", Math.max(least, staying.size()));
        tx.pools().update(pool.clusterId(), pool.name(), pool.etag(), Json.text(body), ProvisioningState.CANCELED);
    }
}
