package dev.sigillo.attest;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * The way from a certificate to one that is trusted: RFC 5280, section 6. Every way is tried, up to a bound; a certificate
 * that is not a CA's leads nowhere.
 */
final class CertificatePath {

    private static final int MAX_LENGTH = 6;
    private static final int MAX_TRIES = 64;

    /**
     * @param certificates the leaf first, without the anchor
     * @param refusal why it does not hold; empty if it does
     */
    record Result(List<X509Certificate> certificates, X509Certificate anchor, String refusal) {
        boolean holds() {
            return refusal.isEmpty();
        }
    }

    private final Collection<X509Certificate> anchors;
    private final Collection<X509Certificate> intermediates;
    private final Instant at;
    private final List<Result> tried = new ArrayList<>();

    private CertificatePath(
            Collection<X509Certificate> anchors, Collection<X509Certificate> intermediates, Instant at) {
        this.anchors = anchors;
        this.intermediates = intermediates;
        this.at = at;
    }

    /** The first way that holds, else the ways that were tried; none where no names lead to an anchor. */
    static List<Result> find(
            X509Certificate leaf,
            Collection<X509Certificate> anchors,
            Collection<X509Certificate> intermediates,
            Instant at) {
        CertificatePath search = new CertificatePath(anchors, intermediates, at);
        search.extend(new ArrayList<>(List.of(leaf)));
        return search.tried.stream()
                .filter(Result::holds)
                .findFirst()
                .map(List::of)
                .orElse(List.copyOf(search.tried));
    }

    private boolean extend(List<X509Certificate> path) {
        X509Certificate last = path.getLast();
        for (X509Certificate anchor : anchors) {
            if (issues(anchor, last) && tried.size() < MAX_TRIES) {
                Result result = validate(List.copyOf(path), anchor);
                tried.add(result);
                if (result.holds()) {
                    return true;
                }
            }
        }
        for (X509Certificate issuer : intermediates) {
            if (path.size() < MAX_LENGTH
                    && tried.size() < MAX_TRIES
                    && issues(issuer, last)
                    && !path.contains(issuer)) {
                path.add(issuer);
                boolean found = extend(path);
                path.removeLast();
                if (found) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean issues(X509Certificate issuer, X509Certificate subject) {
        return isAuthority(issuer) && issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal());
    }

    /** A CA's certificate; those of version 1 could not say so. */
    static boolean isAuthority(X509Certificate certificate) {
        return certificate.getBasicConstraints() >= 0 || certificate.getVersion() < 3;
    }

    private Result validate(List<X509Certificate> path, X509Certificate anchor) {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
            parameters.setRevocationEnabled(false); // offline: nobody can be asked
            parameters.setDate(Date.from(at));
            CertPathValidator.getInstance("PKIX", X509.READER)
                    .validate(
                            CertificateFactory.getInstance("X.509", X509.READER).generateCertPath(path), parameters);
            return new Result(path, anchor, "");
        } catch (GeneralSecurityException | RuntimeException refused) {
            // Bouncy Castle throws what its parsers happen to throw at hostile DER.
            String message = Printable.text(String.valueOf(refused.getMessage()));
            return new Result(path, anchor, message.isEmpty() ? "refused" : message);
        }
    }
}
