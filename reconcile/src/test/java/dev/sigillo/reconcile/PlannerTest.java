package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.OperationStatus;
import dev.sigillo.machine.BootMode;
import dev.sigillo.reconcile.Desired.Deletion;
import dev.sigillo.reconcile.Desired.DesiredPool;
import dev.sigillo.reconcile.Desired.Replacing;
import dev.sigillo.reconcile.Observed.SeenMachine;
import dev.sigillo.reconcile.Observed.SeenNode;
import dev.sigillo.reconcile.Observed.Stranger;
import dev.sigillo.store.MachineRecord.Failure;
import dev.sigillo.store.Phase;
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
    private static final Make NEW = new Make(new BootMode(true, true), "202611.2.0", 32);
    private static final Make OLD = new Make(new BootMode(false, true), "202611.2.0", 32);
    private static final Replacing ONE_AT_A_TIME = new Replacing(1, Duration.ofMinutes(30), Duration.ZERO, false);
    private static final Failure INITRD = new Failure("AttestationFailed", "initrd differs");

    private static DesiredPool pool(int count) {
        return pool("np", count, false, T0);
    }

    private static DesiredPool pool(String name, int count, boolean deleting, Instant began) {
        return pool(name, count, deleting ? Deletion.FORCED : Deletion.NONE, began);
    }

    private static DesiredPool pool(String name, int count, Deletion deletion, Instant began) {
        Operation own = operation(World.CLUSTER + "/agentPools/" + name, began);
        return new DesiredPool(
                name,
                count,
                deletion,
                NEW,
                "",
                ONE_AT_A_TIME,
                false,
                Optional.of(own),
                Optional.of(began),
                false,
                false);
    }

    private static Operation operation(String resource, Instant began) {
        return new Operation(
                "operation of " + resource,
                World.CLUSTER,
                resource,
                OperationKind.UPDATE,
                "eastus",
                OperationStatus.IN_PROGRESS,
                Optional.empty(),
                began,
                Optional.empty());
    }

    private static Action settled(Settled outcome) {
        return new Action.SettlePool(
                "np",
                Optional.of(operation(World.CLUSTER + "/agentPools/np", T0).id()),
                outcome);
    }

    private static DesiredPool ended(int count, boolean succeeded) {
        return new DesiredPool(
                "np",
                count,
                Deletion.NONE,
                NEW,
                "",
                ONE_AT_A_TIME,
                false,
                Optional.empty(),
                Optional.empty(),
                true,
                succeeded);
    }

    private static Desired wanting(DesiredPool... pools) {
        return new Desired(false, false, Optional.empty(), true, true, Optional.empty(), List.of(pools));
    }

    private static SeenMachine machine(String id, Phase phase) {
        boolean made = phase != Phase.BOOKED && phase != Phase.FAILED && phase != Phase.LOST;
        return new SeenMachine(
                id,
                "node-" + id,
                "np",
                NEW,
                phase,
                made,
                made,
                made
                        ? Optional.of(new SeenNode(phase == Phase.READY, "", Duration.ofMinutes(1), "", false, ""))
                        : Optional.empty(),
                T0.plusSeconds(1),
                1,
                phase == Phase.FAILED || phase == Phase.QUARANTINED ? Optional.of(INITRD) : Optional.empty(),
                Optional.empty());
    }

    /** One thing about a machine changed. */
    private static final class Change {
        private Change() {}

        static SeenMachine notRunning(SeenMachine m) {
            return with(m, m.exists(), false, m.node(), m.attempt(), m.trouble());
        }

        static SeenMachine exists(SeenMachine m) {
            return with(m, true, m.running(), m.node(), m.attempt(), m.trouble());
        }

        static SeenMachine noNode(SeenMachine m) {
            return with(m, m.exists(), m.running(), Optional.empty(), m.attempt(), m.trouble());
        }

        static SeenMachine nodeReady(SeenMachine m) {
            return with(
                    m,
                    m.exists(),
                    m.running(),
                    Optional.of(new SeenNode(true, "", Duration.ZERO, "", false, "")),
                    m.attempt(),
                    m.trouble());
        }

        static SeenMachine nodeLapsed(SeenMachine m) {
            return with(
                    m,
                    m.exists(),
                    m.running(),
                    Optional.of(new SeenNode(false, "", Duration.ZERO, "", true, "")),
                    m.attempt(),
                    m.trouble());
        }

        static SeenMachine attempt(SeenMachine m, int attempt) {
            return with(m, m.exists(), m.running(), m.node(), attempt, m.trouble());
        }

        static SeenMachine trouble(SeenMachine m, BootTrouble trouble) {
            return with(m, m.exists(), m.running(), m.node(), m.attempt(), Optional.of(trouble));
        }

        private static SeenMachine with(
                SeenMachine m,
                boolean exists,
                boolean running,
                Optional<SeenNode> node,
                int attempt,
                Optional<BootTrouble> trouble) {
            return new SeenMachine(
                    m.id(),
                    m.name(),
                    m.pool(),
                    m.make(),
                    m.phase(),
                    exists,
                    running,
                    node,
                    m.bookedAt(),
                    attempt,
                    m.failure(),
                    trouble);
        }
    }

    private static Observed up(SeenMachine... machines) {
        return new Observed(true, true, true, true, true, List.of(machines), List.of());
    }

    @Test
    @DisplayName(
            "begins with the network, and books machines as soon as it is open, without waiting for the API server")
    void beginning() {
        Observed nothing = new Observed(false, false, false, false, false, List.of(), List.of());
        assertThat(Planner.plan(wanting(pool(2)), nothing)).containsExactly(new Action.OpenNetwork());
        Observed open = new Observed(true, false, false, false, false, List.of(), List.of());
        assertThat(Planner.plan(wanting(pool(2)), open))
                .containsExactly(new Action.StartControlPlane(), new Action.BookMachines("np", 2, 2, 1));
    }

    @Test
    @DisplayName("starts the control plane, and machines meanwhile; prepares the API server once it answers")
    void plane() {
        Observed down = new Observed(true, false, false, false, false, List.of(machine("a", Phase.BOOKED)), List.of());
        assertThat(Planner.plan(wanting(pool(1)), down))
                .containsExactly(new Action.StartControlPlane(), new Action.StartMachine("a"));
        Observed answers = new Observed(true, true, true, false, false, List.of(), List.of());
        assertThat(Planner.plan(wanting(ended(0, true)), answers)).containsExactly(new Action.PrepareCluster());
    }

    @Test
    @DisplayName("an API server that is slow to answer changes nothing: no machine is lost, no node registered again")
    void slow() {
        SeenMachine ready = Change.noNode(machine("a", Phase.READY));
        Observed slow = new Observed(true, true, false, false, false, List.of(ready), List.of());
        assertThat(Planner.plan(wanting(ended(1, true)), slow)).isEmpty();
    }

    @Test
    @DisplayName("starts a booked machine, registers its node when the API server is prepared, waits for Ready")
    void steps() {
        assertThat(Planner.plan(wanting(pool(1)), up(machine("a", Phase.BOOKED))))
                .containsExactly(new Action.StartMachine("a"));
        SeenMachine started = machine("a", Phase.STARTED);
        assertThat(Planner.plan(wanting(pool(1)), up(Change.noNode(started))))
                .containsExactly(new Action.RegisterNode("a"));
        assertThat(Planner.plan(wanting(pool(1)), up(started))).isEmpty();
        SeenMachine admitted = machine("a", Phase.ADMITTED);
        assertThat(Planner.plan(wanting(pool(1)), up(admitted))).isEmpty();
        assertThat(Planner.plan(wanting(pool(1)), up(Change.nodeReady(admitted))))
                .containsExactly(new Action.MarkReady("a"));
    }

    @Test
    @DisplayName("a Node that claims to be Ready before its machine was admitted is not believed")
    void notAdmitted() {
        assertThat(Planner.plan(wanting(pool(1)), up(Change.nodeReady(machine("a", Phase.STARTED)))))
                .isEmpty();
    }

    @Test
    @DisplayName("settles the pool only when every machine was Ready")
    void settles() {
        assertThat(Planner.plan(wanting(pool(2)), up(machine("a", Phase.READY), machine("b", Phase.ADMITTED))))
                .isEmpty();
        assertThat(Planner.plan(wanting(pool(2)), up(machine("a", Phase.READY), machine("b", Phase.READY))))
                .containsExactly(settled(new Settled.Succeeded()));
    }

    @Test
    @DisplayName("a refused machine fails the operation with its own code and reason, is buried, and not replaced")
    void failure() {
        assertThat(Planner.plan(wanting(pool(1)), up(Change.exists(machine("a", Phase.FAILED)))))
                .containsExactly(new Action.BuryMachine("a"), settled(new Settled.Failed(INITRD)));
        assertThat(Planner.plan(wanting(ended(1, false)), up(machine("a", Phase.FAILED))))
                .isEmpty();
    }

    @Test
    @DisplayName("a failure is told only when the pool's other machines are done")
    void failureWaits() {
        assertThat(Planner.plan(wanting(pool(2)), up(machine("a", Phase.FAILED), machine("b", Phase.STARTED))))
                .isEmpty();
        assertThat(Planner.plan(wanting(pool(2)), up(machine("a", Phase.FAILED), machine("b", Phase.READY))))
                .containsExactly(settled(new Settled.Failed(INITRD)));
    }

    @Test
    @DisplayName("a new operation removes what an earlier one left failed and tries again")
    void retry() {
        DesiredPool again = pool("np", 1, false, T0.plus(Duration.ofHours(1)));
        assertThat(Planner.plan(wanting(again), up(machine("a", Phase.FAILED))))
                .containsExactly(
                        new Action.RemoveMachine("a", false, "an earlier attempt failed with it"),
                        new Action.BookMachines("np", 1, 1, 1));
    }

    @Test
    @DisplayName("a pool that failed and has all its nodes after all is well again")
    void wellAgain() {
        assertThat(Planner.plan(wanting(ended(1, false)), up(machine("a", Phase.READY))))
                .containsExactly(new Action.SettlePool("np", Optional.empty(), new Settled.Succeeded()));
    }

    @Test
    @DisplayName("a node whose verdict has lapsed loses its labels, and keeps its machine")
    void lapsed() {
        assertThat(Planner.plan(wanting(ended(1, true)), up(Change.nodeLapsed(machine("a", Phase.READY)))))
                .containsExactly(new Action.WithdrawTrust("a"));
    }

    @Test
    @DisplayName("a pool that had succeeded and whose node was refused later has failed, and says why")
    void refusedLater() {
        assertThat(Planner.plan(wanting(ended(1, true)), up(machine("a", Phase.FAILED))))
                .containsExactly(new Action.SettlePool("np", Optional.empty(), new Settled.Failed(INITRD)));
    }

    @Test
    @DisplayName("what its console says of a machine that ended tells more than that it ended")
    void endedWithWords() {
        Failure initrd = new Failure("MachineFailed", "initrd: refused to start the node");
        SeenMachine ended =
                Change.notRunning(Change.trouble(machine("a", Phase.STARTED), new BootTrouble(initrd, false)));
        assertThat(Planner.plan(wanting(pool(1)), up(ended))).containsExactly(new Action.Condemn("a", initrd));
    }

    @Test
    @DisplayName("a machine that ended by itself is marked, then removed while a new one takes its place")
    void lost() {
        assertThat(Planner.plan(wanting(ended(1, true)), up(Change.notRunning(machine("a", Phase.READY)))))
                .containsExactly(new Action.MarkLost("a", Phase.READY, "ended by itself"));
        assertThat(Planner.plan(wanting(ended(1, true)), up(machine("a", Phase.LOST))))
                .containsExactly(
                        new Action.RemoveMachine("a", false, "it ended by itself; a new one follows"),
                        new Action.BookMachines("np", 1, 1, 2));
    }

    @Test
    @DisplayName("the third machine in a row that ends while it boots is no accident: it fails")
    void lostAgain() {
        SeenMachine second = Change.attempt(Change.notRunning(machine("a", Phase.STARTED)), 2);
        assertThat(Planner.plan(wanting(pool(1)), up(second)))
                .containsExactly(new Action.MarkLost("a", Phase.STARTED, "ended by itself"));
        SeenMachine third = Change.attempt(Change.notRunning(machine("a", Phase.ADMITTED)), 3);
        assertThat(Planner.plan(wanting(pool(1)), up(third)))
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.Condemn.class,
                        condemn -> assertThat(condemn.failure().message()).contains("node-a", "ended by itself"));
    }

    @Test
    @DisplayName("a machine whose console shows that it does not boot is condemned with that line")
    void condemned() {
        Failure shim = new Failure("MachineFailed", "boot image: bad shim signature");
        assertThat(Planner.plan(
                        wanting(pool(1)),
                        up(Change.trouble(machine("a", Phase.STARTED), new BootTrouble(shim, false)))))
                .containsExactly(new Action.Condemn("a", shim));
    }

    @Test
    @DisplayName("a kernel that panicked while it booted is an accident twice: the third machine in a row fails")
    void panicked() {
        Failure panic = new Failure("MachineFailed", "kernel: panicked");
        SeenMachine first = Change.trouble(machine("a", Phase.STARTED), new BootTrouble(panic, true));
        assertThat(Planner.plan(wanting(pool(1)), up(first)))
                .containsExactly(new Action.MarkLost("a", Phase.STARTED, "kernel: panicked"));
        assertThat(Planner.plan(wanting(pool(1)), up(Change.attempt(first, 3))))
                .containsExactly(new Action.Condemn("a", panic));
    }

    @Test
    @DisplayName("of too many machines the youngest go, those not Ready first")
    void surplus() {
        SeenMachine old = machine("a", Phase.READY);
        SeenMachine young = machine("b", Phase.ADMITTED);
        assertThat(Planner.plan(wanting(pool(1)), up(old, young)))
                .contains(new Action.DismissMachine("b", "np"))
                .doesNotContain(new Action.DismissMachine("a", "np"));
    }

    @Test
    @DisplayName("a machine that was never started goes when it is one too many, and is not started first")
    void surplusBooked() {
        assertThat(Planner.plan(wanting(pool(0)), up(machine("a", Phase.BOOKED))))
                .containsExactly(new Action.DismissMachine("a", "np"));
    }

    @Test
    @DisplayName("Nodes that no machine stands for are deleted")
    void strangers() {
        Observed seen = new Observed(true, true, true, true, true, List.of(), List.of(new Stranger("old", "np")));
        assertThat(Planner.plan(wanting(ended(0, true)), seen)).containsExactly(new Action.DeleteNode("old"));
    }

    @Test
    @DisplayName("a deleted pool drains and removes its machines, waits for their Nodes to go, then is forgotten")
    void poolDeletion() {
        DesiredPool deleted = pool("np", 1, true, T0);
        assertThat(Planner.plan(wanting(deleted), up(machine("a", Phase.READY))))
                .containsExactly(new Action.RemoveMachine("a", true, "its pool is being deleted"));
        Observed nodeLeft = new Observed(true, true, true, true, true, List.of(), List.of(new Stranger("a", "np")));
        assertThat(Planner.plan(wanting(deleted), nodeLeft)).containsExactly(new Action.DeleteNode("a"));
        assertThat(Planner.plan(wanting(deleted), up())).containsExactly(new Action.ForgetPool("np"));
    }

    @Test
    @DisplayName("a deletion that heeds disruption budgets removes none before all nodes are empty, but what has ended")
    void heedingDeletion() {
        DesiredPool deleted = pool("np", 3, Deletion.HEEDING, T0);
        Action empty = new Action.EmptyPool("np", deleted.own().orElseThrow().id(), ONE_AT_A_TIME.drain());
        assertThat(Planner.plan(
                        wanting(deleted),
                        up(machine("a", Phase.READY), machine("b", Phase.ADMITTED), machine("c", Phase.LOST))))
                .containsExactlyInAnyOrder(
                        empty, new Action.RemoveMachine("c", false, "it ended by itself; a new one follows"));
        assertThat(Planner.plan(wanting(deleted), up(Change.nodeLapsed(machine("a", Phase.READY)))))
                .containsExactly(new Action.WithdrawTrust("a"), empty);
        assertThat(Planner.plan(wanting(deleted), up(machine("a", Phase.BOOKED))))
                .containsExactly(new Action.RemoveMachine("a", false, "its pool is being deleted"));
        assertThat(Planner.plan(wanting(deleted), up())).containsExactly(new Action.ForgetPool("np"));
    }

    @Test
    @DisplayName("… waits for an API server that cannot say yet what is on the nodes, and not for one that is dead")
    void heedingDeletionWithoutPlane() {
        DesiredPool deleted = pool("np", 1, Deletion.HEEDING, T0);
        SeenMachine ready = Change.noNode(machine("a", Phase.READY));
        Observed unprepared = new Observed(true, true, true, false, false, List.of(ready), List.of());
        assertThat(Planner.plan(wanting(deleted), unprepared)).containsExactly(new Action.PrepareCluster());
        Observed slow = new Observed(true, true, false, false, false, List.of(ready), List.of());
        assertThat(Planner.plan(wanting(deleted), slow)).isEmpty();
        Observed dead = new Observed(true, false, false, false, false, List.of(ready), List.of());
        assertThat(Planner.plan(wanting(deleted), dead))
                .containsExactly(
                        new Action.StartControlPlane(),
                        new Action.RemoveMachine("a", false, "its pool is being deleted"));
    }

    @Test
    @DisplayName("a pool whose deletion failed stays Failed though all its nodes are Ready, and is kept complete")
    void keptPool() {
        DesiredPool kept = new DesiredPool(
                "np",
                2,
                Deletion.FAILED,
                NEW,
                "",
                ONE_AT_A_TIME,
                false,
                Optional.empty(),
                Optional.empty(),
                true,
                false);
        assertThat(Planner.plan(wanting(kept), up(machine("a", Phase.READY), machine("b", Phase.READY))))
                .isEmpty();
        assertThat(Planner.plan(wanting(kept), up(machine("a", Phase.READY))))
                .containsExactly(new Action.BookMachines("np", 1, 2, 1));
    }

    @Test
    @DisplayName("a pool can be deleted while the control plane is dead; one that is only slow is waited for")
    void poolDeletionWithoutPlane() {
        DesiredPool deleted = pool("np", 1, true, T0);
        SeenMachine ready = Change.noNode(machine("a", Phase.READY));
        assertThat(Planner.plan(
                        wanting(deleted), new Observed(true, true, false, false, false, List.of(ready), List.of())))
                .containsExactly(new Action.RemoveMachine("a", false, "its pool is being deleted"));
        Observed slow = new Observed(true, true, false, false, false, List.of(), List.of());
        assertThat(Planner.plan(wanting(deleted), slow)).isEmpty();
        Observed dead = new Observed(true, false, false, false, false, List.of(), List.of());
        assertThat(Planner.plan(wanting(deleted), dead))
                .containsExactly(new Action.StartControlPlane(), new Action.ForgetPool("np"));
    }

    @Test
    @DisplayName("a deleted cluster loses its machines, then everything else, without a word to its API server")
    void deletion() {
        Desired deleted = new Desired(
                true,
                false,
                Optional.empty(),
                false,
                false,
                Optional.of(operation(World.CLUSTER, T0)),
                List.of(pool(1)));
        Observed dead = new Observed(false, false, false, false, false, List.of(machine("a", Phase.READY)), List.of());
        assertThat(Planner.plan(deleted, dead))
                .containsExactly(new Action.RemoveMachine("a", false, "the cluster is being deleted"));
        assertThat(Planner.plan(deleted, new Observed(false, false, false, false, false, List.of(), List.of())))
                .containsExactly(new Action.ForgetCluster());
    }

    @Test
    @DisplayName("keys are made anew once no machine is left, also when the host has lost the network meanwhile")
    void rotation() {
        Operation open = operation(World.CLUSTER, T0);
        Desired rotating =
                new Desired(false, false, Optional.of(open.id()), false, false, Optional.of(open), List.of(pool(1)));
        assertThat(Planner.plan(rotating, up(machine("a", Phase.READY))))
                .containsExactly(new Action.RemoveMachine("a", false, "the cluster's certificates are made anew"));
        assertThat(Planner.plan(rotating, up())).containsExactly(new Action.RenewKeys(open.id()));
        assertThat(Planner.plan(rotating, new Observed(false, false, false, false, false, List.of(), List.of())))
                .containsExactly(new Action.OpenNetwork());
    }

    @Test
    @DisplayName("a cluster's operation ends when its API server is prepared and all its pools have settled")
    void settlesCluster() {
        Desired waiting = new Desired(
                false,
                false,
                Optional.empty(),
                false,
                false,
                Optional.of(operation(World.CLUSTER, T0)),
                List.of(ended(1, true)));
        assertThat(Planner.plan(waiting, up(machine("a", Phase.READY))))
                .containsExactly(new Action.SettleCluster(
                        Optional.of(operation(World.CLUSTER, T0).id())));
        Desired pools = new Desired(
                false,
                false,
                Optional.empty(),
                false,
                false,
                Optional.of(operation(World.CLUSTER, T0)),
                List.of(pool(1)));
        assertThat(Planner.plan(pools, up(machine("a", Phase.STARTED)))).isEmpty();
        Observed unprepared =
                new Observed(true, true, false, false, false, List.of(machine("a", Phase.READY)), List.of());
        assertThat(Planner.plan(waiting, unprepared)).isEmpty();
    }

    @Test
    @DisplayName("one pool that cannot go on holds up neither another pool nor what is asked of the cluster")
    void independent() {
        DesiredPool other = pool("other", 1, false, T0);
        assertThat(Planner.plan(wanting(pool(1), other), up(machine("a", Phase.BOOKED))))
                .containsExactly(new Action.StartMachine("a"), new Action.BookMachines("other", 1, 1, 1));
    }

    @Test
    @DisplayName("an operation does not end before the last machine that goes is gone, row and all")
    void going() {
        SeenMachine half = Change.notRunning(machine("b", Phase.READY));
        assertThat(Planner.plan(wanting(pool(1)), up(machine("a", Phase.READY), half)))
                .containsExactly(new Action.MarkLost("b", Phase.READY, "ended by itself"));
        assertThat(Planner.plan(wanting(pool(1)), up(machine("a", Phase.READY), machine("b", Phase.LOST))))
                .hasSize(1)
                .first()
                .isInstanceOf(Action.RemoveMachine.class);
        assertThat(Planner.plan(wanting(pool(1)), up(machine("a", Phase.READY))))
                .containsExactly(settled(new Settled.Succeeded()));
    }

    private static DesiredPool cordoning(int count) {
        DesiredPool rolling = pool(count);
        return new DesiredPool(
                "np",
                count,
                Deletion.NONE,
                NEW,
                "",
                new Replacing(1, Duration.ofMinutes(30), Duration.ZERO, true),
                false,
                rolling.own(),
                rolling.began(),
                false,
                false);
    }

    private static SeenMachine old(String id, String aside) {
        SeenMachine made = machine(id, Phase.READY);
        return new SeenMachine(
                made.id(),
                made.name(),
                made.pool(),
                OLD,
                made.phase(),
                true,
                true,
                Optional.of(new SeenNode(true, "", Duration.ofMinutes(1), "", false, aside)),
                made.bookedAt(),
                1,
                Optional.empty(),
                Optional.empty());
    }

    @Test
    @DisplayName(
            "a roll goes on beside nodes that it has set aside, as many as its surge, and ends when nothing else is left")
    void setsAside() {
        String roll = T0.toString();
        SeenMachine made = machine("n", Phase.READY);
        Action retire = new Action.RetireMachine("a", "np", Duration.ofMinutes(30), Optional.of(roll));
        assertThat(Planner.plan(wanting(cordoning(1)), up(old("a", ""), made))).containsExactly(retire);
        assertThat(Planner.plan(wanting(cordoning(1)), up(old("a", "an earlier roll"), made)))
                .containsExactly(retire);
        assertThat(Planner.plan(wanting(cordoning(1)), up(old("a", roll), made)))
                .containsExactly(new Action.EndRoll("np", List.of("a")));
        assertThat(Planner.plan(wanting(cordoning(2)), up(old("a", roll), old("b", ""), made)))
                .containsExactly(new Action.BookMachines("np", 1, 2, 1));
        assertThat(Planner.plan(wanting(cordoning(3)), up(old("a", roll), old("b", roll), old("c", ""), made)))
                .containsExactly(new Action.EndRoll("np", List.of("a", "b")));
    }

    private static DesiredPool replacing(int count) {
        return new DesiredPool(
                "np",
                count,
                Deletion.NONE,
                NEW,
                "",
                ONE_AT_A_TIME,
                true,
                Optional.empty(),
                Optional.empty(),
                true,
                true);
    }

    private static Observed seeing(SeenMachine... machines) {
        return new Observed(true, true, true, true, true, List.of(machines), List.of());
    }

    @Test
    @DisplayName("a machine in quarantine is kept and fails its pool; none is made in its place")
    void quarantined() {
        assertThat(Planner.plan(
                        wanting(ended(2, true)), seeing(machine("a", Phase.READY), machine("b", Phase.QUARANTINED))))
                .containsExactly(new Action.SettlePool("np", Optional.empty(), new Settled.Failed(INITRD)));
        assertThat(Planner.plan(
                        wanting(ended(2, false)), seeing(machine("a", Phase.READY), machine("b", Phase.QUARANTINED))))
                .isEmpty();
    }

    @Test
    @DisplayName("where it is to be replaced a clean one is made first, then it goes, and the pool stays well")
    void replaced() {
        SeenMachine refused = machine("b", Phase.QUARANTINED);
        assertThat(Planner.plan(wanting(replacing(2)), seeing(machine("a", Phase.READY), refused)))
                .containsExactly(new Action.BookMachines("np", 1, 2, 1));
        assertThat(Planner.plan(
                        wanting(replacing(2)),
                        seeing(machine("a", Phase.READY), refused, machine("c", Phase.ADMITTED))))
                .isEmpty();
        assertThat(Planner.plan(
                        wanting(replacing(2)), seeing(machine("a", Phase.READY), refused, machine("c", Phase.READY))))
                .containsExactly(new Action.RemoveMachine("b", false, "a clean machine has taken its place"));
    }

    @Test
    @DisplayName("as long as a quarantined Node shows trust or has pods, that is taken away first")
    void quarantinedNode() {
        assertThat(Planner.plan(wanting(ended(1, false)), seeing(Change.nodeLapsed(machine("b", Phase.QUARANTINED)))))
                .containsExactly(new Action.WithdrawTrust("b"));
    }

    @Test
    @DisplayName(
            "whatever is seen: no subject is acted on twice, and what is kept plus booked never exceeds what is held"
                    + " or wanted")
    void bounded() {
        ForAll.seeds(2000, random -> {
            List<SeenMachine> machines = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                Phase phase = List.of(Phase.values()).get(random.nextInt(Phase.values().length));
                boolean exists = random.nextBoolean();
                machines.add(new SeenMachine(
                        "m" + i,
                        "node-m" + i,
                        "np",
                        random.nextInt(3) == 0 ? OLD : NEW,
                        phase,
                        exists,
                        exists && random.nextBoolean(),
                        random.nextBoolean()
                                ? Optional.of(new SeenNode(
                                        random.nextBoolean(), "", Duration.ZERO, "", random.nextBoolean(), ""))
                                : Optional.empty(),
                        T0.plusSeconds(random.nextInt(100) - 50L),
                        1 + random.nextInt(4),
                        phase == Phase.FAILED ? Optional.of(INITRD) : Optional.empty(),
                        random.nextInt(4) == 0
                                ? Optional.of(new BootTrouble(INITRD, random.nextBoolean()))
                                : Optional.empty()));
            }
            int count = random.nextInt(4);
            List<Action> plan = Planner.plan(
                    wanting(pool(count)),
                    new Observed(
                            random.nextBoolean(),
                            random.nextBoolean(),
                            random.nextBoolean(),
                            random.nextBoolean(),
                            random.nextBoolean(),
                            machines,
                            List.of()));
            assertThat(plan).extracting(Action::subject).doesNotHaveDuplicates();
            long removed = plan.stream()
                    .filter(action -> action instanceof Action.RemoveMachine || action instanceof Action.RetireMachine)
                    .count();
            int booked = plan.stream()
                    .filter(Action.BookMachines.class::isInstance)
                    .mapToInt(action -> ((Action.BookMachines) action).count())
                    .sum();
            assertThat(booked).isLessThanOrEqualTo(count);
            long kept = machines.size() - removed;
            if (booked > 0) {
                boolean rolls =
                        machines.stream().anyMatch(machine -> machine.make().equals(OLD));
                assertThat(kept + booked).isLessThanOrEqualTo(rolls ? count + ONE_AT_A_TIME.surge() : count);
            }
        });
    }
}
