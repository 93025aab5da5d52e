package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Ends operations: state and operation in one transaction, and only if what was decided on is still what is asked for. A
 * deletion or another change that was accepted since is not ended by what was seen before it.
 */
final class Settlement {
    private final Store store;
    private final String clusterId;

    Settlement(Store store, String clusterId) {
        this.store = store;
        this.clusterId = clusterId;
    }

    void pool(Action.SettlePool settle) {
        String poolId = ArmId.pool(clusterId, settle.pool());
        store.useTransaction(tx -> {
            boolean wanted = tx.pools()
                    .find(clusterId, settle.pool())
                    .filter(pool -> !pool.deleting())
                    // An abort of the cluster's operation is not undone by what was seen before it.
                    .filter(pool -> settle.outcome() instanceof Settled.Failed
                            || !ProvisioningState.isAtRest(pool.provisioningState()))
                    .isPresent();
            if (!wanted || overtaken(tx, poolId, settle.operation()) || KeyRotation.isPending(tx, clusterId)) {
                return;
            }
            switch (settle.outcome()) {
                case Settled.Succeeded _ -> {
                    tx.pools().setState(clusterId, settle.pool(), ProvisioningState.SUCCEEDED);
                    settle.operation().ifPresent(tx.operations()::succeed);
                }
                case Settled.Failed failed -> {
                    tx.pools().setState(clusterId, settle.pool(), ProvisioningState.FAILED);
                    ErrorBody error = new ErrorBody(
                            failed.failure().code(), failed.failure().message(), poolId);
                    settle.operation().ifPresent(id -> tx.operations().fail(id, error));
                }
            }
        });
    }

    /** A cluster is as well as its worst pool. */
    void cluster(Action.SettleCluster settle) {
        store.useTransaction(tx -> {
            boolean wanted = tx.clusters()
                    .byId(clusterId)
                    .filter(cluster -> !cluster.deleting() && !cluster.desired().isStopped())
                    .isPresent();
            if (!wanted || overtaken(tx, clusterId, settle.operation())) {
                return;
            }
            List<MachineRecord.Failure> failures = failures(tx);
            if (failures.isEmpty()) {
                tx.clusters().setState(clusterId, ProvisioningState.SUCCEEDED);
                settle.operation().ifPresent(tx.operations()::succeed);
                return;
            }
            tx.clusters().setState(clusterId, ProvisioningState.FAILED);
            ErrorBody error = new ErrorBody(
                    failures.getFirst().code(),
                    String.join(
                            "; ",
                            failures.stream()
                                    .map(MachineRecord.Failure::message)
                                    .toList()),
                    clusterId);
            settle.operation().ifPresent(id -> tx.operations().fail(id, error));
        });
    }

    /** Whether an operation is open that changes the pool, its own or the cluster's. */
    boolean isUnderWay(String pool) {
        return isUnderWay(store, pool);
    }

    private boolean isUnderWay(Store tx, String pool) {
        return !tx.operations().openOfPool(clusterId, pool).isEmpty()
                || !tx.operations().openOfResource(clusterId).isEmpty();
    }

    /** The drained machine leaves, unless the operation was aborted meanwhile and has counted on it. */
    boolean retires(String pool, String machine) {
        return store.inTransaction(tx -> {
            boolean goesOn = isUnderWay(tx, pool);
            if (goesOn) {
                tx.machines().leave(machine);
            }
            return goesOn;
        });
    }

    /** The cluster has stopped. */
    void stopped(Optional<String> operation) {
        store.useTransaction(tx -> {
            boolean wanted = tx.clusters()
                    .byId(clusterId)
                    .filter(cluster -> !cluster.deleting() && cluster.desired().isStopped())
                    .isPresent();
            if (wanted && !overtaken(tx, clusterId, operation)) {
                tx.clusters().setState(clusterId, ProvisioningState.SUCCEEDED);
                operation.ifPresent(tx.operations()::succeed);
            }
        });
    }

    /** Ends the operations that wait for the control plane; pools that had settled are not worse than before. */
    void controlPlaneGaveUp(String why) {
        store.useTransaction(tx -> {
            for (Operation operation : tx.operations().openOfCluster(clusterId)) {
                if (operation.kind().needsControlPlane()) {
                    fail(tx, operation, ErrorBody.of(ArmError.CONTROL_PLANE_FAILED, why, operation.resourceId()));
                }
            }
        });
    }

    /** Ends the operations that wait for the pool. */
    void poolGaveUp(String pool, ArmError code, String why) {
        store.useTransaction(tx -> {
            ErrorBody error = ErrorBody.of(code, why, ArmId.pool(clusterId, pool));
            List<Operation> waiting = tx.operations().openOfPool(clusterId, pool);
            Stream.concat(waiting.stream(), tx.operations().openOfResource(clusterId).stream())
                    .filter(operation -> operation.kind().needsControlPlane())
                    .forEach(operation -> fail(tx, operation, error));
            tx.pools().setState(clusterId, pool, ProvisioningState.FAILED);
        });
    }

    private void fail(Store tx, Operation operation, ErrorBody error) {
        tx.operations().fail(operation.id(), error);
        if (ArmId.same(operation.resourceId(), clusterId)) {
            tx.clusters().setState(clusterId, ProvisioningState.FAILED);
            tx.pools().listOfCluster(clusterId).stream()
                    .filter(pool -> !pool.deleting())
                    .filter(pool -> !ProvisioningState.isEnd(pool.provisioningState()))
                    .forEach(pool -> tx.pools().setState(clusterId, pool.name(), ProvisioningState.FAILED));
        } else {
            tx.pools().setState(clusterId, ArmId.name(operation.resourceId()), ProvisioningState.FAILED);
        }
    }

    private static boolean overtaken(Store tx, String resourceId, Optional<String> seen) {
        List<String> open = tx.operations().openOfResource(resourceId).stream()
                .map(Operation::id)
                .toList();
        return !open.equals(seen.stream().toList());
    }

    private List<MachineRecord.Failure> failures(Store tx) {
        List<MachineRecord.Failure> failures = new ArrayList<>();
        for (PoolRecord pool : tx.pools().listOfCluster(clusterId)) {
            if (!pool.provisioningState().equals(ProvisioningState.FAILED)) {
                continue;
            }
            List<MachineRecord> machines = tx.machines().listOfPool(clusterId, pool.name());
            List<MachineRecord.Failure> whys = machines.stream()
                    .flatMap(machine -> machine.failure().stream())
                    .map(why -> new MachineRecord.Failure(why.code(), "pool " + pool.name() + ": " + why.message()))
                    .toList();
            failures.addAll(whys);
            // One whose nodes could not be drained, for a roll or its deletion, has all of them.
            long ready = machines.stream()
                    .filter(machine -> machine.phase() == Phase.READY)
                    .count();
            if (whys.isEmpty() && ready < pool.desired().count()) {
                failures.add(new MachineRecord.Failure(
                        ArmError.MACHINE_FAILED.code(), "pool " + pool.name() + ": not all of its nodes came up"));
            }
        }
        return failures;
    }
}
