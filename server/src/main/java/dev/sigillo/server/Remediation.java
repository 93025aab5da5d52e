package dev.sigillo.server;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Premise;

/** What to do before a premise comes true, so that the finding of a rehearsal does not. */
final class Remediation {
    private static final String UPGRADE =
            "sigillo image build, then az aks nodepool upgrade --node-image-only; rehearse again before it is in force";

    private Remediation() {}

    static String of(Premise premise, Finding finding) {
        if (finding instanceof Finding.Undecided) {
            return finding.check() == Check.REVOKED_IMAGES || finding.check() == Check.SBAT_LEVEL
                    ? "replace the node by one of an image that is on this host: az aks nodepool upgrade --node-image-only"
                    : "sigillo attest show NODE tells what the node proved; without evidence, replace the node";
        }
        return switch (premise) {
            case Premise.Dbx _, Premise.SbatLevel _ ->
                "build a node image with a newer " + kind(finding.component()) + ": " + UPGRADE;
            case Premise.NodeImage _ -> "az aks nodepool upgrade --node-image-only makes nodes of that image";
            case Premise.Asked _ ->
                "make nodes that hold " + finding.check().id() + ", or let the policy allow what was seen";
        };
    }

    /** The word for the package that brings it. */
    private static String kind(String component) {
        for (String word : new String[] {"shim", "GRUB", "kernel"}) {
            if (component.startsWith(word)) {
                return word;
            }
        }
        return "boot image in the place of " + component;
    }
}
