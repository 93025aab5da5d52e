package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.reconcile.Desired.DesiredPool;
import dev.sigillo.reconcile.Observed.SeenMachine;
import dev.sigillo.testkit.ForAll;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The plan for one cluster")
class PlannerTest {

    private static final Instant T0 = Instant.parse("2026-11-24T08:00:00Z");

    private static DesiredPool pool(int count) {
        return new DesiredPool("np", count, false, Optional.of(T0), false);
    }

    private static Desired wanting(DesiredPool... pools) {
        return new Desired(false, Optional.empty(), List.of(pools));
    }

    private static SeenMachine machine(String id, Phase phase) {
        boolean made = phase != Phase.BOOKED && phase != Phase.FAILED;
        return new SeenMachine(
                id,
                "np",
                phase,
                made,
                made,
                made,
                phase == Phase.READY,
                T0.plusSeconds(1),
                phase == Phase.FAILED ? Optional.of("kernel command line changed") : Optional.empty(),
                Optional.empty());
    }

    private static Observed up(SeenMachine... machines) {
        return new Observed(true, true, true, true, List.of(machines));
    }

    @Test
    @DisplayName("begins with network and control plane, and books machines without waiting for them")
    void beginning() {
        Observed nothing = new Observed(false, false, false, false, List.of());
        assertThat(Planner.plan(wanting(pool(2)), nothing))
                .containsExactly(
                        new Action.OpenNetwork(),
                        new Action.StartControlPlane(),
                        new Action.BookMachine("np"),
                        new Action.BookMachine("np"));
    }

    @Test
    @DisplayName("prepares the API server once it answers")
    void addons() {
        assertThat(Planner.plan(wanting(pool(0)), new Observed(true, true, true, false, List.of())))
                .contains(new Action.InstallAddons());
    }

    @Test
    @DisplayName("starts a booked machine, registers its node when the API server is prepared, waits for Ready")
    void steps() {
        assertThat(Planner.plan(wanting(pool(1)), up(machine("a", Phase.BOOKED))))
                .containsExactly(new Action.StartMachine("a"));
        SeenMachine started = machine("a", Phase.STARTED);
        SeenMachine unregistered = new SeenMachine(
                "a", "np", Phase.STARTED, true, true, false, false, T0, Optional.empty(), Optional.empty());
        assertThat(Planner.plan(wanting(pool(1)), up(unregistered))).containsExactly(new Action.RegisterNode("a"));
        assertThat(Planner.plan(wanting(pool(1)), up(started))).isEmpty();
    }

    @Test
    @DisplayName("settles the pool only when every machine was Ready")
    void settles() {
        assertThat(Planner.plan(wanting(pool(2)), up(machine("a", Phase.READY), machine("b", Phase.ADMITTED))))
                .isEmpty();
        assertThat(Planner.plan(wanting(pool(2)), up(machine("a", Phase.READY), machine("b", Phase.READY))))
                .containsExactly(new Action.SettlePool("np", new Settled.Succeeded()));
    }

    @Test
    @DisplayName("a refused machine fails the operation with its reason and is not replaced by itself")
    void failure() {
        assertThat(Planner.plan(wanting(pool(1)), up(machine("a", Phase.FAILED))))
                .containsExactly(new Action.SettlePool(
                        "np", new Settled.Failed("NodeNotAdmitted", "kernel command line changed")));
        DesiredPool ended = new DesiredPool("np", 1, false, Optional.empty(), true);
        assertThat(Planner.plan(wanting(ended), up(machine("a", Phase.FAILED)))).isEmpty();
    }

    @Test
    @DisplayName("a new operation removes what an earlier one left failed and tries again")
    void retry() {
        DesiredPool again = new DesiredPool("np", 1, false, Optional.of(T0.plus(Duration.ofHours(1))), false);
        assertThat(Planner.plan(wanting(again), up(machine("a", Phase.FAILED))))
                .containsExactly(
                        new Action.RemoveMachine("a", false, "an earlier attempt failed with it"),
                        new Action.BookMachine("np"));
    }

    @Test
    @DisplayName("a machine that vanished is removed and a new one takes its place")
    void lost() {
        SeenMachine gone = new SeenMachine(
                "a", "np", Phase.READY, false, false, true, false, T0, Optional.empty(), Optional.empty());
        DesiredPool settled = new DesiredPool("np", 1, false, Optional.empty(), true);
        assertThat(Planner.plan(wanting(settled), up(gone)))
                .containsExactly(
                        new Action.RemoveMachine("a", false, "the machine is gone; a new one follows"),
                        new Action.BookMachine("np"));
    }

    @Test
    @DisplayName("a machine whose console shows that it does not boot is condemned with that line")
    void condemned() {
        SeenMachine stuck = new SeenMachine(
                "a",
                "np",
                Phase.STARTED,
                true,
                true,
                true,
                false,
                T0,
                Optional.empty(),
                Optional.of("kernel: bad shim signature"));
        assertThat(Planner.plan(wanting(pool(1)), up(stuck)))
                .containsExactly(new Action.Condemn("a", "kernel: bad shim signature"));
    }

    @Test
    @DisplayName("a deleted cluster loses its machines, then everything else")
    void deletion() {
        Desired deleted = new Desired(true, Optional.of(T0), List.of(pool(1)));
        assertThat(Planner.plan(deleted, up(machine("a", Phase.READY))))
                .containsExactly(
                        new Action.RemoveMachine("a", false, "the cluster is being deleted"),
                        new Action.ForgetCluster());
    }

    @Test
    @DisplayName("whatever is seen, no machine is acted on twice and booked plus kept never exceeds what is wanted")
    void bounded() {
        ForAll.seeds(500, random -> {
            List<SeenMachine> machines = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                Phase phase = List.of(Phase.values()).get(random.nextInt(Phase.values().length));
                boolean exists = random.nextBoolean();
                machines.add(new SeenMachine(
                        "m" + i,
                        "np",
                        phase,
                        exists,
                        exists && random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        T0.plusSeconds(random.nextInt(100) - 50L),
                        Optional.of("why"),
                        random.nextBoolean() ? Optional.of("boot") : Optional.empty()));
            }
            int count = random.nextInt(4);
            List<Action> plan =
                    Planner.plan(wanting(pool(count)), new Observed(true, true, random.nextBoolean(), true, machines));
            List<String> removed = plan.stream()
                    .filter(Action.RemoveMachine.class::isInstance)
                    .map(action -> ((Action.RemoveMachine) action).machine())
                    .toList();
            long booked =
                    plan.stream().filter(Action.BookMachine.class::isInstance).count();
            assertThat(booked + machines.size() - removed.stream().distinct().count())
                    .isLessThanOrEqualTo(Math.max(
                            count,
                            machines.stream()
                                            .filter(m -> m.phase() == Phase.FAILED
                                                    || m.bootFailure().isPresent())
                                            .count()
                                    + count));
            if (booked > 0) {
                assertThat(booked).isLessThanOrEqualTo(count);
            }
        });
    }
}
