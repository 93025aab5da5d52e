package dev.sigillo.enrolment;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.OnUntrusted;
import dev.sigillo.attest.Check;
import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Verdict;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a verdict that does not pass. A machine that was never admitted is refused for good: whoever speaks from
 * its port is all there is of it. Of an admitted one, only what its own vTPM has signed over our nonce withdraws trust;
 * any program in a node can send rubbish from the node's address. It goes into quarantine, unless its pool wants an alert
 * alone.
 */
final class Refusals {
    /** Those that together prove that the enrolled AK answered this very challenge. */
    private static final Set<Check> SPEAKER = Set.of(
            Check.EK_CERTIFICATE,
            Check.EK_SUBJECT,
            Check.EK_KEY,
            Check.AK_ATTRIBUTES,
            Check.AK_PARAMETERS,
            Check.ACTIVATION,
            Check.ONE_NODE,
            Check.QUOTE_STRUCTURE,
            Check.QUOTE_SIGNATURE,
            Check.QUOTE_NONCE);

    private static final System.Logger LOG = System.getLogger(Refusals.class.getName());

    private final Store store;
    private final ClusterAccess clusters;
    private final Verdicts verdicts;
    private final Terms terms;
    private final MachineAlerts alerts;

    Refusals(Store store, ClusterAccess clusters, Verdicts verdicts, Terms terms) {
        this.store = store;
        this.clusters = clusters;
        this.verdicts = verdicts;
        this.terms = terms;
        this.alerts = new MachineAlerts(store);
    }

    /** Of machines whose keys another one showed, before that one is refused. */
    void sharedKeys(List<String> machines, MachineRecord other) {
        alerts.sharedKeys(machines, other);
    }

    /** Before the verdict, which passes, is kept. */
    void over(MachineRecord machine, Verdict verdict) {
        alerts.passed(machine, verdict.at());
    }

    /**
     * Whether a verdict that does not pass changes nothing, since the pool of the machine, which had been let in, wants to
     * be told and no more. Then it is kept. What is asked for in another's name is never given.
     */
    boolean tolerates(MachineRecord machine, Verdict verdict, Evidence evidence) {
        boolean tolerated = machine.isLetIn()
                && terms.onUntrusted(machine) == OnUntrusted.ALERT_ONLY
                && ownWords(verdict)
                && holds(verdict, Check.CSR_KEY);
        if (tolerated) {
            Verdicts.Kept kept = verdicts.keep(machine, verdict, Optional.of(evidence));
            LOG.log(System.Logger.Level.WARNING, "{0}; its pool asks for an alert alone", why(machine, verdict));
            alerts.failed(machine, verdict, kept.whole());
        }
        return tolerated;
    }

    private static String why(MachineRecord machine, Verdict verdict) {
        return "attestation of node " + machine.nodeName() + " failed: "
                + verdict.worst().orElseThrow().sentence();
    }

    /** Keeps the verdict, has trust withdrawn if it is this machine's own, and gives what the node is told. */
    EnrolmentRefused refuse(MachineRecord machine, Verdict verdict, Optional<Evidence> evidence) {
        Finding worst = verdict.worst().orElseThrow();
        String why = why(machine, verdict);
        if (machine.vtpm() && machine.admittedAt().isPresent() && !ownWords(verdict)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "node {0}: evidence that its vTPM did not sign was sent from its address and counts for nothing: {1}",
                    machine.nodeName(),
                    worst.sentence());
            alerts.forged(machine, verdict);
            return new EnrolmentRefused(403, "NotThisMachine", why, verdict.failures());
        }
        Verdicts.Kept kept = verdicts.keep(machine, verdict, evidence);
        MachineRecord.Failure failure = new MachineRecord.Failure(ArmError.ATTESTATION_FAILED.code(), why);
        if (machine.admittedAt().isPresent()) {
            store.machines().quarantine(machine.machineId(), failure);
        } else {
            store.machines().fail(machine.machineId(), failure);
        }
        clusters.refused(machine, why);
        alerts.failed(machine, verdict, kept.whole());
        return new EnrolmentRefused(403, "AttestationFailed", why, verdict.failures());
    }

    private static boolean holds(Verdict verdict, Check check) {
        return verdict.findings().stream()
                .anyMatch(finding -> finding.check() == check && finding instanceof Finding.Held);
    }

    private static boolean ownWords(Verdict verdict) {
        return verdict.findings().stream()
                        .filter(Finding.Held.class::isInstance)
                        .map(Finding::check)
                        .filter(SPEAKER::contains)
                        .distinct()
                        .count()
                == SPEAKER.size();
    }
}
