package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Sigillo recommends, under Defender's names where it has the same. The GUID of Secure Boot is ours, since Defender
 * recommends it for Windows alone.
 */
enum Recommendation {
    VTPM(
            "861bbc73-0a55-8d1d-efc6-e92d9e1176e0",
            "vTPM should be enabled on supported virtual machines",
            "Low",
            "A vTPM measures what a node boots. Without one, nothing can say whether its boot was tampered with.",
            "Enable it: az aks nodepool update --enable-vtpm. Each node is replaced by a new one."),
    SECURE_BOOT(
            "5d2f1a06-6f0c-4a53-9a3e-b1c0a87b6f11",
            "Secure Boot should be enabled on supported virtual machines",
            "Low",
            "With Secure Boot a node's firmware runs only signed boot loaders and kernels, and the kernel only signed"
                    + " modules.",
            "Enable it: az aks nodepool update --enable-secure-boot --enable-vtpm. Each node is replaced by a new one."),
    GUEST_ATTESTATION(
            "b7604066-ed76-45f9-a5c1-c97e4812dc55",
            "Guest Attestation status should be healthy",
            "Medium",
            "Each node with a vTPM proves what it booted before it may join, and again for as long as it is a node.",
            "Read what was found: az security alert list, or sigillo attest show NODE. Replace the node with az aks"
                    + " nodepool delete-machines.");

    private final String id;
    private final String displayName;
    private final String severity;
    private final String description;
    private final String remediation;

    Recommendation(String id, String displayName, String severity, String description, String remediation) {
        this.id = id;
        this.displayName = displayName;
        this.severity = severity;
        this.description = description;
        this.remediation = remediation;
    }

    /** The name of its assessments. */
    String id() {
        return id;
    }

    String displayName() {
        return displayName;
    }

    String severity() {
        return severity;
    }

    String description() {
        return description;
    }

    String remediation() {
        return remediation;
    }

    static Optional<Recommendation> byId(String id) {
        return Stream.of(values()).filter(each -> ArmId.same(each.id, id)).findFirst();
    }
}
