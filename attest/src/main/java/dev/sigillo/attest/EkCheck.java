package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.KeyParameters;
import dev.sigillo.tpm.TpmPublic;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rules 1 and 2 for any vendor's TPM: guarantees when all findings hold that a path of valid certificates leads from this
 * one to a root, that it is for an endorsement key (not for an AK, a CA or a server), that it names a TPM or a machine, and
 * that its key is strong and, where one was given, is that key. Which machine holds the TPM no certificate says.
 */
public final class EkCheck {

    private static final String EK_USAGE = "2.23.133.8.1";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_ENCIPHERMENT = 2;
    private static final int KEY_AGREEMENT = 4;

    /**
     * @param findings one each for {@link Check#EK_CERTIFICATE}, {@link Check#EK_SUBJECT}, {@link Check#EK_KEY}
     * @param facts what the certificate says, if it can be read
     * @param path subjects from the leaf to the root, if a path was tried
     */
    public record Outcome(List<Finding> findings, Optional<EkFacts> facts, List<String> path) {}

    private EkCheck() {}

    /**
     * @param certificate DER, without what may stand around it: {@link CertificateFile}
     * @param request what it is held against
     */
    public static Outcome judge(Bytes certificate, EkRequest request) {
        try {
            X509Certificate leaf = X509.read(certificate);
            EkFacts facts = EkFacts.of(leaf);
            List<CertificatePath.Result> paths =
                    CertificatePath.find(leaf, read(request.roots()), read(request.intermediates()), request.at());
            return new Outcome(
                    List.of(certificate(leaf, facts, paths, request), subject(leaf, facts), key(leaf, request.ek())),
                    Optional.of(facts),
                    paths.isEmpty() ? List.of() : names(paths.getFirst()));
        } catch (MalformedException malformed) {
            return unreadable(malformed.detail(), malformed.field());
        } catch (RuntimeException malformed) {
            // Bouncy Castle throws what its parsers happen to throw at hostile DER.
            return unreadable(Printable.name(String.valueOf(malformed.getMessage())), "certificate");
        }
    }

    private static Outcome unreadable(String was, String where) {
        return new Outcome(
                List.of(
                        Finding.broken(Check.EK_CERTIFICATE, "an X.509 certificate in DER", was, where),
                        Finding.undecided(Check.EK_SUBJECT, "an EK certificate"),
                        Finding.undecided(Check.EK_KEY, "an EK certificate")),
                Optional.empty(),
                List.of());
    }

    /** Whether the certificate could lead anywhere: it can be read, and is a CA's. */
    public static boolean isAuthority(Bytes certificate) {
        try {
            return CertificatePath.isAuthority(X509.read(certificate));
        } catch (MalformedException | RuntimeException none) {
            return false;
        }
    }

    /** Those that can be read and are a CA's; the others lead nowhere. */
    private static List<X509Certificate> read(List<Bytes> all) throws MalformedException {
        List<X509Certificate> read = new ArrayList<>();
        for (Bytes der : all) {
            if (isAuthority(der)) {
                read.add(X509.read(der));
            }
        }
        return read;
    }

    private static List<String> names(CertificatePath.Result path) {
        List<String> names = new ArrayList<>();
        path.certificates()
                .forEach(one ->
                        names.add(Printable.name(one.getSubjectX500Principal().getName())));
        names.add(Printable.name(path.anchor().getSubjectX500Principal().getName()));
        return names;
    }

    private static Finding certificate(
            X509Certificate leaf, EkFacts facts, List<CertificatePath.Result> paths, EkRequest request) {
        String where = "issuer " + facts.issuer() + ", serial " + facts.serial();
        if (request.roots().isEmpty()) {
            return Finding.undecided(Check.EK_CERTIFICATE, "a root to trust");
        }
        if (paths.isEmpty()) {
            return Finding.broken(
                    Check.EK_CERTIFICATE,
                    "a path to one of " + request.roots().size() + " roots",
                    "no CA of the name " + facts.issuer() + " leads to a root",
                    where);
        }
        CertificatePath.Result path = paths.getFirst();
        if (!path.holds()) {
            return Finding.broken(Check.EK_CERTIFICATE, "a valid path to a root", path.refusal(), where);
        }
        List<String> wrong = usage(leaf, request.usageRequired());
        for (X509Certificate one : path.certificates()) {
            CertificatePath.weakness(one, !one.equals(leaf), request.sha1Allowed())
                    .ifPresent(wrong::add);
        }
        return wrong.isEmpty()
                ? Finding.held(Check.EK_CERTIFICATE)
                : Finding.broken(
                        Check.EK_CERTIFICATE,
                        "a certificate for an EK (EKU " + EK_USAGE
                                + ", key encipherment or agreement), signed with SHA-256" + " or stronger",
                        String.join(", ", wrong),
                        where);
    }

    /**
     * Without an extended key usage the key usage alone tells an EK from an AK or a server: then it must be the key's own
     * and may say nothing else. With it vendors wrote what they liked: Intel keyEncipherment for ECC keys, Pluton
     * keyAgreement for RSA, others none, which allows all (RFC 5280, 4.2.1.3).
     */
    private static List<String> usage(X509Certificate leaf, boolean required) {
        List<String> wrong = new ArrayList<>();
        List<String> extended;
        try {
            List<String> read = leaf.getExtendedKeyUsage();
            extended = read == null ? List.of() : read;
        } catch (CertificateParsingException malformed) {
            return List.of("an extended key usage that cannot be read");
        }
        if (extended.isEmpty() ? required : !extended.contains(EK_USAGE)) {
            wrong.add("extended key usage " + (extended.isEmpty() ? "absent" : Printable.name(extended.toString())));
        }
        boolean[] usage = leaf.getKeyUsage();
        if (extended.isEmpty()) {
            ownUsage(leaf, usage, wrong);
        } else if (usage != null && !usage[KEY_ENCIPHERMENT] && !usage[KEY_AGREEMENT]) {
            wrong.add("key usage without keyEncipherment and keyAgreement");
        }
        if (leaf.getBasicConstraints() >= 0) {
            wrong.add("a CA's certificate");
        }
        return wrong;
    }

    private static void ownUsage(X509Certificate leaf, boolean @Nullable [] usage, List<String> wrong) {
        boolean rsa = leaf.getPublicKey().getAlgorithm().startsWith("RSA");
        if (usage == null) {
            wrong.add("neither key usage nor extended key usage");
        } else if (!usage[rsa ? KEY_ENCIPHERMENT : KEY_AGREEMENT]) {
            wrong.add("key usage without " + (rsa ? "keyEncipherment" : "keyAgreement"));
        } else if (usage[DIGITAL_SIGNATURE]) {
            wrong.add("key usage with digitalSignature and no extended key usage");
        }
    }

    /** RFC 5280, 4.1.2.6: where the subject is empty, the subjectAltName stands for it and is critical. */
    private static Finding subject(X509Certificate leaf, EkFacts facts) {
        String expected = "a subject, or a subjectAltName with the TPM's attributes";
        if (!facts.isNamed()) {
            return Finding.broken(Check.EK_SUBJECT, expected, "neither", "subject and subjectAltName");
        }
        boolean critical = leaf.getCriticalExtensionOIDs() != null
                && leaf.getCriticalExtensionOIDs().contains("2.5.29.17");
        return facts.subject().isEmpty() && !critical
                ? Finding.broken(
                        Check.EK_SUBJECT,
                        expected + ", critical",
                        "an empty subject and one that is not",
                        "subjectAltName")
                : Finding.held(Check.EK_SUBJECT);
    }

    private static Finding key(X509Certificate leaf, Optional<EvidenceKey> ek) {
        List<String> wrong = new ArrayList<>();
        String expected = "RSA of 2048 bits or more with exponent 65537, or a point on P-256 or P-384";
        try {
            KeyParameters certified = KeyParameters.of(leaf.getPublicKey());
            AkJudge.weakness(certified, wrong);
            if (ek.isPresent()) {
                expected =
                        "the certified key: restricted decryption, fixedTPM, fixedParent, sensitiveDataOrigin, strong";
                if (!AttestationKey.of(ek.get()).parameters().equals(certified)) {
                    wrong.add("not the key that the certificate names");
                }
                ek.get().tpmPublic().ifPresent(area -> attributes(area, wrong));
            }
        } catch (MalformedException malformed) {
            wrong.add(malformed.detail());
        }
        return wrong.isEmpty()
                ? Finding.held(Check.EK_KEY)
                : Finding.broken(Check.EK_KEY, expected, String.join(", ", wrong), "EK");
    }

    /** What a TPM's description of an EK must say: rule 5 rests on it. */
    static void attributes(TpmPublic ek, List<String> wrong) {
        if (!ek.isRestrictedDecryption() || !ek.isFixedTpm() || !ek.isFixedParent() || !ek.isSensitiveDataOrigin()) {
            wrong.add("attributes 0x" + Integer.toHexString(ek.attributes()));
        }
        if (!ek.nameAlgorithm().isStrong()) {
            wrong.add("nameAlg " + ek.nameAlgorithm());
        }
    }
}
