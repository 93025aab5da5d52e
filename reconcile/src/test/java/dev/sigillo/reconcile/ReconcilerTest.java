package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationStatus;
import dev.sigillo.kubernetes.NodeObject;
import dev.sigillo.machine.MachineId;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The reconciler")
class ReconcilerTest {

    private static MachineRecord only(World world) {
        assertThat(world.store().machines().list()).hasSize(1);
        return world.store().machines().list().getFirst();
    }

    @Test
    @DisplayName("a cluster of the same name, asked for at once after the deletion of the first, gets all of its own")
    void sameName() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            Stories.succeeds(world, world.deleteCluster());
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            assertThat(world.plane().nodes).hasSize(1);
            assertThat(world.engine.made).hasSize(2);
        });
    }

    @Test
    @DisplayName("each cluster has a worker that keeps up; a cluster without one is told")
    void workers() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            assertThat(world.workers().missing()).isZero();
            assertThat(world.workers().behind()).isZero();
            assertThat(world.workers().closed()).isFalse();
            world.store().resourceGroups().put("other", "eastus", "null");
            world.store()
                    .clusters()
                    .create(
                            "/subscriptions/s/resourceGroups/other/providers/Microsoft.ContainerService/managedClusters/x",
                            "other",
                            "x",
                            "eastus",
                            "{\"location\":\"eastus\"}");
            assertThat(world.workers().missing()).isOne();
        });
    }

    @Test
    @DisplayName("a machine's row says by which authority it checks the enrolment address: the one of when it was made")
    void enrolmentCa() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            world.enrolmentCa = new Host.EnrolmentCa("another PEM", "sha256 of another PEM");
            Stories.succeeds(world, world.updatePool("np", 2, true));
            assertThat(world.store().machines().list())
                    .extracting(machine -> machine.given().orElseThrow().serverCaSha256())
                    .containsExactlyInAnyOrder("sha256 of PEM", "sha256 of another PEM");
        });
    }

    @Test
    @DisplayName("however closely a cluster follows a deleted one of its name, nothing seen of the first is done to it")
    void sameNameAgain() throws Exception {
        Stories.in(world -> {
            world.engine.looking = Duration.ofMillis(20);
            for (int round = 1; round <= 10; round++) {
                Stories.succeeds(world, world.createCluster(Map.of()));
                Stories.succeeds(world, world.deleteCluster());
            }
            assertThat(world.engine.networks).isEmpty();
            assertThat(world.doors).isEmpty();
        });
    }

    @Test
    @DisplayName("a cluster that is deleted while its network is still being opened leaves neither network nor door")
    void deletedAtOnce() throws Exception {
        Stories.in(world -> {
            world.engine.opening = Duration.ofMillis(300);
            world.createCluster(Map.of("np", 1));
            Thread.sleep(50);
            Stories.succeeds(world, world.deleteCluster());
            Thread.sleep(400);
            assertThat(world.engine.networks).isEmpty();
            assertThat(world.doors).isEmpty();
            assertThat(world.planes.values()).noneMatch(FakePlane::exists);
        });
    }

    @Test
    @DisplayName("a node that has not renewed in time loses the labels of trust, keeps its machine, and may come back")
    void lapsed() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            MachineRecord machine = world.store().machines().list().getFirst();
            FakePlane plane = world.plane();
            synchronized (plane) {
                NodeObject node = Objects.requireNonNull(plane.nodes.get(machine.nodeName()));
                plane.nodes.put(
                        node.name(),
                        new NodeObject(
                                node.name(),
                                Map.of(Labels.AGENT_POOL, "np", Labels.SECURITY_TYPE, "TrustedLaunch"),
                                List.of(),
                                node.given(),
                                node.podCidr(),
                                node.providerId()));
            }
            world.store().machines().admit(machine.machineId(), Instant.now(), Optional.of(Instant.now()));
            world.until("the labels are gone", () -> {
                synchronized (plane) {
                    NodeObject node = plane.nodes.get(machine.nodeName());
                    return node != null
                            && !node.labels().containsKey(Labels.SECURITY_TYPE)
                            && node.taints().contains(Labels.UNTRUSTED);
                }
            });
            assertThat(world.store().machines().list())
                    .singleElement()
                    .matches(row -> row.machineId().equals(machine.machineId()) && row.phase() == Phase.READY);
        });
    }

    @Test
    @DisplayName("a machine that cannot be made fails its pool's operation with the reason, after some tries")
    void cannotBeMade() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            world.engine.createFailures = Integer.MAX_VALUE;
            Operation failed = world.await(world.addPool("more", 1));
            assertThat(failed.status()).isEqualTo(OperationStatus.FAILED);
            assertThat(failed.error().orElseThrow().code()).isEqualTo("MachineFailed");
            assertThat(failed.error().orElseThrow().message()).contains("5 tries", "QEMU did not start");
        });
    }

    @Test
    @DisplayName("a machine that could not be made at first is made")
    void madeLater() throws Exception {
        Stories.in(world -> {
            world.engine.createFailures = Troubles.TRIES - 1;
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
        });
    }

    @Test
    @DisplayName("too few pod addresses fail the pool that has none, and hold up no other pool")
    void noAddresses() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            Operation tooMany = world.addPool("toomany", 300);
            Operation fits = world.addPool("fits", 1);
            Stories.succeeds(world, fits);
            Operation failed = world.await(tooMany);
            assertThat(failed.status()).isEqualTo(OperationStatus.FAILED);
            assertThat(failed.error().orElseThrow().message()).contains("address");
            Stories.succeeds(world, world.deletePool("toomany"));
        });
    }

    @Test
    @DisplayName("a refused machine fails the operation with the verdict's words; its pool can be deleted")
    void refused() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            world.enrolling = false;
            Operation add = world.addPool("bad", 1);
            MachineRecord bad = world.started("bad");
            world.store()
                    .machines()
                    .fail(bad.machineId(), new MachineRecord.Failure("AttestationFailed", "initrd: expected a, was b"));
            Operation failed = world.await(add);
            assertThat(failed.error().orElseThrow().code()).isEqualTo("AttestationFailed");
            assertThat(failed.error().orElseThrow().message()).contains("initrd: expected a, was b");
            // The machine may never have had a Node: the one says nothing of the other.
            world.until(
                    "it and its Node go",
                    () -> !world.plane().nodes.containsKey(bad.nodeName())
                            && !world.engine.machines.containsKey(new MachineId(bad.machineId())));
            Stories.succeeds(world, world.deletePool("bad"));
        });
    }

    @Test
    @DisplayName("what the console of a machine says of shim's refusal ends the operation with that line")
    void shim() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of()));
            world.enrolling = false;
            Operation add = world.addPool("bad", 1);
            world.engine.consoles.put(
                    new MachineId(world.started("bad").machineId()),
                    "GRUB\nerror: bad shim signature.\nerror: you need to load");
            Operation failed = world.await(add);
            assertThat(failed.error().orElseThrow().message()).contains("refused by Secure Boot", "bad shim signature");
            assertThat(world.store().alerts().listOfCluster(World.CLUSTER, Long.MAX_VALUE, 10))
                    .singleElement()
                    .satisfies(alert -> {
                        assertThat(alert.kind()).isEqualTo(AlertKind.ATTESTATION_FAILED);
                        assertThat(alert.component()).isEqualTo("kernel");
                        assertThat(alert.description()).contains("bad shim signature");
                    });
        });
    }

    @Test
    @DisplayName("a drill starts a new machine with the vTPM of a member of its pool, and no other machine")
    void clonedVtpm() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            Operation add = world.updatePool("np", 2, Map.of("sigillo-drill", "cloned-vtpm"));
            Stories.succeeds(world, add);
            assertThat(world.engine.clones).hasSize(1);
            assertThat(world.engine.machines)
                    .containsKeys(world.engine.clones.keySet().iterator().next());
            Stories.succeeds(world, world.addPool("other", 2));
            assertThat(world.engine.clones).hasSize(1);
        });
    }

    @Test
    @DisplayName("machines that end while they boot are made anew twice, then the operation says so")
    void endsWhileBooting() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of()));
            world.enrolling = false;
            Operation add = world.addPool("bad", 1);
            world.until("it is given up", () -> {
                world.engine.machines.keySet().forEach(world.engine::die);
                return world.store().operations().find(add.id()).orElseThrow().status() != OperationStatus.IN_PROGRESS;
            });
            assertThat(world.await(add).error().orElseThrow().message()).contains("ended by itself");
            assertThat(world.engine.made.stream().distinct()).hasSize(PoolPlan.ATTEMPTS);
        });
    }

    @Test
    @DisplayName("a Ready machine that ends is replaced by a new one with a new name")
    void replaced() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            MachineRecord first = only(world);
            world.engine.die(new MachineId(first.machineId()));
            world.until("another one comes", () -> world.engine.made.size() == 2);
            world.untilReady(1);
            assertThat(only(world).nodeName()).isNotEqualTo(first.nodeName());
            world.until("the old Node goes", () -> !world.plane().nodes.containsKey(first.nodeName()));
        });
    }

    @Test
    @DisplayName("a Node that a user deleted comes back while its machine lives")
    void nodeDeleted() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            String name = only(world).nodeName();
            synchronized (world.plane()) {
                world.plane().nodes.remove(name);
            }
            world.until("it is registered again", () -> world.plane().nodes.containsKey(name));
        });
    }

    @Test
    @DisplayName("an API server that does not answer for a while costs no machine")
    void silence() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            world.plane().answers = false;
            Thread.sleep(200);
            world.plane().answers = true;
            Stories.succeeds(world, world.addPool("more", 1));
            assertThat(world.engine.made).hasSize(2);
        });
    }

    @Test
    @DisplayName("a control plane that ended is started and prepared again")
    void planeEnds() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            world.plane().crash();
            Stories.succeeds(world, world.addPool("more", 1));
            assertThat(world.plane().nodes).hasSize(2);
        });
    }

    @Test
    @DisplayName(
            "a webhook of a user that forbids everything keeps no cluster from being deleted, nor a pool that is to go without asking")
    void forbids() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1, "more", 1)));
            world.plane().forbids = true;
            Operation asking = world.await(world.deletePool("more"));
            assertThat(asking.error().orElseThrow().message()).contains("webhook denied");
            world.deletePool("more", true);
            world.until("its machine goes", () -> world.engine.machines.size() == 1);
            Stories.succeeds(world, world.deleteCluster());
            assertThat(world.engine.networks).isEmpty();
        });
    }

    @Test
    @DisplayName("a control plane that does not come up is told to who waits, and what comes up late is well again")
    void comesUpLate() throws Exception {
        Stories.in(world -> {
            world.startFailures = Troubles.TRIES + 1;
            Operation failed = world.await(world.createCluster(Map.of("np", 1)));
            assertThat(failed.error().orElseThrow().code()).isEqualTo("ControlPlaneFailed");
            assertThat(failed.error().orElseThrow().message()).contains("no space left on device");
            world.untilReady(1);
            world.until(
                    "cluster and pool say so",
                    () -> world.store()
                                    .clusters()
                                    .byId(World.CLUSTER)
                                    .orElseThrow()
                                    .provisioningState()
                                    .equals("Succeeded")
                            && world.store()
                                    .pools()
                                    .find(World.CLUSTER, "np")
                                    .orElseThrow()
                                    .provisioningState()
                                    .equals("Succeeded"));
        });
    }
}
