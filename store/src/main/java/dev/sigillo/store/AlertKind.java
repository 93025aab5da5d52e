package dev.sigillo.store;

import java.util.List;

/**
 * What an alert can be about. Title, severity and steps belong to the kind; what was found belongs to the
 * {@link AlertCause}. Severities are Defender's where it has such an alert: attestation failed is medium, an untrusted
 * kernel module low.
 */
public enum AlertKind {
    /** A component is not what the node's reference manifest or policy expects. */
    ATTESTATION_FAILED(
            "AttestationFailed",
            AlertSeverity.MEDIUM,
            "A node failed attestation",
            List.of(
                    "Read the findings: sigillo attest show NODE.",
                    "If nobody changed the node on purpose, treat it as taken over: read its evidence and its console"
                            + " before it is deleted.",
                    "Replace the node: az aks nodepool delete-machines. A new machine attests itself before it may join.")),
    /** The node has not attested itself for longer than its lease. */
    ATTESTATION_MISSED(
            "AttestationMissed",
            AlertSeverity.MEDIUM,
            "A node has stopped attesting itself",
            List.of(
                    "See whether the machine runs and what its agent says: sigillo console NODE.",
                    "If it runs and is silent, treat it as taken over, or replace it: az aks nodepool delete-machines.")),
    /** The kernel was asked to take a module that is none of the image, and nothing else is wrong. */
    UNSIGNED_MODULE(
            "UnsignedModule",
            AlertSeverity.LOW,
            "An untrusted kernel module was to be loaded on a node",
            List.of(
                    "Find out which workload wants the module, and whether it has to; the kernel of the image takes signed"
                            + " ones alone.",
                    "Replace the node: az aks nodepool delete-machines. Build a node image that has the module if nodes"
                            + " need it.")),
    /** Two machines speak with one vTPM, or a vTPM went back in time. */
    CLONE_SUSPECTED(
            "CloneSuspected",
            AlertSeverity.HIGH,
            "A vTPM may have been cloned or rolled back",
            List.of(
                    "Look at the host: who can read or copy the states of vTPMs?",
                    "Replace every machine that the alert names: az aks nodepool delete-machines.")),
    /** Evidence that its TPM did not make, or that is another machine's. */
    FORGED_EVIDENCE(
            "ForgedEvidence",
            AlertSeverity.HIGH,
            "A node presented evidence that is not its own",
            List.of(
                    "Treat the node as taken over: what it says about itself is made up.",
                    "Replace the node: az aks nodepool delete-machines.")),
    /** An object that guards trust in the cluster was changed or deleted, and was put back. */
    POLICY_RESTORED(
            "PolicyRestored",
            AlertSeverity.MEDIUM,
            "A guard of the cluster was changed and put back",
            List.of(
                    "Find out who changed it: the audit log of the cluster's API server names the user.",
                    "Take cluster-admin away from whoever does not need it.")),
    /** What the host saw of a machine contradicts what the machine says. */
    HOST_WITNESS(
            "HostWitness",
            AlertSeverity.HIGH,
            "The host contradicts what a node says of itself",
            List.of(
                    "Compare what the host saw with the node's evidence: sigillo attest show NODE.",
                    "Replace the node: az aks nodepool delete-machines."));

    private final String word;
    private final AlertSeverity severity;
    private final String title;
    /** A line each. */
    private final String remediation;

    AlertKind(String word, AlertSeverity severity, String title, List<String> remediation) {
        this.word = word;
        this.severity = severity;
        this.title = title;
        this.remediation = String.join("\n", remediation);
    }

    /** As the ARM API writes it in {@code alertType}. */
    public String word() {
        return word;
    }

    public AlertSeverity severity() {
        return severity;
    }

    public String title() {
        return title;
    }

    /** What a person should do, in order, unless the cause says something better. */
    public List<String> remediation() {
        return remediation.lines().toList();
    }
}
