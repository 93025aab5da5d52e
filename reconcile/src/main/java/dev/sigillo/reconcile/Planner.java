package dev.sigillo.reconcile;

import dev.sigillo.reconcile.Desired.DesiredPool;
import dev.sigillo.reconcile.Observed.SeenMachine;
import java.util.ArrayList;
import java.util.Comparator;
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

    /** The steps to take now, in order; empty when nothing is left to do. */
    static List<Action> plan(Desired desired, Observed seen) {
        List<Action> actions = new ArrayList<>();
        if (desired.deleting()) {
            for (SeenMachine machine : seen.machines()) {
                actions.add(new Action.RemoveMachine(machine.id(), false, "the cluster is being deleted"));
            }
            actions.add(new Action.ForgetCluster());
            return actions;
        }
        if (!seen.networkOpen()) {
            actions.add(new Action.OpenNetwork());
        }
        if (!seen.controlPlaneRuns()) {
            actions.add(new Action.StartControlPlane());
        }
        if (seen.apiReady() && !seen.addonsInstalled()) {
            actions.add(new Action.InstallAddons());
        }
        for (DesiredPool pool : desired.pools()) {
            actions.addAll(planPool(pool, seen));
        }
        settleCluster(desired, seen).ifPresent(actions::add);
        return actions;
    }

    private static List<Action> planPool(DesiredPool pool, Observed seen) {
        List<SeenMachine> machines = seen.machines().stream()
                .filter(machine -> machine.pool().equals(pool.name()))
                .toList();
        List<Action> actions = new ArrayList<>();
        // A machine goes together with its Node object, so removals wait for the prepared API server.
        boolean mayRemove = seen.addonsInstalled();
        if (pool.deleting()) {
            if (!machines.isEmpty() && !mayRemove) {
                return actions;
            }
            for (SeenMachine machine : machines) {
                actions.add(new Action.RemoveMachine(machine.id(), true, "its pool is being deleted"));
            }
            actions.add(new Action.ForgetPool(pool.name()));
            return actions;
        }
        int counted = 0;
        List<String> failures = new ArrayList<>();
        List<SeenMachine> live = new ArrayList<>();
        for (SeenMachine machine : machines) {
            switch (standing(machine, pool)) {
                case FAILED_NOW -> {
                    counted++;
                    failures.add(machine.failure().orElse("unknown"));
                    if (machine.exists() && mayRemove) {
                        actions.add(new Action.BuryMachine(machine.id()));
                    }
                }
                case FAILED_BEFORE ->
                    removal(machine, "an earlier attempt failed with it", mayRemove)
                            .ifPresent(actions::add);
                case LOST ->
                    removal(machine, "the machine is gone; a new one follows", mayRemove)
                            .ifPresent(actions::add);
                case BROKEN_BOOT -> {
                    counted++;
                    actions.add(new Action.Condemn(
                            machine.id(), machine.bootFailure().orElseThrow()));
                }
                case LIVE -> {
                    counted++;
                    live.add(machine);
                }
            }
        }
        for (SeenMachine machine : live) {
            stepOf(machine, seen).ifPresent(actions::add);
        }
        for (int missing = pool.count() - counted; missing > 0; missing--) {
            actions.add(new Action.BookMachine(pool.name()));
        }
        if (live.size() > pool.count() && mayRemove) {
            live.stream()
                    .sorted(Comparator.comparing(SeenMachine::bookedAt).reversed())
                    .limit(live.size() - (long) pool.count())
                    .forEach(machine -> actions.add(new Action.RemoveMachine(
                            machine.id(), seen.apiReady(), "the pool has more than asked for")));
        }
        settlePool(pool, live, failures).ifPresent(outcome -> actions.add(new Action.SettlePool(pool.name(), outcome)));
        return actions;
    }

    private static Optional<Action> removal(SeenMachine machine, String why, boolean mayRemove) {
        return mayRemove ? Optional.of(new Action.RemoveMachine(machine.id(), false, why)) : Optional.empty();
    }

    private enum Standing {
        LIVE,
        LOST,
        BROKEN_BOOT,
        FAILED_NOW,
        FAILED_BEFORE
    }

    private static Standing standing(SeenMachine machine, DesiredPool pool) {
        return switch (machine.phase()) {
            case FAILED ->
                pool.operation().isPresent()
                                && machine.bookedAt().isBefore(pool.operation().get())
                        ? Standing.FAILED_BEFORE
                        : Standing.FAILED_NOW;
            case BOOKED -> Standing.LIVE;
            case STARTED, ADMITTED, READY -> {
                if (!machine.running()) {
                    yield Standing.LOST;
                }
                boolean stillBooting = machine.phase() != Phase.READY;
                yield stillBooting && machine.bootFailure().isPresent() ? Standing.BROKEN_BOOT : Standing.LIVE;
            }
        };
    }

    private static Optional<Action> stepOf(SeenMachine machine, Observed seen) {
        if (machine.phase() == Phase.BOOKED) {
            return seen.networkOpen() ? Optional.of(new Action.StartMachine(machine.id())) : Optional.empty();
        }
        if (seen.addonsInstalled() && !machine.nodeExists()) {
            return Optional.of(new Action.RegisterNode(machine.id()));
        }
        if (machine.phase() == Phase.ADMITTED && machine.nodeReady()) {
            return Optional.of(new Action.MarkReady(machine.id()));
        }
        return Optional.empty();
    }

    private static Optional<Settled> settlePool(DesiredPool pool, List<SeenMachine> live, List<String> failures) {
        boolean open = pool.operation().isPresent();
        boolean othersDone = live.stream().allMatch(machine -> machine.phase() == Phase.READY);
        if (!failures.isEmpty()) {
            return open && !pool.settled() && othersDone
                    ? Optional.of(new Settled.Failed("NodeNotAdmitted", String.join("; ", failures)))
                    : Optional.empty();
        }
        boolean asAsked = live.size() == pool.count() && othersDone;
        return asAsked && !pool.settled() ? Optional.of(new Settled.Succeeded()) : Optional.empty();
    }

    /** A cluster's operation ends when its control plane is prepared and each of its pools has settled. */
    private static Optional<Action> settleCluster(Desired desired, Observed seen) {
        boolean done = desired.clusterOperation().isPresent()
                && seen.addonsInstalled()
                && desired.pools().stream().allMatch(DesiredPool::settled);
        return done ? Optional.of(new Action.SettleCluster(new Settled.Succeeded())) : Optional.empty();
    }
}
