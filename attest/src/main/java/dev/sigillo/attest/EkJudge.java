package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.tpm.TpmPublic;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Rules 1 and 2: whether an EK is that of one machine's vTPM. Guarantees when all three findings hold: a path of valid
 * certificates leads to one of the pinned CAs, the leaf is for an EK (not an AK, not a CA), its subject's common name is
 * the machine's id, and it certifies exactly the given EK, a restricted decryption key that cannot leave its TPM.
 */
public final class EkJudge {

    /** tcg-kp-EKCertificate. */
    private static final String EK_USAGE = "2.23.133.8.1";

    private static final int KEY_ENCIPHERMENT = 2;
    private static final int KEY_AGREEMENT = 4;
    private static final int MAX_CHAIN = 4;

    private EkJudge() {}

    /**
     * @param chain DER certificates, the EK's first, then intermediates up to the anchor
     * @param anchors the fleet CAs
     * @return one finding each for {@link Check#EK_CERTIFICATE}, {@link Check#EK_SUBJECT}, {@link Check#EK_KEY}
     */
    public static List<Finding> judge(
            List<Bytes> chain, Collection<X509Certificate> anchors, String machine, TpmPublic ek, Instant at) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            if (chain.isEmpty() || chain.size() > MAX_CHAIN) {
                throw new CertificateException(chain.size() + " certificates, 1 to " + MAX_CHAIN + " expected");
            }
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Bytes der : chain) {
                X509Certificate certificate =
                        (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der.toByteArray()));
                // Java reads PEM as well, and leaves alone what follows the certificate.
                if (!Arrays.equals(certificate.getEncoded(), der.toByteArray())) {
                    throw new CertificateException("other bytes than one DER certificate");
                }
                certificates.add(certificate);
            }
        } catch (CertificateException malformed) {
            return List.of(
                    Finding.broken(
                            Check.EK_CERTIFICATE, "an X.509 certificate in DER", text(malformed), "EK certificate"),
                    Finding.undecided(Check.EK_SUBJECT, "an EK certificate"),
                    Finding.undecided(Check.EK_KEY, "an EK certificate"));
        }
        X509Certificate leaf = certificates.getFirst();
        return List.of(path(certificates, anchors, at), subject(leaf, machine), key(leaf, ek));
    }

    private static Finding path(List<X509Certificate> chain, Collection<X509Certificate> anchors, Instant at) {
        X509Certificate leaf = chain.getFirst();
        String where = "issuer " + Printable.name(leaf.getIssuerX500Principal().getName()) + ", serial "
                + leaf.getSerialNumber().toString(16);
        if (anchors.isEmpty()) {
            return Finding.undecided(Check.EK_CERTIFICATE, "a pinned CA");
        }
        try {
            Set<TrustAnchor> pinned = anchors.stream()
                    .map(anchor -> new TrustAnchor(anchor, null))
                    .collect(Collectors.toSet());
            PKIXParameters parameters = new PKIXParameters(pinned);
            parameters.setRevocationEnabled(false); // a fleet CA revokes by deleting the machine's record
            parameters.setDate(Date.from(at));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
            List<String> wrong = usage(leaf);
            return wrong.isEmpty()
                    ? Finding.held(Check.EK_CERTIFICATE)
                    : Finding.broken(
                            Check.EK_CERTIFICATE,
                            "a certificate for an EK (EKU " + EK_USAGE + ", key encipherment or agreement)",
                            String.join(", ", wrong),
                            where);
        } catch (GeneralSecurityException refused) {
            return Finding.broken(Check.EK_CERTIFICATE, "a valid path to a CA of this fleet", text(refused), where);
        }
    }

    private static List<String> usage(X509Certificate leaf) throws CertificateParsingException {
        List<String> wrong = new ArrayList<>();
        List<String> extended = leaf.getExtendedKeyUsage();
        if (extended == null || !extended.contains(EK_USAGE)) {
            wrong.add("extended key usage " + (extended == null ? "absent" : Printable.name(extended.toString())));
        }
        int bit = leaf.getPublicKey().getAlgorithm().equals("RSA") ? KEY_ENCIPHERMENT : KEY_AGREEMENT;
        boolean[] usage = leaf.getKeyUsage();
        if (usage == null || !usage[bit]) {
            wrong.add("key usage without " + (bit == KEY_AGREEMENT ? "keyAgreement" : "keyEncipherment"));
        }
        if (leaf.getBasicConstraints() >= 0) {
            wrong.add("a CA's certificate");
        }
        return wrong;
    }

    private static Finding subject(X509Certificate leaf, String machine) {
        String subject = leaf.getSubjectX500Principal().getName();
        try {
            List<Rdn> rdns = new LdapName(subject).getRdns();
            List<Object> names = rdns.stream()
                    .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                    .map(Rdn::getValue)
                    .toList();
            // A multi-valued RDN can hide a second name behind the first.
            if (names.equals(List.of(machine)) && rdns.stream().allMatch(rdn -> rdn.size() == 1)) {
                return Finding.held(Check.EK_SUBJECT);
            }
        } catch (InvalidNameException malformed) {
            subject = subject + " (" + malformed.getMessage() + ")";
        }
        return Finding.broken(Check.EK_SUBJECT, "CN=" + machine, Printable.text(subject), "subject");
    }

    private static Finding key(X509Certificate leaf, TpmPublic ek) {
        List<String> wrong = new ArrayList<>();
        if (!Arrays.equals(leaf.getPublicKey().getEncoded(), ek.publicKey().getEncoded())) {
            wrong.add("not the key that the certificate names");
        }
        EkCheck.attributes(ek, wrong);
        AkJudge.weakness(ek.key(), wrong);
        return wrong.isEmpty()
                ? Finding.held(Check.EK_KEY)
                : Finding.broken(
                        Check.EK_KEY,
                        "the certified key: restricted decryption, fixedTPM, fixedParent, sensitiveDataOrigin, strong",
                        String.join(", ", wrong),
                        "EK TPMT_PUBLIC");
    }

    private static String text(Exception refused) {
        return Printable.text(String.valueOf(refused.getMessage()));
    }
}
