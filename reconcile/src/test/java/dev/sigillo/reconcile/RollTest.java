package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationStatus;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A pool whose machines should be of another make")
class RollTest {

    private static List<MachineRecord> machines(World world) {
        return world.store().machines().listOfPool(World.CLUSTER, "np");
    }

    private static long ready(World world) {
        return machines(world).stream()
                .filter(row -> row.phase() == Phase.READY)
                .count();
    }

    @Test
    @DisplayName("gets new ones, one more than asked for at a time, and never has fewer Ready nodes than asked for")
    void surge() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 3)));
            List<String> before =
                    machines(world).stream().map(MachineRecord::machineId).toList();
            Operation roll = world.updatePool("np", 3, false);
            world.until("the roll ends", () -> {
                assertThat(ready(world)).isGreaterThanOrEqualTo(3);
                assertThat(machines(world)).hasSizeLessThanOrEqualTo(4);
                return world.ended(roll).status() != OperationStatus.IN_PROGRESS;
            });
            Stories.succeeds(world, roll);
            assertThat(machines(world)).hasSize(3).noneMatch(MachineRecord::secureBoot);
            assertThat(machines(world)).extracting(MachineRecord::machineId).doesNotContainAnyElementsOf(before);
            assertThat(world.engine.made).hasSize(6);
            world.until("the old Nodes go", () -> world.plane().nodes.size() == 3);
        });
    }

    @Test
    @DisplayName("… and scales in the same request, up and down")
    void scales() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 3)));
            Stories.succeeds(world, world.updatePool("np", 1, false));
            assertThat(machines(world)).hasSize(1).noneMatch(MachineRecord::secureBoot);
            Stories.succeeds(world, world.updatePool("np", 2, true));
            assertThat(machines(world)).hasSize(2).allMatch(MachineRecord::secureBoot);
            Stories.succeeds(world, world.updatePool("np", 0, false));
            assertThat(machines(world)).isEmpty();
        });
    }

    @Test
    @DisplayName("stops at a new machine that is refused: the operation fails with its words, no old node goes")
    void refused() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            world.enrolling = false;
            Operation roll = world.updatePool("np", 2, false);
            MachineRecord bad = world.started("np");
            world.store().machines().fail(bad.machineId(), new MachineRecord.Failure("AttestationFailed", "initrd"));
            Operation failed = world.await(roll);
            assertThat(failed.error().orElseThrow().message()).contains("initrd");
            Thread.sleep(100);
            assertThat(ready(world)).isEqualTo(2);
            assertThat(machines(world)).hasSize(3);

            world.enrolling = true;
            Stories.succeeds(world, world.updatePool("np", 2, false));
            assertThat(machines(world)).hasSize(2).noneMatch(MachineRecord::secureBoot);
        });
    }

    @Test
    @DisplayName("stops at a node that cannot be drained: it is uncordoned and stays, and the operation names the pods")
    void undrainable() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            MachineRecord old = machines(world).getFirst();
            world.plane().staying.put(old.nodeName(), List.of("shop/web-0"));
            Operation roll = world.updatePool("np", 1, false);
            world.until("it is cordoned", () -> world.plane().cordoned.contains(old.nodeName()));
            world.clock.late = Duration.ofMinutes(31);
            Operation failed = world.await(roll);
            assertThat(failed.error().orElseThrow().code()).isEqualTo("PodDrainFailure");
            assertThat(failed.error().orElseThrow().message()).contains(old.nodeName(), "shop/web-0");
            assertThat(world.plane().cordoned).doesNotContain(old.nodeName());
            Thread.sleep(100);
            assertThat(machines(world)).extracting(MachineRecord::machineId).contains(old.machineId());
            assertThat(world.store()
                            .pools()
                            .find(World.CLUSTER, "np")
                            .orElseThrow()
                            .provisioningState())
                    .as("the same request again is not taken for done")
                    .isEqualTo("Failed");

            world.plane().staying.clear();
            Stories.succeeds(world, world.updatePool("np", 1, false));
            assertThat(machines(world)).hasSize(1).noneMatch(MachineRecord::secureBoot);
        });
    }

    @Test
    @DisplayName(
            "… or, where such a node is to stay cordoned, replaces the others first: the operation names it in the end")
    void cordons() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 3)));
            MachineRecord old = machines(world).getFirst();
            world.plane().staying.put(old.nodeName(), List.of("shop/web-0"));
            Operation roll = world.updatePoolCordoning("np", 3, false);
            world.until("it is cordoned", () -> world.plane().cordoned.contains(old.nodeName()));
            // New machines start by the same clock by which they are waited for.
            world.storeClock.late = Duration.ofMinutes(31);
            world.clock.late = Duration.ofMinutes(31);
            world.until("it is set aside", () -> world.plane().aside.containsKey(old.nodeName()));
            world.restart();
            Operation failed = world.await(roll);
            assertThat(failed.error().orElseThrow().code()).isEqualTo("PodDrainFailure");
            assertThat(failed.error().orElseThrow().message())
                    .contains(old.nodeName(), "shop/web-0", "upgrade-status=Quarantined");
            assertThat(machines(world)).hasSize(4);
            assertThat(machines(world).stream().filter(MachineRecord::secureBoot))
                    .extracting(MachineRecord::machineId)
                    .containsExactly(old.machineId());
            assertThat(world.plane().cordoned).contains(old.nodeName());
            Thread.sleep(100);
            assertThat(machines(world)).hasSize(4);

            world.plane().staying.clear();
            Stories.succeeds(world, world.updatePoolCordoning("np", 3, false));
            assertThat(machines(world)).hasSize(3).noneMatch(MachineRecord::secureBoot);
        });
    }

    @Test
    @DisplayName("stops when it is aborted: a node that is being drained goes on, the new ones go, and nothing follows")
    void aborted() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            MachineRecord old = machines(world).getFirst();
            world.plane().staying.put(old.nodeName(), List.of("shop/web-0"));
            Operation roll = world.updatePool("np", 1, false);
            world.until("it is cordoned", () -> world.plane().cordoned.contains(old.nodeName()));
            world.abort(roll, "np", false, List.of(old.machineId()));
            world.until("it goes on", () -> !world.plane().cordoned.contains(old.nodeName()));
            world.until("the new one goes", () -> machines(world).size() == 1);
            Thread.sleep(100);
            assertThat(machines(world)).containsExactly(old);
            assertThat(world.store()
                            .pools()
                            .find(World.CLUSTER, "np")
                            .orElseThrow()
                            .provisioningState())
                    .isEqualTo("Canceled");

            world.plane().staying.clear();
            Stories.succeeds(world, world.updatePool("np", 1, false));
            assertThat(machines(world)).hasSize(1).noneMatch(MachineRecord::secureBoot);
        });
    }

    @Test
    @DisplayName("books none for a roll that was aborted meanwhile: the look that planned it was older")
    void plannedBeforeTheAbort() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            ClusterRecord cluster = world.store().clusters().byId(World.CLUSTER).orElseThrow();
            MachineSteps steps = new MachineSteps(
                    world.host(), World.CLUSTER, new References(world.host().probe()));
            Runnable late = () -> steps.book(
                    cluster,
                    new Action.BookMachines("np", 1, 1, 1),
                    world.engine.network(new NetworkId(cluster.shortId())).orElseThrow());
            List<MachineRecord> before = machines(world);
            late.run();
            assertThat(machines(world)).isEqualTo(before);

            world.enrolling = false;
            world.updatePool("np", 1, false);
            world.until("the roll books one", () -> machines(world).size() == 2);
        });
    }

    @Test
    @DisplayName("that already are is done at once, with the machines that it has")
    void same() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            List<MachineRecord> before = machines(world);
            Stories.succeeds(world, world.updatePool("np", 2, true));
            assertThat(machines(world)).isEqualTo(before);
        });
    }
}
