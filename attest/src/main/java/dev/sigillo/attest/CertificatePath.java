package dev.sigillo.attest;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The way from a certificate to one that is trusted: RFC 5280, section 6. Every way is tried, up to a bound; a certificate
 * that is not a CA's leads nowhere.
 */
final class CertificatePath {

    private static final int MAX_LENGTH = 6;
    private static final int MAX_TRIES = 64;
    private static final int KEY_CERT_SIGN = 5;
    private static final int RSA_LEAST = 2048;

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

    /**
     * What forbids this anchor to stand above that path, by its own words: RFC 5280 leaves an anchor's extensions to whoever
     * trusts it, and one that says "no longer", "not for certificates" or "nobody below" means it.
     *
     * @param path the leaf first, without the anchor
     */
    static Optional<String> anchorFault(X509Certificate anchor, List<X509Certificate> path, Instant at) {
        if (at.isBefore(anchor.getNotBefore().toInstant())
                || at.isAfter(anchor.getNotAfter().toInstant())) {
            return Optional.of("the root is valid from "
                    + anchor.getNotBefore().toInstant() + " until "
                    + anchor.getNotAfter().toInstant());
        }
        boolean[] usage = anchor.getKeyUsage();
        if (usage != null && !usage[KEY_CERT_SIGN]) {
            return Optional.of("the root's key usage has no keyCertSign");
        }
        long authorities = path.stream()
                .skip(1)
                .filter(one -> !one.getSubjectX500Principal().equals(one.getIssuerX500Principal()))
                .count();
        int most = anchor.getBasicConstraints();
        return most >= 0 && authorities > most
                ? Optional.of("the root allows " + most + " authorities below it, and there are " + authorities)
                : Optional.empty();
    }

    /**
     * What is too weak about one certificate below an anchor.
     *
     * @param authority whether it is one that issues others: its key is judged too, a leaf's is by its own rule
     */
    static Optional<String> weakness(X509Certificate one, boolean authority, boolean sha1Allowed) {
        String algorithm = one.getSigAlgName().toUpperCase(Locale.ROOT).replace("-", "");
        boolean sha1 = algorithm.contains("SHA1");
        if (algorithm.contains("MD5") || algorithm.contains("MD2") || (sha1 && !sha1Allowed)) {
            return Optional.of("a signature of " + Printable.name(one.getSigAlgName()));
        }
        return authority
                        && one.getPublicKey() instanceof RSAPublicKey key
                        && key.getModulus().bitLength() < RSA_LEAST
                ? Optional.of("an authority's RSA key of " + key.getModulus().bitLength() + " bits")
                : Optional.empty();
    }

    private Result validate(List<X509Certificate> path, X509Certificate anchor) {
        try {
            Optional<String> fault = anchorFault(anchor, path, at);
            if (fault.isPresent()) {
                return new Result(path, anchor, fault.get());
            }
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
