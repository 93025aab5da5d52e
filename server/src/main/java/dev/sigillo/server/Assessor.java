package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.DesiredPool;
import dev.sigillo.arm.Size;
import dev.sigillo.arm.Sizes;
import dev.sigillo.server.Assessment.Code;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.AlertStore;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import dev.sigillo.store.VerdictRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Assesses pools and machines from what is stored, at the time that somebody asks: nothing of it is kept. */
final class Assessor {
    private final Store store;
    private final Sizes sizes;
    private final Clock clock;

    Assessor(Store store, Sizes sizes, Clock clock) {
        this.store = store;
        this.sizes = sizes;
        this.clock = clock;
    }

    /** Of the cluster's pools, each followed by its machines. */
    List<Assessment> ofCluster(ClusterRecord cluster) {
        return store.pools().listOfCluster(cluster.id()).stream()
                .flatMap(pool -> Stream.concat(
                        ofPool(pool).stream(),
                        store.machines().listOfPool(cluster.id(), pool.name()).stream()
                                .map(this::attestation)))
                .toList();
    }

    /** Flags are the pool's; attestation is the sum of its machines. */
    List<Assessment> ofPool(PoolRecord pool) {
        String id = ArmId.pool(pool.clusterId(), pool.name());
        DesiredPool desired = pool.desired();
        List<Assessment> all = new ArrayList<>();
        all.add(flag(Recommendation.VTPM, pool, desired.vtpm(), "vTPM", "VtpmDisabled"));
        all.add(flag(Recommendation.SECURE_BOOT, pool, desired.secureBoot(), "Secure Boot", "SecureBootDisabled"));
        List<Assessment> machines = store.machines().listOfPool(pool.clusterId(), pool.name()).stream()
                .map(this::attestation)
                .toList();
        all.add(sum(Recommendation.GUEST_ATTESTATION, id, machines));
        return all;
    }

    /** A machine has what its pool gave it when it was made. */
    List<Assessment> ofMachine(MachineRecord machine) {
        return List.of(
                own(Recommendation.VTPM, machine, machine.vtpm(), "vTPM", "VtpmDisabled"),
                own(Recommendation.SECURE_BOOT, machine, machine.secureBoot(), "Secure Boot", "SecureBootDisabled"),
                attestation(machine));
    }

    /** The gravest of these, said of what holds them all. */
    static Assessment sum(Recommendation recommendation, String resourceId, List<Assessment> parts) {
        return parts.stream()
                .filter(each -> each.recommendation() == recommendation)
                .max(Comparator.comparing(Assessment::code))
                .map(each -> each.of(resourceId))
                .orElse(new Assessment(
                        recommendation,
                        resourceId,
                        Code.NOT_APPLICABLE,
                        "NoMachines",
                        "There is nothing to assess.",
                        Instant.EPOCH));
    }

    private Assessment flag(Recommendation recommendation, PoolRecord pool, boolean on, String what, String cause) {
        String id = ArmId.pool(pool.clusterId(), pool.name());
        Optional<Size> size = sizes.find(pool.desired().vmSize());
        if (!on && size.filter(Size::isTrustedLaunchDisabled).isPresent()) {
            return new Assessment(
                    recommendation,
                    id,
                    Code.NOT_APPLICABLE,
                    "SizeNotSupported",
                    "Size " + pool.desired().vmSize() + " has no Trusted Launch.",
                    pool.createdAt());
        }
        return assessed(recommendation, id, on, "Pool " + pool.name(), what, cause, pool.createdAt());
    }

    private static Assessment own(
            Recommendation recommendation, MachineRecord machine, boolean on, String what, String cause) {
        return assessed(
                recommendation, id(machine), on, "Node " + machine.nodeName(), what, cause, machine.createdAt());
    }

    private static Assessment assessed(
            Recommendation recommendation,
            String id,
            boolean on,
            String who,
            String what,
            String cause,
            Instant since) {
        return on
                ? new Assessment(recommendation, id, Code.HEALTHY, "", who + " has " + what + ".", since)
                : new Assessment(recommendation, id, Code.UNHEALTHY, cause, who + " has no " + what + ".", since);
    }

    private Assessment attestation(MachineRecord machine) {
        if (!machine.vtpm()) {
            return attestation(machine, Code.NOT_APPLICABLE, "NoVtpm", "The node has no vTPM and so attests nothing.");
        }
        Optional<AlertRecord> alert =
                store.alerts().listOfMachine(machine.machineId(), Long.MAX_VALUE, AlertStore.PAGE).stream()
                        .filter(each -> each.isOpen() && each.status().isWaiting())
                        .max(Comparator.comparing(AlertRecord::severity));
        if (alert.isPresent()) {
            return attestation(
                    machine,
                    Code.UNHEALTHY,
                    alert.get().kind().word(),
                    AlertView.title(alert.get()) + " (alert " + alert.get().name() + ").");
        }
        Optional<VerdictRecord> verdict = store.verdicts().latest(machine.machineId());
        if (verdict.isEmpty()) {
            return attestation(
                    machine,
                    Code.NOT_APPLICABLE,
                    "NotYetAttested",
                    "The node is starting and has not attested itself yet.");
        }
        if (!verdict.get().passing()) {
            return attestation(
                    machine,
                    Code.UNHEALTHY,
                    AlertKind.ATTESTATION_FAILED.word(),
                    machine.failure()
                            .map(MachineRecord.Failure::message)
                            .orElse("The node's last verdict is failing."));
        }
        if (machine.trustEnds().filter(until -> !until.isAfter(clock.instant())).isPresent()) {
            return attestation(
                    machine,
                    Code.UNHEALTHY,
                    AlertKind.ATTESTATION_MISSED.word(),
                    "The node has not attested itself since " + verdict.get().at() + "; its lease is over.");
        }
        return attestation(
                machine,
                Code.HEALTHY,
                "",
                "The node's last verdict is passing, of " + verdict.get().at() + ".");
    }

    private static Assessment attestation(MachineRecord machine, Code code, String cause, String description) {
        return new Assessment(
                Recommendation.GUEST_ATTESTATION, id(machine), code, cause, description, machine.createdAt());
    }

    private static String id(MachineRecord machine) {
        return ArmId.machine(machine.clusterId(), machine.pool(), machine.nodeName());
    }
}
