package dev.sigillo.attest;

import dev.sigillo.pe.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * From a signer's certificate, over those that came with the signature, to an entry of a list. The entry may be the root,
 * an intermediate or the signer itself (X509_V_FLAG_PARTIAL_CHAIN in EDK2 and shim); validity in time does not count.
 */
final class SignaturePath {

    private SignaturePath() {}

    private record Step(X509Certificate certificate, Optional<Step> before, int authorities) {
        List<X509Certificate> all() {
            List<X509Certificate> path = new ArrayList<>();
            for (Optional<Step> at = Optional.of(this);
                    at.isPresent();
                    at = at.get().before()) {
                path.addFirst(at.get().certificate());
            }
            return path;
        }
    }

    /** The certificates from the signer's to the anchor's, both included; empty if none leads there. */
    static Optional<List<X509Certificate>> to(X509Certificate anchor, Signature signature) {
        for (Step step : reachable(signature)) {
            List<X509Certificate> path = step.all();
            if (step.certificate().equals(anchor)) {
                return Optional.of(path);
            }
            if (Certificates.issued(anchor, step.certificate(), step.authorities())) {
                path.add(anchor);
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /** Every certificate of the signature that the signer's leads to, the signer's first. */
    static List<X509Certificate> chain(Signature signature) {
        return reachable(signature).stream().map(Step::certificate).toList();
    }

    private static List<Step> reachable(Signature signature) {
        List<Step> found = new ArrayList<>();
        Set<X509Certificate> seen = new HashSet<>();
        Queue<Step> open = new ArrayDeque<>();
        open.add(new Step(signature.signer(), Optional.empty(), 0));
        seen.add(signature.signer());
        while (!open.isEmpty()) {
            Step step = open.remove();
            found.add(step);
            for (X509Certificate other : signature.certificates()) {
                if (!seen.contains(other) && Certificates.issued(other, step.certificate(), step.authorities())) {
                    seen.add(other);
                    open.add(new Step(other, Optional.of(step), step.authorities() + 1));
                }
            }
        }
        return found;
    }
}
