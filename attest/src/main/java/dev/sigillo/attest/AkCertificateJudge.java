package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rule 1 for a key that a cloud or a maker certified as an AK: a path of valid certificates leads from one for exactly
 * this key to a CA that the policy names. An EK's certificate, which does not allow digital signatures, is none; nor is a
 * CA's.
 */
final class AkCertificateJudge {

    private static final String EK_USAGE = "2.23.133.8.1";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int MAX_PATH = 5;

    private AkCertificateJudge() {}

    /**
     * @param given certificates that the verifier has, beside those in the evidence: issuers on the way to a root
     */
    static Finding judge(
            EvidenceKey ak, PublicKey key, Policy.AkRule rule, Collection<X509Certificate> given, Instant at) {
        if (ak.certificates().isEmpty()) {
            return Finding.undecided(Check.AK_CERTIFICATE, "a certificate of the AK, which the evidence does not have");
        }
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Bytes der : ak.certificates()) {
                chain.add(certificate(der));
            }
        } catch (CertificateException malformed) {
            return Finding.broken(Check.AK_CERTIFICATE, "X.509 certificates in DER", text(malformed), "AK certificate");
        }
        X509Certificate leaf = chain.getFirst();
        String where =
                "subject " + Printable.name(leaf.getSubjectX500Principal().getName()) + ", issuer "
                        + Printable.name(leaf.getIssuerX500Principal().getName()) + ", serial "
                        + leaf.getSerialNumber().toString(16);
        if (!Arrays.equals(leaf.getPublicKey().getEncoded(), key.getEncoded())) {
            return Finding.broken(Check.AK_CERTIFICATE, "a certificate of the AK", "one of another key", where);
        }
        Optional<String> wrong = usage(leaf);
        return wrong.isPresent()
                ? Finding.broken(Check.AK_CERTIFICATE, "a certificate for an AK", wrong.get(), where)
                : path(leaf, chain, rule, given, at, where);
    }

    private static X509Certificate certificate(Bytes der) throws CertificateException {
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
        // Java reads PEM as well; and NV indexes hold zeros behind the certificate.
        byte[] encoded = certificate.getEncoded();
        boolean begins = der.startsWith(Bytes.of(encoded));
        if (!begins || !der.slice(encoded.length, der.size()).allAre(0)) {
            throw new CertificateException("other bytes than one DER certificate");
        }
        return certificate;
    }

    private static Optional<String> usage(X509Certificate leaf) {
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            return Optional.of("one without digitalSignature, as an EK's is");
        }
        try {
            // Google's AK certificates name the EK's usage too, and digitalSignature beside it.
            List<String> extended = leaf.getExtendedKeyUsage();
            if (usage == null && extended != null && extended.contains(EK_USAGE)) {
                return Optional.of("one for an EK (" + EK_USAGE + ")");
            }
        } catch (CertificateException malformed) {
            return Optional.of("an unreadable extended key usage");
        }
        return leaf.getBasicConstraints() >= 0 ? Optional.of("a CA's certificate") : Optional.empty();
    }

    private static Finding path(
            X509Certificate leaf,
            List<X509Certificate> chain,
            Policy.AkRule rule,
            Collection<X509Certificate> given,
            Instant at,
            String where) {
        List<X509Certificate> all = new ArrayList<>(chain);
        all.addAll(given);
        all.addAll(rule.anchors());
        Set<TrustAnchor> anchors = all.stream()
                .filter(certificate -> !certificate.equals(leaf) && isRoot(certificate, rule))
                .map(certificate -> new TrustAnchor(certificate, null))
                .collect(Collectors.toSet());
        String roots = rule.roots().stream().map(AllowedKey::text).collect(Collectors.joining(", "));
        String names = rule.anchors().stream()
                .map(anchor -> Printable.name(anchor.getSubjectX500Principal().getName()))
                .collect(Collectors.joining(", "));
        String trusted = roots + (roots.isEmpty() || names.isEmpty() ? "" : ", ") + names;
        if (anchors.isEmpty()) {
            return Finding.undecided(
                    Check.AK_CERTIFICATE,
                    "the certificate of a trusted root (" + trusted
                            + "), which neither the evidence nor the verifier has");
        }
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(leaf);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(all)));
            parameters.setRevocationEnabled(false); // offline: no list of revoked certificates is at hand
            // Windows' AIK certificates have a critical policy with a notice: text for people, RFC 5280 4.2.1.4.
            parameters.setPolicyQualifiersRejected(false);
            parameters.setMaxPathLength(MAX_PATH);
            parameters.setDate(Date.from(at));
            PKIXCertPathBuilderResult built = (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters);
            List<X509Certificate> below = built.getCertPath().getCertificates().stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            Optional<String> wrong = CertificatePath.anchorFault(
                            built.getTrustAnchor().getTrustedCert(), below, at)
                    .or(() -> below.stream()
                            .flatMap(one -> CertificatePath.weakness(one, !one.equals(leaf), false).stream())
                            .findFirst());
            return wrong.isPresent()
                    ? Finding.broken(Check.AK_CERTIFICATE, "a valid path to " + trusted, wrong.get(), where)
                    : Finding.held(Check.AK_CERTIFICATE);
        } catch (CertPathBuilderException refused) {
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            return Finding.broken(Check.AK_CERTIFICATE, "a valid path to " + trusted, text(cause), where);
        } catch (GeneralSecurityException refused) {
            return Finding.broken(Check.AK_CERTIFICATE, "a valid path to " + trusted, text(refused), where);
        }
    }

    private static boolean isRoot(X509Certificate certificate, Policy.AkRule rule) {
        if (rule.anchors().contains(certificate)) {
            return true;
        }
        try {
            Digest fingerprint = Digest.of(HashAlgorithm.SHA256, Bytes.of(certificate.getEncoded()));
            return rule.roots().stream()
                    .anyMatch(root ->
                            root.fingerprint().filter(fingerprint::equals).isPresent());
        } catch (CertificateException unreadable) {
            return false;
        }
    }

    private static String text(Throwable refused) {
        return Printable.text(String.valueOf(refused.getMessage()));
    }
}
