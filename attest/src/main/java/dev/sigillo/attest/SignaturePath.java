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

    /** An honest chain needs one for each of its three or four certificates; a hostile one could ask for thousands. */
    private static final int MOST_VERIFICATIONS = 32;

    private final List<Step> steps = new ArrayList<>();
    private boolean tangled;

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

    static SignaturePath of(Signature signature) {
        SignaturePath path = new SignaturePath();
        path.explore(signature);
        return path;
    }

    private void explore(Signature signature) {
        int verifications = 0;
        Set<X509Certificate> seen = new HashSet<>(Set.of(signature.signer()));
        Queue<Step> open = new ArrayDeque<>(List.of(new Step(signature.signer(), Optional.empty(), 0)));
        while (!open.isEmpty()) {
            Step step = open.remove();
            steps.add(step);
            for (X509Certificate other : signature.certificates()) {
                if (seen.contains(other)
                        || !other.getSubjectX500Principal()
                                .equals(step.certificate().getIssuerX500Principal())) {
                    continue;
                }
                if (++verifications > MOST_VERIFICATIONS) {
                    tangled = true;
                    return;
                }
                if (Certificates.issued(other, step.certificate(), step.authorities())) {
                    seen.add(other);
                    open.add(new Step(other, Optional.of(step), step.authorities() + 1));
                }
            }
        }
    }

    /** Whether so many certificates could have issued one another that looking was given up. */
    boolean isTangled() {
        return tangled;
    }

    /** The certificates from the signer's to the anchor's, both included; empty if none leads there. */
    Optional<List<X509Certificate>> to(X509Certificate anchor) {
        for (Step step : steps) {
            if (step.certificate().equals(anchor)) {
                return Optional.of(step.all());
            }
            if (Certificates.issued(anchor, step.certificate(), step.authorities())) {
                List<X509Certificate> path = step.all();
                path.add(anchor);
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /** Every certificate of the signature that the signer's leads to, the signer's first. */
    List<X509Certificate> chain() {
        return steps.stream().map(Step::certificate).toList();
    }
}
