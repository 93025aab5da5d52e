package dev.sigillo.enrolment;

import dev.sigillo.arm.ArmError;
import dev.sigillo.attest.Check;
import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Verdict;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a verdict that does not pass. A machine that was never admitted is refused for good: whoever speaks from
 * its port is all there is of it. Of an admitted one, only what its own vTPM has signed over our nonce withdraws trust;
 * any program in a node can send rubbish from the node's address.
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

    Refusals(Store store, ClusterAccess clusters, Verdicts verdicts) {
        this.store = store;
        this.clusters = clusters;
        this.verdicts = verdicts;
    }

    /** Keeps the verdict, has trust withdrawn if it is this machine's own, and gives what the node is told. */
    EnrolmentRefused refuse(MachineRecord machine, Verdict verdict, Optional<Evidence> evidence) {
        Finding worst = verdict.worst().orElseThrow();
        String why = "attestation of node " + machine.nodeName() + " failed: " + worst.sentence();
        if (machine.vtpm() && machine.admittedAt().isPresent() && !ownWords(verdict)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "node {0}: evidence that its vTPM did not sign was sent from its address and counts for nothing: {1}",
                    machine.nodeName(),
                    worst.sentence());
            return new EnrolmentRefused(403, "NotThisMachine", why, verdict.failures());
        }
        verdicts.keep(machine, verdict, evidence);
        store.machines().fail(machine.machineId(), new MachineRecord.Failure(ArmError.ATTESTATION_FAILED.code(), why));
        clusters.refused(machine, why);
        return new EnrolmentRefused(403, "AttestationFailed", why, verdict.failures());
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
