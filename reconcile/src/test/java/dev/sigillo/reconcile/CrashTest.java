package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.PowerState;
import dev.sigillo.machine.MachineId;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.testkit.ForAll;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("A server that is killed at any instant")
class CrashTest {

    /** Rows, host and API server tell the same story. */
    private static void agrees(World world, Map<String, Integer> pools) {
        List<MachineRecord> rows = world.store().machines().listOfCluster(World.CLUSTER);
        Map<String, Integer> counted = new HashMap<>();
        rows.forEach(row -> counted.merge(row.pool(), 1, Integer::sum));
        Map<String, Integer> wanted = new HashMap<>(pools);
        wanted.values().removeIf(count -> count == 0);
        assertThat(counted).isEqualTo(wanted);
        assertThat(rows).allMatch(row -> row.phase() == Phase.READY);
        assertThat(world.engine.machines.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        rows.stream().map(row -> new MachineId(row.machineId())).toList());
        assertThat(world.plane().nodes.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        rows.stream().map(MachineRecord::nodeName).toList());
    }

    private static void nothingLeft(World world) {
        assertThat(world.engine.machines).isEmpty();
        assertThat(world.engine.networks).isEmpty();
        assertThat(world.doors).isEmpty();
        assertThat(world.planes.values()).noneMatch(FakePlane::exists);
        assertThat(world.store().machines().list()).isEmpty();
        assertThat(world.store().clusters().list()).isEmpty();
        assertThat(world.store().operations().open()).isEmpty();
    }

    /** What the operation is, with a server that is killed some calls later, up to three times. */
    private static void withKills(World world, RandomGenerator random, Operation operation)
            throws InterruptedException {
        List<Integer> kills = new ArrayList<>();
        for (int kill = random.nextInt(4); kill > 0; kill--) {
            kills.add(1 + random.nextInt(40));
        }
        for (int calls : kills) {
            world.killer().arm(calls);
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
        Stories.succeeds(world, operation);
    }

    @Test
    @DisplayName(
            "leaves nothing unfinished and nothing over: 60 seeds of create, add, roll, upgrade, stop, start, rotate, delete, delete")
    void kills() {
        kills(60);
    }

    @Test
    @DisplayName("a machine that is to start with a member's vTPM does, whenever the server is killed: 20 seeds")
    void clones() {
        ForAll.seeds(
                20,
                random -> Stories.in(world -> {
                    withKills(world, random, world.createCluster(Map.of("np", 1)));
                    Set<MachineId> before = Set.copyOf(world.engine.machines.keySet());
                    withKills(world, random, world.updatePool("np", 2, Map.of("sigillo-drill", "cloned-vtpm")));
                    agrees(world, Map.of("np", 2));
                    assertThat(world.engine.machines.keySet())
                            .filteredOn(id -> !before.contains(id))
                            .isNotEmpty()
                            .allMatch(world.engine.clones::containsKey);
                }));
    }

    @Test
    @Tag("long")
    @DisplayName("… and 200 of them")
    void manyKills() {
        kills(200);
    }

    private static void kills(int seeds) {
        ForAll.seeds(
                seeds,
                random -> Stories.in(world -> {
                    int first = random.nextInt(3);
                    int second = random.nextInt(3);
                    withKills(world, random, world.createCluster(Map.of("np", first)));
                    withKills(world, random, world.addPool("more", second));
                    agrees(world, Map.of("np", first, "more", second));
                    withKills(world, random, world.updatePool("more", second, false));
                    world.until("the old Nodes go", () -> world.plane().nodes.size() == first + second);
                    agrees(world, Map.of("np", first, "more", second));
                    assertThat(world.store().machines().listOfPool(World.CLUSTER, "more"))
                            .noneMatch(MachineRecord::secureBoot);
                    withKills(world, random, world.upgrade(Set.of("np")));
                    world.until("the old Nodes go", () -> world.plane().nodes.size() == first + second);
                    agrees(world, Map.of("np", first, "more", second));
                    assertThat(world.plane().versions()).containsOnly("1.36.3");
                    assertThat(world.store().machines().listOfPool(World.CLUSTER, "np"))
                            .allMatch(machine -> machine.imageVersion().equals("img-136"));
                    assertThat(world.store().machines().listOfPool(World.CLUSTER, "more"))
                            .allMatch(machine -> machine.imageVersion().equals("img"));
                    withKills(world, random, world.turn(PowerState.STOPPED));
                    assertThat(world.engine.machines).isEmpty();
                    assertThat(world.plane().incarnation()).isEmpty();
                    withKills(world, random, world.turn(PowerState.RUNNING));
                    world.until("the old Nodes go", () -> world.plane().nodes.size() == first + second);
                    agrees(world, Map.of("np", first, "more", second));
                    int keys = world.plane().keys;
                    withKills(world, random, world.rotateCertificates());
                    assertThat(world.plane().keys).isGreaterThan(keys);
                    world.until("the old Nodes go", () -> world.plane().nodes.size() == first + second);
                    agrees(world, Map.of("np", first, "more", second));
                    withKills(world, random, world.deletePool("np"));
                    agrees(world, Map.of("more", second));
                    withKills(world, random, world.deleteCluster());
                    nothingLeft(world);
                    assertThat(world.engine.made).doesNotHaveDuplicates();
                }));
    }

    @Test
    @DisplayName("withdraws all trust that its row says is withdrawn, and replaces what is to be replaced: 40 seeds")
    void withdrawals() {
        ForAll.seeds(
                40,
                random -> Stories.in(world -> {
                    Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
                    MachineRecord refused = world.store().machines().list().getFirst();
                    boolean replace = random.nextBoolean();
                    PoolRecord pool =
                            world.store().pools().find(World.CLUSTER, "np").orElseThrow();
                    ObjectNode body = Json.object(pool.body());
                    body.putObject("tags").put("sigillo-on-untrusted", replace ? "replace" : "quarantine");
                    world.store()
                            .pools()
                            .update(World.CLUSTER, "np", pool.etag(), Json.text(body), pool.provisioningState());
                    world.store()
                            .machines()
                            .quarantine(refused.machineId(), new MachineRecord.Failure("AttestationFailed", "initrd"));
                    world.killer().arm(1 + random.nextInt(40));
                    try {
                        world.reconciler().refused(refused, "initrd");
                    } catch (RuntimeException | Error killed) {
                        assertThat(world.killer().dead()).isTrue();
                    }
                    MachineId id = new MachineId(refused.machineId());
                    if (replace) {
                        world.until(
                                "a clean machine is in its place",
                                () -> world.store().machines().list().stream()
                                                .allMatch(row -> row.phase() == Phase.READY)
                                        && world.store()
                                                .machines()
                                                .find(refused.machineId())
                                                .isEmpty()
                                        && world.plane().nodes.size() == 2);
                        agrees(world, Map.of("np", 2));
                        world.until(
                                "nobody is denied", () -> world.plane().denied.isEmpty());
                    } else {
                        world.until(
                                "it is cut off and denied",
                                () -> world.engine.isolated.contains(id)
                                        && world.plane().denied.contains(refused.nodeName()));
                        assertThat(world.store()
                                        .machines()
                                        .find(refused.machineId())
                                        .orElseThrow()
                                        .phase())
                                .isEqualTo(Phase.QUARANTINED);
                    }
                }));
    }

    @Test
    @DisplayName("while no server looked, machines ended: none of them is a node when the next one answers")
    void hostRestarted() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            world.engine.machines.keySet().forEach(world.engine::die);
            world.plane().crash();
            world.engine.networks.clear();
            world.restart();
            assertThat(world.store().machines().list()).noneMatch(row -> row.phase() == Phase.READY);
            world.untilReady(2);
            assertThat(world.engine.made).hasSize(4);
        });
    }
}
