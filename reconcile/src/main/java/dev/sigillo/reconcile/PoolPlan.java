package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.Operation;
import dev.sigillo.reconcile.Desired.Deletion;
import dev.sigillo.reconcile.Desired.DesiredPool;
import dev.sigillo.reconcile.Observed.SeenMachine;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What to do next for one pool: a function, without I/O. */
final class PoolPlan {
    /** A machine that ends while it boots is made anew; the third one in a row tells that it is no accident. */
    static final int ATTEMPTS = 3;

    private final DesiredPool pool;
    private final Observed seen;
    private final List<Action> actions = new ArrayList<>();
    private final List<SeenMachine> live = new ArrayList<>();
    private final List<MachineRecord.Failure> failures = new ArrayList<>();
    private int attempt = 1;
    /** A machine is going: also one that the host has no more and whose row is about to be removed. */
    private boolean ending;

    private PoolPlan(DesiredPool pool, Observed seen) {
        this.pool = pool;
        this.seen = seen;
    }

    static List<Action> of(DesiredPool pool, Observed seen) {
        PoolPlan plan = new PoolPlan(pool, seen);
        List<SeenMachine> machines = seen.machines().stream()
                .filter(machine -> machine.pool().equals(pool.name()))
                .toList();
        if (pool.deleting()) {
            plan.delete(machines);
        } else {
            plan.converge(machines);
        }
        return plan.actions;
    }

    private void delete(List<SeenMachine> machines) {
        if (pool.deletion() == Deletion.HEEDING && isHeeded(machines)) {
            empty(machines);
            return;
        }
        for (SeenMachine machine : machines) {
            actions.add(new Action.RemoveMachine(machine.id(), hasPods(machine), "its pool is being deleted"));
        }
        // A control plane that is down is not waited for: the Nodes go when it is back.
        boolean nodesGone = seen.prepared()
                ? seen.strangers().stream()
                        .noneMatch(stranger -> stranger.pool().equals(pool.name()))
                : !seen.planeRuns();
        if (machines.isEmpty() && nodesGone) {
            actions.add(new Action.ForgetPool(pool.name()));
        }
    }

    /** Also while nobody can say what is on the nodes: a server that was killed meanwhile has yet to prepare the cluster. */
    private boolean isHeeded(List<SeenMachine> machines) {
        return seen.prepared()
                ? machines.stream().anyMatch(machine -> isLetIn(machine) && hasPods(machine))
                : !seen.planeIsDown();
    }

    private static boolean isLetIn(SeenMachine machine) {
        return machine.phase() == Phase.ADMITTED || machine.phase() == Phase.READY;
    }

    /** Until all nodes are empty no machine goes but those that go anyway; trust ends as ever. */
    private void empty(List<SeenMachine> machines) {
        for (SeenMachine machine : machines) {
            Optional<Action> end = end(machine);
            if (end.isPresent()) {
                actions.add(end.get());
            } else if (isOvertrusted(machine)) {
                actions.add(new Action.WithdrawTrust(machine.id()));
            }
        }
        if (seen.prepared()) {
            pool.own()
                    .map(deletion -> new Action.EmptyPool(
                            pool.name(), deletion.id(), pool.replacing().drain()))
                    .ifPresent(actions::add);
        }
    }

    private void converge(List<SeenMachine> machines) {
        int held = 0;
        for (SeenMachine machine : machines) {
            Optional<Action> end = end(machine);
            end.ifPresent(actions::add);
            switch (machine.phase()) {
                case LEAVING -> ending = true;
                case QUARANTINED, FAILED -> {
                    boolean replaced = machine.phase() == Phase.QUARANTINED && pool.replaces();
                    if (!before(machine) && !replaced) {
                        held++;
                        machine.failure().ifPresent(failures::add);
                    }
                }
                case LOST -> {
                    attempt = Math.max(attempt, machine.attempt() + 1);
                    ending = true;
                }
                case BOOKED, STARTED, ADMITTED, READY -> {
                    held++;
                    if (end.isEmpty()) {
                        live.add(machine);
                    } else {
                        ending = true;
                    }
                }
            }
        }
        Roll roll = new Roll(pool, live);
        if (!roll.isOver()) {
            roll(roll, held);
            return;
        }
        List<SeenMachine> surplus = surplus();
        for (SeenMachine machine : live) {
            if (surplus.contains(machine)) {
                actions.add(new Action.DismissMachine(machine.id(), pool.name()));
            } else {
                step(machine).ifPresent(actions::add);
            }
        }
        if (held < pool.count()) {
            // Addresses come from the open network.
            if (!seen.networkOpen()) {
                return;
            }
            actions.add(new Action.BookMachines(pool.name(), pool.count() - held, pool.count(), attempt));
        } else {
            settle(live.size() == pool.count()).ifPresent(this::settled);
        }
    }

    /**
     * Some machines are not of the make that is asked for. They are replaced for as long as the operation is open that
     * asked for it and none of its machines has failed; else all stays as it is, but that the number is kept. The control
     * plane comes first: no node may be newer.
     */
    private void roll(Roll roll, int held) {
        boolean wanted = pool.began().isPresent() && failures.isEmpty();
        boolean goesOn = wanted && seen.prepared();
        boolean stuck = goesOn && roll.isStuck();
        List<SeenMachine> unborn = goesOn ? roll.unborn() : List.of();
        List<SeenMachine> retiring = goesOn && !stuck ? roll.retiring() : List.of();
        for (SeenMachine machine : live) {
            if (unborn.contains(machine)) {
                actions.add(
                        new Action.RemoveMachine(machine.id(), false, "the pool asks for machines of another make"));
            } else if (retiring.contains(machine)) {
                actions.add(new Action.RetireMachine(
                        machine.id(), pool.name(), pool.replacing().drain(), Roll.name(pool)));
            } else {
                step(machine).ifPresent(actions::add);
            }
        }
        int missing = wanted && !goesOn ? 0 : goesOn ? roll.missing(held - live.size()) : pool.count() - held;
        if (stuck) {
            List<String> aside = roll.aside().stream().map(SeenMachine::id).toList();
            actions.add(new Action.EndRoll(pool.name(), aside));
        } else if (missing > 0 && seen.networkOpen()) {
            actions.add(new Action.BookMachines(pool.name(), missing, pool.count(), attempt));
        }
        // A roll that has stopped keeps what it has made: what else was asked for ends beside it. Without that the pool
        // stays
        // Failed: one that says Succeeded has nothing left to do for the same request again.
        boolean failed = pool.settled() && !pool.atRest();
        if (!wanted && !(failed && pool.own().isEmpty())) {
            settle(live.size() >= pool.count()).ifPresent(this::settled);
        }
    }

    private void settled(Settled outcome) {
        actions.add(new Action.SettlePool(pool.name(), pool.own().map(Operation::id), outcome));
    }

    /** What ends a machine, if something does. */
    private Optional<Action> end(SeenMachine machine) {
        return switch (machine.phase()) {
            case BOOKED -> Optional.empty();
            case STARTED, ADMITTED, READY -> {
                // What its console says tells more than that it ended.
                Optional<BootTrouble> trouble = machine.trouble();
                if (trouble.isEmpty()) {
                    yield machine.running() ? Optional.empty() : Optional.of(lost(machine, "ended by itself"));
                }
                yield Optional.of(
                        trouble.get().accident() && machine.attempt() < ATTEMPTS
                                ? lost(machine, trouble.get().failure().message())
                                : new Action.Condemn(
                                        machine.id(),
                                        trouble.get().failure(),
                                        trouble.get().refused()));
            }
            case LEAVING ->
                Optional.of(new Action.RemoveMachine(machine.id(), hasPods(machine), "its deletion was asked for"));
            case LOST ->
                Optional.of(new Action.RemoveMachine(machine.id(), false, "it ended by itself; a new one follows"));
            case QUARANTINED -> {
                if (before(machine)) {
                    yield Optional.of(new Action.RemoveMachine(machine.id(), false, "it went into quarantine before"));
                }
                if (pool.replaces() && isReplaced()) {
                    yield Optional.of(
                            new Action.RemoveMachine(machine.id(), false, "a clean machine has taken its place"));
                }
                yield isOvertrusted(machine) ? Optional.of(new Action.WithdrawTrust(machine.id())) : Optional.empty();
            }
            case FAILED -> {
                if (before(machine)) {
                    yield Optional.of(
                            new Action.RemoveMachine(machine.id(), false, "an earlier attempt failed with it"));
                }
                yield machine.exists() ? Optional.of(new Action.BuryMachine(machine.id())) : Optional.empty();
            }
        };
    }

    private static Action lost(SeenMachine machine, String how) {
        if (machine.phase() == Phase.READY || machine.attempt() < ATTEMPTS) {
            return new Action.MarkLost(machine.id(), machine.phase(), how);
        }
        return new Action.Condemn(
                machine.id(),
                new MachineRecord.Failure(
                        ArmError.MACHINE_FAILED.code(),
                        "node " + machine.name() + ": its machine ended by itself while it booted, as the "
                                + (ATTEMPTS - 1)
                                + " before it did; its console says what it was doing: sigillo console "
                                + machine.name()));
    }

    /** It failed before the operation that is open began: that one tries again. */
    private boolean before(SeenMachine machine) {
        return pool.began().isPresent()
                && machine.bookedAt().isBefore(pool.began().get());
    }

    /** The pool has all its machines, and all of them are Ready. */
    private boolean isReplaced() {
        return seen.machines().stream()
                        .filter(machine -> machine.pool().equals(pool.name()) && machine.phase() == Phase.READY)
                        .count()
                >= pool.count();
    }

    private boolean hasPods(SeenMachine machine) {
        return seen.prepared() && machine.running() && machine.node().isPresent();
    }

    /** The youngest go, those that are not Ready yet before the others. */
    private List<SeenMachine> surplus() {
        return live.stream()
                .sorted(Comparator.comparing((SeenMachine machine) -> machine.phase() == Phase.READY)
                        .thenComparing(SeenMachine::bookedAt, Comparator.reverseOrder()))
                .limit(Math.max(0, live.size() - pool.count()))
                .toList();
    }

    private Optional<Action> step(SeenMachine machine) {
        if (machine.phase() == Phase.BOOKED) {
            return seen.networkOpen() ? Optional.of(new Action.StartMachine(machine.id())) : Optional.empty();
        }
        if (seen.prepared() && machine.node().isEmpty()) {
            return Optional.of(new Action.RegisterNode(machine.id()));
        }
        if (isOvertrusted(machine)) {
            return Optional.of(new Action.WithdrawTrust(machine.id()));
        }
        if (machine.node().isPresent() && !carriesGiven(machine)) {
            return Optional.of(new Action.LabelNode(machine.id(), pool.name()));
        }
        boolean ready = machine.node().filter(Observed.SeenNode::ready).isPresent();
        return machine.phase() == Phase.ADMITTED && ready
                ? Optional.of(new Action.MarkReady(machine.id()))
                : Optional.empty();
    }

    private static boolean isOvertrusted(SeenMachine machine) {
        return machine.node().filter(Observed.SeenNode::overtrusted).isPresent();
    }

    private boolean carriesGiven(SeenMachine machine) {
        return machine.node().filter(node -> node.given().equals(pool.given())).isPresent();
    }

    /** @param enough whether there are as many machines as there should be */
    private Optional<Settled> settle(boolean enough) {
        boolean othersDone = live.stream().allMatch(machine -> machine.phase() == Phase.READY);
        if (!othersDone) {
            return Optional.empty();
        }
        if (!failures.isEmpty()) {
            // Also a pool that was at rest: a node of it was refused later.
            return pool.settled() && !pool.atRest() ? Optional.empty() : Optional.of(new Settled.Failed(together()));
        }
        boolean given = live.stream().allMatch(this::carriesGiven);
        return enough && given && !ending && !pool.isWell() ? Optional.of(new Settled.Succeeded()) : Optional.empty();
    }

    /** The first failure's code; each machine's words. */
    private MachineRecord.Failure together() {
        return new MachineRecord.Failure(
                failures.getFirst().code(),
                String.join(
                        "; ",
                        failures.stream().map(MachineRecord.Failure::message).toList()));
    }
}
