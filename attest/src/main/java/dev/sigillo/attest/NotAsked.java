package dev.sigillo.attest;

import java.util.ArrayList;
import java.util.List;

/** What a verdict does not say because nobody asked: told beside it, so that holding is not taken for more than it is. */
public final class NotAsked {

    private NotAsked() {}

    /** One line each: what is left open, and what would have asked. */
    public static List<String> of(Policy policy, PolicyQuestion question) {
        List<String> open = new ArrayList<>();
        if (!policy.quote().nonceRequired() && question.nonce().isEmpty()) {
            open.add("freshness: no nonce was given");
        }
        Policy.AkRule ak = policy.ak();
        if (!ak.certificate() && !ak.pins() && question.ak().isEmpty()) {
            open.add("whose TPM it is: no AK certificate, pinned key or --ak");
        }
        if (ak.attributes() != Policy.Attributes.REQUIRED) {
            open.add("whether a TPM made the quote: ak.attributes is not required");
        }
        if (!policy.logRequired()) {
            open.add("what booted: no event log is required");
        } else if (!asksKernel(policy, question)) {
            open.add("which kernel ran: no kernels, allowed images, golden PCR 4 or --reference");
        }
        return open;
    }

    private static boolean asksKernel(Policy policy, PolicyQuestion question) {
        return policy.kernels().isPresent()
                || policy.images().isPresent()
                || policy.golden().containsKey(4)
                || policy.referenceRequired()
                || question.reference().isPresent();
    }
}
