package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.OnUntrusted;
import dev.sigillo.machine.MachineId;
import dev.sigillo.store.MachineRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Takes trust from machines whose verdict has run out or was refused, and says so. */
final class TrustSteps {
    private static final System.Logger LOG = System.getLogger(TrustSteps.class.getName());

    private static final String MISSED = ArmError.ATTESTATION_MISSED.code();

    private final Host host;
    private final Grace grace;
    private final Silence silence;

    TrustSteps(Host host, Grace grace) {
        this.host = host;
        this.grace = grace;
        this.silence = new Silence(host, grace);
    }

    /** Of those that have stopped attesting themselves where their pool wants to be told alone. */
    void lookForSilent(List<MachineRecord> rows) {
        silence.look(rows);
    }

    /** The alert comes first: who is killed between them raises it again, and it is the same one. */
    void condemn(Action.Condemn condemn) {
        Optional<MachineRecord> machine = host.store().machines().find(condemn.machine());
        if (machine.isPresent()) {
            condemn.refused().ifPresent(component -> silence.tellRefusal(machine.get(), component, condemn.failure()));
        }
        host.store().machines().fail(condemn.machine(), condemn.failure());
    }

    /** @throws IllegalStateException if it is not withdrawn in all places yet: the step is repeated */
    void withdraw(String machineId, Plane plane) {
        boolean lapsed = lapse(machineId);
        Optional<MachineRecord> withdrawn = withdrawn(machineId);
        if (withdrawn.isEmpty()) {
            return;
        }
        MachineRecord machine = withdrawn.get();
        String silent = Silence.words(machine);
        if (lapsed) {
            LOG.log(System.Logger.Level.WARNING, "{0}: its trust is withdrawn", silent);
        }
        String reason = machine.failure().map(MachineRecord.Failure::code).orElse(MISSED);
        if (reason.equals(MISSED)) {
            silence.tellOnce(machine);
        }
        boolean done = new Withdrawal(host)
                .carryOut(
                        machine,
                        Optional.of(plane),
                        true,
                        reason,
                        machine.failure().map(MachineRecord.Failure::message).orElse(silent));
        if (withdrawn(machineId).isEmpty()) {
            giveBack(machineId, plane); // it proved itself in this very moment
        } else if (!done) {
            throw new IllegalStateException("trust is not withdrawn from " + machine.nodeName() + " in all places yet");
        }
    }

    private boolean lapse(String machineId) {
        Instant now = host.clock().instant();
        Optional<MachineRecord> replaced =
                host.store().machines().find(machineId).filter(this::isSilentForGood);
        return replaced.isPresent()
                ? host.store()
                        .machines()
                        .lapseForGood(machineId, now, new MachineRecord.Failure(MISSED, Silence.words(replaced.get())))
                : host.store().machines().lapse(machineId, now);
    }

    /**
     * Whether the machine is silent where such ones are replaced: then it does not come back, lest it meet the one in its
     * place. Not while every other machine of the host may be as silent as it: a fault of them all passes, and must not
     * cost any of them. So another one must have passed since this one's verdict ran out.
     */
    boolean isSilentForGood(MachineRecord machine) {
        Instant now = host.clock().instant();
        Optional<Instant> end = machine.trustEnds().filter(now::isAfter);
        return end.isPresent()
                && machine.failure().isEmpty()
                && grace.isOver()
                && host.onUntrusted(machine) == OnUntrusted.REPLACE
                && host.store().machines().anotherPassed(machine.machineId(), end.get(), now);
    }

    private void giveBack(String machineId, Plane plane) {
        host.store().machines().find(machineId).ifPresent(machine -> {
            host.engine().isolate(new MachineId(machineId), false);
            plane.quarantine();
            plane.setTrust(machine.nodeName(), Labels.trust(machine), List.of());
        });
    }

    /** The machine, if its trust is withdrawn now. */
    private Optional<MachineRecord> withdrawn(String machineId) {
        return host.store()
                .machines()
                .find(machineId)
                .filter(machine -> machine.withdrawnAt().isPresent());
    }
}
