package dev.sigillo.enrolment;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Verdict;
import dev.sigillo.store.AlertCause;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells people, by alerts, what a machine's evidence shows. That an alert cannot be raised never stops anything else. */
final class MachineAlerts {
    private static final System.Logger LOG = System.getLogger(MachineAlerts.class.getName());

    private static final Set<Check> CLONE = Set.of(Check.ONE_NODE, Check.QUOTE_CLOCK);
    private static final Set<Check> FORGERY = Set.of(
            Check.EK_CERTIFICATE,
            Check.EK_SUBJECT,
            Check.EK_KEY,
            Check.AK_ATTRIBUTES,
            Check.AK_PARAMETERS,
            Check.ACTIVATION,
            Check.QUOTE_STRUCTURE,
            Check.QUOTE_SIGNATURE,
            Check.QUOTE_NONCE);

    private final Store store;

    MachineAlerts(Store store) {
        this.store = store;
    }

    /** @param evidence its key, if all of it is kept under that key */
    void failed(MachineRecord machine, Verdict verdict, Optional<String> evidence) {
        AlertCause cause = cause(machine, kind(verdict), verdict.worst().orElseThrow());
        raise(evidence.map(cause::shownBy).orElse(cause));
    }

    /** From an admitted machine's address came what its vTPM did not sign. */
    void forged(MachineRecord machine, Verdict verdict) {
        AlertKind kind = kind(verdict);
        raise(cause(
                machine,
                kind == AlertKind.CLONE_SUSPECTED ? kind : AlertKind.FORGED_EVIDENCE,
                verdict.worst().orElseThrow()));
    }

    /** Another machine showed a key of these: it is their alert, too. */
    void sharedKeys(List<String> machines, MachineRecord other) {
        for (String id : machines) {
            store.machines()
                    .find(id)
                    .ifPresent(machine -> raise(AlertCause.of(
                            machine,
                            AlertKind.CLONE_SUSPECTED,
                            Check.ONE_NODE.component(),
                            "Node " + other.nodeName() + " showed a key of the vTPM of node " + machine.nodeName()
                                    + ", and was refused.")));
        }
    }

    /**
     * A verdict passes: what was open of the machine is over, if its trust had run out or was withdrawn, or its last
     * verdict failed. Not if it was given up while it was being judged: it stays away, and people are to know why.
     */
    void passed(MachineRecord machine, Instant at) {
        boolean failedBefore = store.verdicts()
                .latest(machine.machineId())
                .filter(last -> !last.passing())
                .isPresent();
        boolean lapsed = machine.trustEnds().filter(at::isAfter).isPresent();
        if (failedBefore || lapsed || machine.withdrawnAt().isPresent()) {
            attempt(() -> store.useTransaction(tx -> {
                if (tx.machines()
                        .find(machine.machineId())
                        .filter(row -> row.failure().isEmpty())
                        .isPresent()) {
                    tx.alerts().end(machine.machineId(), "Node " + machine.nodeName() + " passed attestation again.");
                }
            }));
        }
    }

    private static AlertCause cause(MachineRecord machine, AlertKind kind, Finding worst) {
        AlertCause cause = AlertCause.of(
                machine,
                kind,
                worst.component(),
                "Attestation of node " + machine.nodeName() + " failed: " + worst.sentence() + ".");
        return switch (worst) {
            case Finding.Broken broken -> cause.found(broken.expected(), broken.was(), broken.where());
            case Finding.Undecided undecided -> cause.found(undecided.missing(), "nothing", "");
            case Finding.Held _ -> cause;
        };
    }

    private static AlertKind kind(Verdict verdict) {
        // The kernel measures a module before it looks at the signature, so this alone does not say that it took it.
        if (verdict.failures().stream().allMatch(finding -> finding.check() == Check.DRIVERS)) {
            return AlertKind.UNSIGNED_MODULE;
        }
        Finding worst = verdict.worst().orElseThrow();
        if (CLONE.contains(worst.check()) || worst.component().equals(HostWitness.RESETS)) {
            return AlertKind.CLONE_SUSPECTED;
        }
        if (worst.check() == Check.HOST_WITNESS) {
            return AlertKind.HOST_WITNESS;
        }
        return FORGERY.contains(worst.check()) ? AlertKind.FORGED_EVIDENCE : AlertKind.ATTESTATION_FAILED;
    }

    private void raise(AlertCause cause) {
        attempt(() -> store.alerts().raise(cause));
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "an alert could not be written", e);
        }
    }
}
