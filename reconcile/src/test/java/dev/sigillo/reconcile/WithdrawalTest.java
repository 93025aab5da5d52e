package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.arm.OperationStatus;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.enrolment.EnrolmentRefused;
import dev.sigillo.kubernetes.NodeObject;
import dev.sigillo.machine.MachineId;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.VerdictRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("What follows when a machine is not trusted any more")
class WithdrawalTest {
    private static final String WHY = "attestation of node n failed: initrd: expected a, was b";

    /** Its Node carries trust labels and a pod. */
    private static MachineRecord trusted(World world) throws InterruptedException {
        Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
        MachineRecord machine = world.store().machines().list().getFirst();
        world.store().machines().trust(machine.machineId(), Instant.now().plusSeconds(600));
        FakePlane plane = world.plane();
        synchronized (plane) {
            plane.nodes.computeIfPresent(
                    machine.nodeName(),
                    (name, node) -> new NodeObject(
                            name,
                            Map.of(Labels.AGENT_POOL, "np", Labels.SECURITY_TYPE, "TrustedLaunch"),
                            List.of(),
                            node.given(),
                            node.podCidr(),
                            node.providerId()));
            plane.on.put(machine.nodeName(), List.of("default/db-0"));
        }
        return machine;
    }

    private static void tag(World world, String policy) {
        PoolRecord row = world.store().pools().find(World.CLUSTER, "np").orElseThrow();
        ObjectNode body = Json.object(row.body());
        body.putObject("tags").put("sigillo-on-untrusted", policy);
        world.store().pools().update(World.CLUSTER, "np", row.etag(), Json.text(body), row.provisioningState());
    }

    private static boolean isWithdrawn(World world, MachineRecord machine) {
        FakePlane plane = world.plane();
        synchronized (plane) {
            NodeObject node = plane.nodes.get(machine.nodeName());
            return node != null
                    && !node.labels().containsKey(Labels.SECURITY_TYPE)
                    && node.taints().contains(Labels.UNTRUSTED)
                    && plane.denied.contains(machine.nodeName())
                    && plane.on.isEmpty()
                    && world.engine.isolated.contains(new MachineId(machine.machineId()));
        }
    }

    private static List<AlertRecord> alerts(World world) {
        return world.store().alerts().listOfCluster(World.CLUSTER, Long.MAX_VALUE, 100);
    }

    @Test
    @DisplayName(
            "refused: before the refusal is told, its port is cut, it is denied, unlabelled, tainted and emptied, and"
                    + " the Node says why")
    void refused() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            world.store()
                    .machines()
                    .quarantine(machine.machineId(), new MachineRecord.Failure("AttestationFailed", WHY));
            world.reconciler().refused(machine, WHY);
            assertThat(isWithdrawn(world, machine)).isTrue();
            assertThat(world.plane().events).contains(machine.nodeName() + " AttestationFailed: " + WHY);
            world.until(
                    "its pool has failed",
                    () -> world.store()
                            .pools()
                            .find(World.CLUSTER, "np")
                            .orElseThrow()
                            .provisioningState()
                            .equals(ProvisioningState.FAILED));
            Thread.sleep(100);
            assertThat(world.store().machines().list()).singleElement().satisfies(row -> {
                assertThat(row.phase()).isEqualTo(Phase.QUARANTINED);
                assertThat(row.failure().orElseThrow().message()).isEqualTo(WHY);
            });
            assertThat(world.engine.machines).as("it is kept to be looked at").hasSize(1);
            assertThat(world.plane().events).as("it is said once").hasSize(1);
        });
    }

    @Test
    @DisplayName("what could not be done at once is done as soon as it can be, also by the next server")
    void later() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            world.plane().forbids = true;
            world.store()
                    .machines()
                    .quarantine(machine.machineId(), new MachineRecord.Failure("AttestationFailed", WHY));
            world.reconciler().refused(machine, WHY);
            assertThat(world.plane().denied).containsExactly(machine.nodeName());
            assertThat(isWithdrawn(world, machine)).isFalse();
            world.restart();
            world.plane().forbids = false;
            world.until("all of it is done", () -> isWithdrawn(world, machine));
        });
    }

    @Test
    @DisplayName("silent: once its verdict has run out all trust goes, and its pool and machine stay as they are")
    void lapsed() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            world.store().machines().trust(machine.machineId(), Instant.now().plusMillis(100));
            world.until("trust is withdrawn", () -> isWithdrawn(world, machine));
            MachineRecord row = world.store().machines().list().getFirst();
            assertThat(row.phase()).isEqualTo(Phase.READY);
            assertThat(row.failure()).isEmpty();
            assertThat(alerts(world)).singleElement().satisfies(alert -> {
                assertThat(alert.kind()).isEqualTo(AlertKind.ATTESTATION_MISSED);
                assertThat(alert.nodeName()).isEqualTo(machine.nodeName());
                assertThat(alert.times()).isEqualTo(1);
            });
            assertThat(world.plane().events).anyMatch(event -> event.contains("AttestationMissed"));

            world.reconciler().reopen(row);
            world.store().machines().trust(machine.machineId(), Instant.now().plusSeconds(600));
            world.reconciler().admitted(row);
            assertThat(world.plane().denied).isEmpty();
            assertThat(world.engine.isolated).isEmpty();
            Thread.sleep(50);
            FakePlane plane = world.plane();
            synchronized (plane) {
                NodeObject node = Objects.requireNonNull(plane.nodes.get(machine.nodeName()));
                assertThat(node.labels()).containsEntry(Labels.SECURITY_TYPE, "TrustedLaunch");
                assertThat(node.taints()).doesNotContain(Labels.UNTRUSTED);
            }
        });
    }

    @Test
    @DisplayName(
            "silent since Secure Boot refused its new kernel: the alert on its silence has the console's words, too")
    void refusedReboot() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            world.engine.consoles.put(
                    new MachineId(machine.machineId()), "sigillo-agent: attested\nGRUB\nerror: bad shim signature.");
            silent(
                    world,
                    machine,
                    "silence; its console says: node " + machine.nodeName()
                            + " did not boot: kernel: refused by Secure Boot: error: bad shim signature.");
        });
    }

    @Test
    @DisplayName("silent though it booted since it was once refused: the old words are not passed on")
    void refusedBefore() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            world.engine.consoles.put(
                    new MachineId(machine.machineId()), "error: bad shim signature.\nsigillo-agent: attested");
            silent(world, machine, "silence");
        });
    }

    private static void silent(World world, MachineRecord machine, String was) throws InterruptedException {
        world.store().machines().trust(machine.machineId(), Instant.now().plusMillis(100));
        world.until("trust is withdrawn", () -> isWithdrawn(world, machine));
        assertThat(alerts(world)).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(AlertKind.ATTESTATION_MISSED);
            assertThat(alert.was()).isEqualTo(was);
        });
    }

    @Test
    @DisplayName("a server that begins, or looks again after a pause, gives nodes the time to attest themselves first")
    void patient() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            world.clock.late = Duration.ofHours(2);
            world.until("it has looked twice", () -> true);
            world.store().machines().trust(machine.machineId(), Instant.now().plus(Duration.ofHours(3)));
            Thread.sleep(200);
            assertThat(world.store().machines().list())
                    .allMatch(row -> row.withdrawnAt().isEmpty());
        });
    }

    private static boolean isReady(World world, MachineRecord machine) {
        try {
            world.reconciler().requireReady(machine);
            return true;
        } catch (EnrolmentRefused notYet) {
            return false;
        }
    }

    /** Its verdict runs out while the control plane is down; gives when that was back. */
    private static Instant outage(World world, MachineRecord machine) throws InterruptedException {
        world.lapse = Duration.ofMillis(600);
        world.restart();
        world.until("it has its Node", () -> isReady(world, machine));
        Thread.sleep(800); // so that what it gives at its start is over
        world.plane().answers = false;
        world.plane().crash();
        world.store().machines().trust(machine.machineId(), Instant.now().plusMillis(50));
        Thread.sleep(300);
        Instant back = Instant.now();
        world.plane().answers = true;
        return back;
    }

    @Test
    @DisplayName(
            "a control plane that was down, so that nobody could attest himself, gives nodes the time to do so first")
    void patientAfterOutage() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            Instant back = outage(world, machine);
            world.until("trust is withdrawn", () -> isWithdrawn(world, machine));
            assertThat(row(world, machine).withdrawnAt().orElseThrow()).isAfter(back.plusMillis(300));
        });
    }

    @Test
    @DisplayName("a control plane that was down gives the same time where people are told alone")
    void patientAlertOnly() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            tag(world, "alert-only");
            Instant back = outage(world, machine);
            world.until("people are told", () -> !alerts(world).isEmpty());
            assertThat(alerts(world).getFirst().firstAt()).isAfter(back.plusMillis(300));
        });
    }

    @Test
    @DisplayName("silent in a pool that wants to be told alone: one alert, and nothing is withdrawn")
    void alertOnly() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            tag(world, "alert-only");
            world.store().machines().trust(machine.machineId(), Instant.now().minusSeconds(1));
            world.until("people are told", () -> !alerts(world).isEmpty());
            Thread.sleep(200);
            assertThat(alerts(world)).singleElement().satisfies(alert -> {
                assertThat(alert.kind()).isEqualTo(AlertKind.ATTESTATION_MISSED);
                assertThat(alert.times()).isEqualTo(1);
            });
            assertThat(world.plane().denied).isEmpty();
            assertThat(world.store().machines().list())
                    .allMatch(row -> row.withdrawnAt().isEmpty());
        });
    }

    @Test
    @DisplayName(
            "replace: a clean machine takes the refused one's place, which goes once that is Ready; its pool is well")
    void replaced() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            tag(world, "replace");
            world.store()
                    .machines()
                    .quarantine(machine.machineId(), new MachineRecord.Failure("AttestationFailed", WHY));
            world.reconciler().refused(machine, WHY);
            world.until(
                    "another is Ready and alone",
                    () -> world.store().machines().list().stream()
                                    .allMatch(row -> row.phase() == Phase.READY
                                            && !row.machineId().equals(machine.machineId()))
                            && world.plane().nodes.size() == 1);
            assertThat(world.engine.machines).hasSize(1);
            assertThat(world.plane().denied).isEmpty();
            assertThat(world.store()
                            .pools()
                            .find(World.CLUSTER, "np")
                            .orElseThrow()
                            .provisioningState())
                    .isEqualTo(ProvisioningState.SUCCEEDED);
        });
    }

    /** A machine of another pool. */
    private static MachineRecord another(World world) throws InterruptedException {
        Stories.succeeds(world, world.addPool("other", 1));
        return world.store().machines().listOfPool(World.CLUSTER, "other").getFirst();
    }

    /** It passes now. */
    private static void passes(World world, MachineRecord machine) {
        Instant now = Instant.now();
        world.store().verdicts().add(new VerdictRecord(machine.machineId(), now, true, "{}", Optional.empty()));
        world.store().machines().trust(machine.machineId(), now.plusSeconds(600));
    }

    private static MachineRecord row(World world, MachineRecord machine) {
        return world.store().machines().find(machine.machineId()).orElseThrow();
    }

    /** While the other one passes, this one goes, another takes its place, and its alert is over. */
    private static void untilReplaced(World world, MachineRecord machine, MachineRecord other)
            throws InterruptedException {
        world.until("another is Ready in its place", () -> {
            passes(world, other);
            List<MachineRecord> rows = world.store().machines().list();
            FakePlane plane = world.plane();
            synchronized (plane) {
                return rows.size() == 2
                        && rows.stream()
                                .allMatch(each -> each.phase() == Phase.READY
                                        && !each.machineId().equals(machine.machineId()))
                        && plane.nodes.size() == 2;
            }
        });
        assertThat(alerts(world)).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(AlertKind.ATTESTATION_MISSED);
            assertThat(alert.times()).isEqualTo(1);
            assertThat(alert.isOpen()).isFalse();
        });
        assertThat(world.plane().events).anyMatch(event -> event.contains("AttestationMissed"));
        assertThat(world.store().pools().find(World.CLUSTER, "np").orElseThrow().provisioningState())
                .isEqualTo(ProvisioningState.SUCCEEDED);
    }

    @Test
    @DisplayName(
            "silent where it is to be replaced: the same, it does not come back, and people are told of its silence")
    void replacedSilent() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            MachineRecord other = another(world);
            tag(world, "replace");
            world.enrolling = false; // the machine in its place waits, so that it can be looked at
            world.store().machines().trust(machine.machineId(), Instant.now().plusMillis(100));
            world.until("it is in quarantine", () -> {
                passes(world, other);
                return row(world, machine).phase() == Phase.QUARANTINED;
            });
            assertThat(row(world, machine).failure().orElseThrow().code()).isEqualTo("AttestationMissed");
            assertThat(world.store()
                            .machines()
                            .trust(machine.machineId(), Instant.now().plusSeconds(600)))
                    .isFalse();
            world.until("trust is withdrawn", () -> isWithdrawn(world, machine));
            world.until("people are told", () -> alerts(world).stream().anyMatch(AlertRecord::isOpen));
            world.enrolling = true;
            untilReplaced(world, machine, other);
        });
    }

    @Test
    @DisplayName(
            "silent where it is to be replaced while nobody else passes: it may come back, and goes once another passes")
    void silentTogether() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            MachineRecord other = another(world);
            tag(world, "replace");
            passes(world, other); // it is trusted for long, and heard of no more
            world.store().machines().trust(machine.machineId(), Instant.now().plusMillis(100));
            world.until("trust is withdrawn", () -> isWithdrawn(world, machine));
            Thread.sleep(200);
            assertThat(row(world, machine).phase()).isEqualTo(Phase.READY);
            assertThat(row(world, machine).failure()).isEmpty();
            untilReplaced(world, machine, other);
        });
    }

    @Test
    @DisplayName("silent where it is to be replaced, and alone on the host: its next verdict brings it back")
    void silentAlone() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            tag(world, "replace");
            world.store().machines().trust(machine.machineId(), Instant.now().plusMillis(100));
            world.until("trust is withdrawn", () -> isWithdrawn(world, machine));
            Thread.sleep(200);
            assertThat(row(world, machine).phase()).isEqualTo(Phase.READY);
            assertThat(world.store()
                            .machines()
                            .trust(machine.machineId(), Instant.now().plusSeconds(600)))
                    .isTrue();
            assertThat(world.store().machines().list()).hasSize(1);
        });
    }

    @Test
    @DisplayName("the tag comes when the node is silent already: it is replaced all the same")
    void replacedLater() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            MachineRecord other = another(world);
            world.store().machines().trust(machine.machineId(), Instant.now().plusMillis(100));
            world.until("trust is withdrawn", () -> isWithdrawn(world, machine));
            passes(world, other);
            Thread.sleep(100);
            assertThat(row(world, machine).phase()).isEqualTo(Phase.READY);
            tag(world, "replace");
            untilReplaced(world, machine, other);
        });
    }

    @Test
    @DisplayName("a server that was killed before it told of a silent node has the next one tell, once")
    void toldByTheNext() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            world.store().useTransaction(tx -> {
                tx.machines().trust(machine.machineId(), Instant.now().minusSeconds(1));
                tx.machines()
                        .lapseForGood(
                                machine.machineId(),
                                Instant.now(),
                                new MachineRecord.Failure("AttestationMissed", "silent"));
            });
            world.restart();
            world.until("trust is withdrawn", () -> isWithdrawn(world, machine));
            world.until("people are told", () -> !alerts(world).isEmpty());
            Thread.sleep(100);
            assertThat(alerts(world)).singleElement().satisfies(alert -> {
                assertThat(alert.kind()).isEqualTo(AlertKind.ATTESTATION_MISSED);
                assertThat(alert.times()).isEqualTo(1);
            });
        });
    }

    @Test
    @DisplayName(
            "the user acts: the next operation on the pool removes what was refused before it, and makes a new one")
    void userActs() throws Exception {
        Stories.in(world -> {
            MachineRecord machine = trusted(world);
            world.store()
                    .machines()
                    .quarantine(machine.machineId(), new MachineRecord.Failure("AttestationFailed", WHY));
            world.reconciler().refused(machine, WHY);
            Thread.sleep(20);
            assertThat(world.await(world.updatePool("np", 1, true)).status()).isEqualTo(OperationStatus.SUCCEEDED);
            world.untilReady(1);
            assertThat(world.store().machines().find(machine.machineId())).isEqualTo(Optional.empty());
        });
    }
}
