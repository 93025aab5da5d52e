package dev.sigillo.reconcile;

import dev.sigillo.arm.Operation;
import dev.sigillo.reconcile.Desired.DesiredPool;
import dev.sigillo.reconcile.Observed.SeenMachine;
import dev.sigillo.reconcile.Observed.Stranger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What to do next for one cluster: a function of what should be and what is, without I/O.
 *
 * <p>A node is one machine and one vTPM: a machine that was lost or is no longer wanted is removed and a new one takes
 * its place; none is ever restarted or reused.
 */
final class Planner {

    private Planner() {}

    /** The steps to take now; empty when nothing is left to do. No two of them are on the same subject. */
    static List<Action> plan(Desired desired, Observed seen) {
        List<Action> actions = new ArrayList<>();
        if (desired.deleting()) {
            // No word to the API server: it may be dead, or an admission webhook in it may forbid everything.
            for (SeenMachine machine : seen.machines()) {
                actions.add(new Action.RemoveMachine(machine.id(), false, "the cluster is being deleted"));
            }
            if (seen.machines().isEmpty()) {
                actions.add(new Action.ForgetCluster());
            }
            return actions;
        }
        if (desired.stopped()) {
            return stop(desired, seen);
        }
        if (desired.rotation().isPresent()) {
            return rotate(desired.rotation().get(), seen);
        }
        clusterStep(seen).ifPresent(actions::add);
        if (seen.prepared()) {
            for (Stranger stranger : seen.strangers()) {
                actions.add(new Action.DeleteNode(stranger.name()));
            }
        }
        for (DesiredPool pool : desired.pools()) {
            actions.addAll(PoolPlan.of(pool, seen));
        }
        if (actions.stream().noneMatch(Action.OnCluster.class::isInstance)) {
            settle(desired, seen).ifPresent(actions::add);
        }
        return actions;
    }

    /** Nodes stay in etcd, as strangers that the next start removes: there is no use in draining them. */
    private static List<Action> stop(Desired desired, Observed seen) {
        List<Action> actions = new ArrayList<>();
        for (SeenMachine machine : seen.machines()) {
            actions.add(new Action.RemoveMachine(machine.id(), false, "the cluster is stopped"));
        }
        if (actions.isEmpty() && (desired.operation().isPresent() || seen.planeRuns() || !desired.atRest())) {
            actions.add(new Action.StopControlPlane(desired.operation().map(Operation::id)));
        }
        return actions;
    }

    /** Nodes trust the old authority, so all machines go first; then the cluster comes back as after a start. */
    private static List<Action> rotate(String operation, Observed seen) {
        List<Action> actions = new ArrayList<>();
        for (SeenMachine machine : seen.machines()) {
            actions.add(new Action.RemoveMachine(machine.id(), false, "the cluster's certificates are made anew"));
        }
        if (actions.isEmpty()) {
            actions.add(seen.networkOpen() ? new Action.RenewKeys(operation) : new Action.OpenNetwork());
        }
        return actions;
    }

    private static Optional<Action> clusterStep(Observed seen) {
        if (!seen.networkOpen()) {
            return Optional.of(new Action.OpenNetwork());
        }
        if (!seen.planeRuns()) {
            return Optional.of(new Action.StartControlPlane());
        }
        return seen.apiReady() && !(seen.prepared() && seen.complete())
                ? Optional.of(new Action.PrepareCluster())
                : Optional.empty();
    }

    /**
     * A cluster's operation ends when its control plane is prepared and each of its pools has settled. Without an
     * operation a cluster that had failed is well again when all of it is.
     */
    private static Optional<Action> settle(Desired desired, Observed seen) {
        boolean poolsSettled = desired.pools().stream().allMatch(DesiredPool::settled);
        boolean poolsWell = desired.pools().stream().allMatch(DesiredPool::isWell);
        boolean ends = desired.operation().isPresent() && poolsSettled;
        boolean wellAgain = desired.settled() && !desired.atRest() && poolsWell;
        return seen.prepared() && (ends || wellAgain)
                ? Optional.of(new Action.SettleCluster(desired.operation().map(Operation::id)))
                : Optional.empty();
    }
}
