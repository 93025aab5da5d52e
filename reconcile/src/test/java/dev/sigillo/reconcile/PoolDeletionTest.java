package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationStatus;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.testkit.ForAll;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The deletion of a pool")
class PoolDeletionTest {
    /** More than the pool's nodes have to be drained. */
    private static final Duration LATE = Duration.ofMinutes(31);

    private static List<MachineRecord> machines(World world) {
        return world.store().machines().listOfPool(World.CLUSTER, "np");
    }

    private static PoolRecord pool(World world) {
        return world.store().pools().find(World.CLUSTER, "np").orElseThrow();
    }

    private static void hold(World world, MachineRecord machine) {
        synchronized (world.plane()) {
            world.plane().staying.put(machine.nodeName(), List.of("shop/web-0"));
        }
    }

    private static boolean isCordoned(World world, MachineRecord machine) {
        synchronized (world.plane()) {
            return world.plane().cordoned.contains(machine.nodeName());
        }
    }

    private static void stays(World world, List<MachineRecord> before) {
        assertThat(pool(world).deleting()).isFalse();
        assertThat(pool(world).provisioningState()).isEqualTo("Failed");
        assertThat(machines(world))
                .extracting(MachineRecord::machineId)
                .containsExactlyElementsOf(
                        before.stream().map(MachineRecord::machineId).toList());
        assertThat(machines(world)).allMatch(machine -> machine.phase() == Phase.READY);
        synchronized (world.plane()) {
            assertThat(world.plane().cordoned).isEmpty();
            assertThat(world.plane().forced).isEmpty();
        }
    }

    private static void isGone(World world) {
        assertThat(world.store().pools().find(World.CLUSTER, "np")).isEmpty();
        assertThat(machines(world)).isEmpty();
        assertThat(world.engine.machines).isEmpty();
    }

    @Test
    @DisplayName("empties all nodes, then removes them: no pod is deleted that could leave by itself")
    void empties() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 3)));
            MachineRecord last = machines(world).getLast();
            hold(world, last);
            Operation deletion = world.deletePool("np");
            world.until("all are cordoned", () -> machines(world).stream().allMatch(each -> isCordoned(world, each)));
            Thread.sleep(50);
            assertThat(machines(world)).as("longer than pods have elsewhere").hasSize(3);
            synchronized (world.plane()) {
                world.plane().staying.clear();
            }
            Stories.succeeds(world, deletion);
            isGone(world);
            assertThat(world.plane().forced).isEmpty();
        });
    }

    @Test
    @DisplayName(
            "fails where a disruption budget holds a pod, and names node and pod; no node goes, the pool stays Failed")
    void held() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            List<MachineRecord> before = machines(world);
            MachineRecord holding = before.getFirst();
            hold(world, holding);
            Operation deletion = world.deletePool("np");
            world.until("it is cordoned", () -> isCordoned(world, holding));
            assertThat(pool(world).provisioningState()).isEqualTo("Deleting");
            world.clock.late = LATE;
            Operation failed = world.await(deletion);
            assertThat(failed.error().orElseThrow().code()).isEqualTo("PodDrainFailure");
            assertThat(failed.error().orElseThrow().message())
                    .contains(holding.nodeName(), "30 minutes", "shop/web-0", "--ignore-pdb")
                    .doesNotContain(before.getLast().nodeName());
            stays(world, before);
            Thread.sleep(100);
            stays(world, before);

            // Asked again it is the same, until the budget lets the pod go.
            Operation again = world.deletePool("np");
            world.until("it is cordoned again", () -> isCordoned(world, holding));
            synchronized (world.plane()) {
                world.plane().staying.clear();
            }
            Stories.succeeds(world, again);
            isGone(world);
        });
    }

    @Test
    @DisplayName("that ignores budgets deletes what they hold, at once")
    void ignores() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            MachineRecord holding = machines(world).getFirst();
            hold(world, holding);
            Stories.succeeds(world, world.deletePool("np", true));
            isGone(world);
            assertThat(world.plane().forced).containsExactly(holding.nodeName());
        });
    }

    @Test
    @DisplayName("under way can be told to ignore budgets by now")
    void ignoresLater() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            MachineRecord holding = machines(world).getFirst();
            hold(world, holding);
            Operation deletion = world.deletePool("np");
            world.until("it is cordoned", () -> isCordoned(world, holding));
            world.store().pools().markDeleting(World.CLUSTER, "np", false);
            world.reconciler().wake(World.CLUSTER);
            Stories.succeeds(world, deletion);
            isGone(world);
        });
    }

    @Test
    @DisplayName("that failed fails no operation on the cluster, and the next change of the pool has it well again")
    void wellAgain() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1, "more", 1)));
            MachineRecord holding = machines(world).getFirst();
            hold(world, holding);
            Operation deletion = world.deletePool("np");
            world.until("it is cordoned", () -> isCordoned(world, holding));
            world.clock.late = LATE;
            assertThat(world.await(deletion).status()).isEqualTo(OperationStatus.FAILED);
            Stories.succeeds(world, world.authorize(List.of()));
            assertThat(pool(world).provisioningState()).isEqualTo("Failed");
            Stories.succeeds(world, world.updatePool("np", 1, true));
            assertThat(pool(world).provisioningState()).isEqualTo("Succeeded");
            assertThat(machines(world)).containsExactly(holding);
        });
    }

    @Test
    @DisplayName("does not hold up the deletion of its cluster, which asks no budget")
    void cluster() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            MachineRecord holding = machines(world).getFirst();
            hold(world, holding);
            world.deletePool("np");
            world.until("it is cordoned", () -> isCordoned(world, holding));
            // What the acceptance of the cluster's deletion does to others.
            world.store()
                    .operations()
                    .openOfCluster(World.CLUSTER)
                    .forEach(open -> world.store()
                            .operations()
                            .cancel(open.id(), new ErrorBody("OperationPreempted", "overtaken", "")));
            Stories.succeeds(world, world.deleteCluster());
            assertThat(world.engine.networks).isEmpty();
        });
    }

    @Test
    @DisplayName("ends as it was asked for, whenever the server is killed: 40 seeds of held, free and ignoring")
    void killed() {
        ForAll.seeds(
                40,
                random -> Stories.in(world -> {
                    Stories.succeeds(world, world.createCluster(Map.of("np", 1 + random.nextInt(2))));
                    List<MachineRecord> before = machines(world);
                    boolean held = random.nextInt(3) > 0;
                    boolean ignoring = random.nextBoolean();
                    if (held) {
                        hold(world, before.getFirst());
                    }
                    Operation deletion = world.deletePool("np", ignoring);
                    for (int kills = 1 + random.nextInt(3); kills > 0; kills--) {
                        world.killer().arm(1 + random.nextInt(30));
                        if (held && random.nextBoolean()) {
                            world.clock.late = world.clock.late.plus(LATE);
                        }
                        long deadline = System.nanoTime() + 60_000_000L;
                        while (!world.killer().dead() && System.nanoTime() - deadline < 0) {
                            Thread.sleep(1);
                        }
                        if (world.killer().dead()) {
                            world.restart();
                        } else {
                            world.killer().arm(Integer.MAX_VALUE);
                        }
                    }
                    if (!held || ignoring) {
                        Stories.succeeds(world, deletion);
                        isGone(world);
                        return;
                    }
                    // A server that was killed late waits anew.
                    world.until("it fails", () -> {
                        world.clock.late = world.clock.late.plus(LATE);
                        return world.ended(deletion).status() != OperationStatus.IN_PROGRESS;
                    });
                    assertThat(world.ended(deletion).error().orElseThrow().code())
                            .isEqualTo("PodDrainFailure");
                    stays(world, before);
                    world.killer().arm(Integer.MAX_VALUE);
                    Stories.succeeds(world, world.deletePool("np", true));
                    isGone(world);
                }));
    }
}
