package dev.sigillo.enrolment;

import dev.sigillo.arm.DesiredPool;
import dev.sigillo.arm.DrillFault;
import dev.sigillo.arm.OnUntrusted;
import dev.sigillo.arm.TrustTags;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** On what terms a machine is trusted: what its cluster and its pool say now, read anew each time. */
public final class Terms {
    /** Of a cluster that is going. */
    private static final Duration UNKNOWN = Duration.ofSeconds(60);

    private final Store store;

    public Terms(Store store) {
        this.store = store;
    }

    /** From one attestation to the next. */
    Duration interval(MachineRecord machine) {
        return store.clusters()
                .byId(machine.clusterId())
                .map(cluster -> cluster.desired().attestationInterval())
                .orElse(UNKNOWN);
    }

    /** For how long a verdict counts. */
    public Duration holds(MachineRecord machine) {
        return TrustTags.holds(interval(machine));
    }

    /** Until when a verdict of now counts. */
    Instant until(MachineRecord machine, Instant now) {
        return now.plus(holds(machine));
    }

    OnUntrusted onUntrusted(MachineRecord machine) {
        return pool(machine).map(DesiredPool::onUntrusted).orElse(OnUntrusted.QUARANTINE);
    }

    boolean recoversByReboot(MachineRecord machine) {
        return pool(machine).map(DesiredPool::recoversByReboot).orElse(false);
    }

    Optional<DrillFault> drill(MachineRecord machine) {
        return pool(machine).flatMap(DesiredPool::drill);
    }

    private Optional<DesiredPool> pool(MachineRecord machine) {
        return store.pools().find(machine.clusterId(), machine.pool()).map(PoolRecord::desired);
    }
}
