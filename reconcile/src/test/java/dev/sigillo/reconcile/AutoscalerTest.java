package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.ArmError;
import dev.sigillo.kubernetes.PodView.Hold;
import dev.sigillo.machine.MachineId;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.testkit.ForAll;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Nodes of these tests have two cores and places for two pods; the profile asks for a minute of rest. */
@DisplayName("A pool that is scaled by itself")
class AutoscalerTest {
    private static final Duration STEP = Duration.ofMillis(500);

    private static PoolRecord np(World world) {
        return world.store().pools().find(World.CLUSTER, "np").orElseThrow();
    }

    private static List<MachineRecord> machines(World world) {
        return world.store().machines().listOfPool(World.CLUSTER, "np");
    }

    private static boolean at(World world, int count) {
        return np(world).desired().count() == count
                && machines(world).size() == count
                && machines(world).stream().allMatch(machine -> machine.phase() == Phase.READY);
    }

    /** Time flies but while a machine comes or goes, which takes its real time. */
    private static void tick(World world) {
        boolean still = machines(world).stream()
                .allMatch(machine -> machine.phase() == Phase.READY || machine.phase() == Phase.FAILED);
        if (still) {
            pass(world, STEP);
        }
    }

    private static void pass(World world, Duration time) {
        world.clock.late = world.clock.late.plus(time);
        world.storeClock.late = world.clock.late;
    }

    private static void becomes(World world, int count) throws InterruptedException {
        world.until("the pool has " + count, () -> {
            tick(world);
            return at(world, count);
        });
    }

    /** Two minutes pass, and nothing happens. */
    private static void stays(World world, int count) throws InterruptedException {
        int[] looks = {0};
        world.until("two minutes pass", () -> {
            tick(world);
            assertThat(np(world).desired().count()).isEqualTo(count);
            return ++looks[0] == 240;
        });
    }

    private static void pods(World world, TestPod... pods) {
        FakePlane plane = world.plane();
        synchronized (plane) {
            plane.pods.clear();
            for (TestPod pod : pods) {
                plane.pods.add(pod.view());
            }
        }
    }

    private static void scaled(World world, int count, int min, int max) throws InterruptedException {
        Stories.succeeds(world, world.createCluster(Map.of("np", count)));
        Stories.succeeds(world, world.scaleByItself("np", count, min, max));
        world.untilReady(count);
    }

    private static String node(World world, int number) {
        return machines(world).get(number).nodeName();
    }

    @Test
    @DisplayName("grows for pods that wait, without an operation, and shrinks to its least when they are gone")
    void breathes() throws Exception {
        Stories.in(world -> {
            scaled(world, 1, 1, 3);
            pods(world, TestPod.waits("a").cpu(150), TestPod.waits("b").cpu(150));
            // One finds room on the node that is there.
            becomes(world, 2);
            pods(
                    world,
                    TestPod.waits("a").cpu(150).on(node(world, 0)),
                    TestPod.waits("b").cpu(150).on(node(world, 1)));
            stays(world, 2);
            assertThat(np(world).provisioningState()).isEqualTo("Succeeded");
            assertThat(world.store().operations().open()).isEmpty();
            String kept = node(world, 0);
            pods(world, TestPod.waits("a").cpu(150).on(kept));
            becomes(world, 1);
            assertThat(node(world, 0)).isEqualTo(kept);
            assertThat(world.plane().cordoned).doesNotContain(kept);
            stays(world, 1);
        });
    }

    @Test
    @DisplayName("has never more than its most, however many pods wait, nor more than the host has room for")
    void most() throws Exception {
        Stories.in(world -> {
            scaled(world, 1, 1, 3);
            world.room = 2;
            TestPod[] many = new TestPod[20];
            for (int number = 0; number < many.length; number++) {
                many[number] = TestPod.waits("p" + number).cpu(200);
            }
            pods(world, many);
            becomes(world, 2);
            stays(world, 2);
            world.room = 100;
            pass(world, Duration.ofMinutes(6));
            becomes(world, 3);
            stays(world, 3);
        });
    }

    @Test
    @DisplayName("does not grow for a pod that its nodes could never take, nor while a pool is being changed")
    void never() throws Exception {
        Stories.in(world -> {
            scaled(world, 1, 1, 3);
            pods(world, TestPod.waits("large").cpu(201));
            stays(world, 1);
        });
    }

    @Test
    @DisplayName("keeps a node that a pod holds")
    void held() throws Exception {
        Stories.in(world -> {
            scaled(world, 2, 1, 3);
            pods(
                    world,
                    TestPod.waits("a").holds(Hold.UNREPLICATED).on(node(world, 0)),
                    TestPod.waits("b").holds(Hold.ASKED).on(node(world, 1)));
            stays(world, 2);
            pods(
                    world,
                    TestPod.waits("a").on(node(world, 0)),
                    TestPod.waits("b").on(node(world, 1)));
            becomes(world, 1);
        });
    }

    @Test
    @DisplayName("pauses when its machines do not come up, then removes them and tries again")
    void backsOff() throws Exception {
        Stories.in(world -> {
            scaled(world, 1, 1, 2);
            world.enrolling = false;
            pods(
                    world,
                    TestPod.waits("a").cpu(200).on(node(world, 0)),
                    TestPod.waits("b").cpu(200));
            MachineRecord failing = world.started("np");
            world.store()
                    .machines()
                    .fail(
                            failing.machineId(),
                            new MachineRecord.Failure(ArmError.MACHINE_FAILED.code(), "it did not boot"));
            world.until("it is told", () -> np(world).provisioningState().equals("Failed"));
            stays(world, 2);
            assertThat(machines(world)).extracting(MachineRecord::machineId).contains(failing.machineId());
            world.enrolling = true;
            pass(world, Duration.ofMinutes(4));
            becomes(world, 2);
            assertThat(machines(world)).extracting(MachineRecord::machineId).doesNotContain(failing.machineId());
            world.until("it is well again", () -> np(world).provisioningState().equals("Succeeded"));
        });
    }

    @Test
    @DisplayName("keeps a machine whose evidence was refused to be looked at")
    void refused() throws Exception {
        Stories.in(world -> {
            scaled(world, 1, 1, 2);
            world.enrolling = false;
            pods(
                    world,
                    TestPod.waits("a").cpu(200).on(node(world, 0)),
                    TestPod.waits("b").cpu(200));
            MachineRecord refused = world.started("np");
            world.store()
                    .machines()
                    .fail(refused.machineId(), new MachineRecord.Failure(ArmError.ATTESTATION_FAILED.code(), "PCR 4"));
            pass(world, Duration.ofMinutes(6));
            stays(world, 2);
            assertThat(machines(world)).extracting(MachineRecord::phase).contains(Phase.FAILED);
        });
    }

    @Test
    @DisplayName("a pod that a node would take and the scheduler does not place makes no pool grow again and again")
    void hopeless() throws Exception {
        Stories.in(world -> {
            scaled(world, 1, 1, 3);
            pods(world, TestPod.waits("volume"));
            stays(world, 1);
        });
    }

    @Test
    @DisplayName("ends where it should, also when the server is killed at any instant: 5 seeds")
    void kills() {
        ForAll.seeds(
                5,
                random -> Stories.in(world -> {
                    scaled(world, 1, 1, 3);
                    pods(
                            world,
                            TestPod.waits("a").cpu(200).on(node(world, 0)),
                            TestPod.waits("b").cpu(200));
                    world.killer().arm(1 + random.nextInt(60));
                    world.until("it has grown", () -> {
                        tick(world);
                        return machines(world).size() >= 2;
                    });
                    becomes(world, 2);
                    pods(world);
                    world.killer().arm(1 + random.nextInt(200));
                    becomes(world, 1);
                    world.until("nothing is left over", () -> world.engine.machines.size() == 1);
                    assertThat(world.engine.machines.keySet())
                            .containsExactly(
                                    new MachineId(machines(world).getFirst().machineId()));
                }));
    }
}
