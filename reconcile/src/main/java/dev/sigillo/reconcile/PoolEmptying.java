package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineState;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A deletion of a pool that heeds disruption budgets: all its nodes are emptied before the first machine goes. If they
 * cannot be, the deletion fails, and the pool is as it was. What must survive the server is in the pool's row.
 */
final class PoolEmptying {
    private static final int SHOWN_NODES = 5;

    private final Host host;
    private final String clusterId;
    private final Draining draining;

    PoolEmptying(Host host, String clusterId) {
        this.host = host;
        this.clusterId = clusterId;
        this.draining = new Draining(host);
    }

    void take(Action.EmptyPool empty, Plane plane) {
        BooleanSupplier goesOn = () -> isHeeding(host.store(), empty);
        if (!goesOn.getAsBoolean()) {
            return;
        }
        SortedMap<String, List<String>> left;
        try {
            // All of them first, so that no pod goes from one of them to the next.
            nodes(empty.pool()).forEach(plane::cordon);
            left = draining.nodes(plane, () -> nodes(empty.pool()), empty.drain(), goesOn);
        } catch (RuntimeException e) {
            // It is tried again, or given up: until then the nodes go on.
            uncordon(plane, empty.pool(), e);
            throw e;
        }
        if (left.isEmpty()) {
            host.store().useTransaction(tx -> {
                if (isHeeding(tx, empty)) {
                    tx.pools().markDeleting(clusterId, empty.pool(), false);
                }
            });
            return;
        }
        if (!goesOn.getAsBoolean()) {
            return; // whoever overtook it deletes the nodes, whatever is on them
        }
        // Before it is told: a server that is killed in between does all of it again.
        nodes(empty.pool()).forEach(plane::uncordon);
        gaveUp(empty, words(left, empty.drain()));
    }

    /** The deletion ends, unless it was overtaken; the pool stays. */
    void gaveUp(Action.EmptyPool empty, String why) {
        host.store().useTransaction(tx -> {
            if (isHeeding(tx, empty)) {
                tx.pools().keep(clusterId, empty.pool());
                tx.operations()
                        .fail(
                                empty.operation(),
                                ErrorBody.of(ArmError.POD_DRAIN_FAILURE, why, ArmId.pool(clusterId, empty.pool())));
            }
        });
    }

    /** Whether the last that was asked of the pool is a deletion that failed: it stays Failed until something else is asked. */
    static boolean hasFailed(Store store, PoolRecord pool) {
        return !pool.deleting()
                && pool.provisioningState().equals(ProvisioningState.FAILED)
                && store.operations()
                        .latestOfResource(ArmId.pool(pool.clusterId(), pool.name()))
                        .map(Operation::kind)
                        .filter(OperationKind.DELETE::equals)
                        .isPresent();
    }

    /** No more once budgets are to be ignored, or all of the cluster is being deleted. */
    private boolean isHeeding(Store tx, Action.EmptyPool empty) {
        return tx.pools()
                        .find(clusterId, empty.pool())
                        .filter(PoolRecord::heedsBudgets)
                        .isPresent()
                && tx.operations().openOfPool(clusterId, empty.pool()).stream()
                        .anyMatch(open -> open.id().equals(empty.operation()));
    }

    /** A machine that has ended, or was cut off, has no pods that anybody could wait for. */
    private List<String> nodes(String pool) {
        Map<MachineId, MachineState> states = host.engine().states();
        return host.store().machines().listOfPool(clusterId, pool).stream()
                .filter(machine -> machine.isLetIn() && machine.withdrawnAt().isEmpty())
                .filter(machine -> states.get(new MachineId(machine.machineId())) == MachineState.RUNNING)
                .map(MachineRecord::nodeName)
                .toList();
    }

    private void uncordon(Plane plane, String pool, RuntimeException why) {
        try {
            nodes(pool).forEach(plane::uncordon);
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    private static String words(SortedMap<String, List<String>> left, Duration drain) {
        String nodes = left.entrySet().stream()
                .limit(SHOWN_NODES)
                .map(node -> "Drain of node %s did not end within %d minutes: pods %s did not leave it"
                        .formatted(node.getKey(), drain.toMinutes(), Draining.shown(node.getValue())))
                .collect(Collectors.joining("; "));
        String others = left.size() > SHOWN_NODES ? "; and " + (left.size() - SHOWN_NODES) + " more nodes" : "";
        return nodes + others + ", be it that a PodDisruptionBudget forbids it or that they do not end. No node was"
                + " deleted, and all of the pool go on as before. Mend that and delete the node pool again, raise"
                + " drainTimeoutInMinutes, or delete it with --ignore-pdb (ignore-pod-disruption-budget=true), which"
                + " does not ask.";
    }
}
