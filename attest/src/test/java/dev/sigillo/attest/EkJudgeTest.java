package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.tpm.TpmPublic;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.PolicyQualifierId;
import org.bouncycastle.asn1.x509.PolicyQualifierInfo;
import org.bouncycastle.asn1.x509.UserNotice;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EkJudgeTest {

    private static final Instant NOW = Forger.NOW;
    private static final KeyPair CA = keys();
    private static final KeyPair EK = keys();
    static final KeyPair OTHER = keys();
    private static final String EK_USAGE = "2.23.133.8.1";

    /** A certificate whose every trait can be another. */
    static final class Draft {
        String subject = "CN=" + Forger.MACHINE;
        String usage = EK_USAGE;
        int keyUsage = KeyUsage.keyEncipherment;
        boolean authority;
        KeyPair signer = CA;
        PublicKey key = EK.getPublic();
        Instant end = NOW.plus(Duration.ofDays(10));
        String issuer = "CN=fleet CA";
        Optional<String> critical = Optional.empty();
        boolean notice;
        String algorithm = "SHA256withRSA";

        X509Certificate certificate() throws Exception {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Name(issuer),
                    BigInteger.TEN,
                    Date.from(NOW.minus(Duration.ofDays(1))),
                    Date.from(end),
                    new X500Name(subject),
                    key);
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!usage.isEmpty()) {
                KeyPurposeId purpose = KeyPurposeId.getInstance(new ASN1ObjectIdentifier(usage));
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            }
            if (critical.isPresent()) {
                builder.addExtension(new ASN1ObjectIdentifier(critical.get()), true, new BasicConstraints(false));
            }
            if (notice) {
                builder.addExtension(
                        Extension.certificatePolicies,
                        true,
                        new CertificatePolicies(new PolicyInformation(
                                new ASN1ObjectIdentifier("1.3.6.1.4.1.311.21.31"),
                                new DERSequence(new PolicyQualifierInfo(
                                        PolicyQualifierId.id_qt_unotice,
                                        new UserNotice(null, "TPM  Trusted Platform  Module"))))));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate())));
        }

        Bytes der() throws Exception {
            return Bytes.of(certificate().getEncoded());
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (java.security.NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }

    static X509Certificate anchor() throws Exception {
        Draft draft = new Draft();
        draft.subject = "CN=fleet CA";
        draft.usage = "";
        draft.keyUsage = KeyUsage.keyCertSign;
        draft.authority = true;
        draft.key = CA.getPublic();
        return draft.certificate();
    }

    /** The TCG's default template L-1 with the attributes given. */
    static TpmPublic ek(KeyPair pair, long attributes) throws Exception {
        byte[] modulus = ((RSAPublicKey) pair.getPublic()).getModulus().toByteArray();
        Bytes policy = Bytes.fromHex("837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa");
        return TpmPublic.parse(new ByteWriter()
                .u16be(0x0001)
                .u16be(0x000B)
                .u32be(attributes)
                .sized16be(policy)
                .u16be(0x0006)
                .u16be(128)
                .u16be(0x0043)
                .u16be(0x0010)
                .u16be(2048)
                .u32be(0)
                .sized16be(Bytes.of(Arrays.copyOfRange(modulus, modulus.length - 256, modulus.length)))
                .toBytes());
    }

    private static List<Finding> judge(Draft draft) throws Exception {
        return EkJudge.judge(List.of(draft.der()), List.of(anchor()), Forger.MACHINE, ek(EK, 0x000300B2L), NOW);
    }

    private static void assertBroken(List<Finding> findings, Check check, String was) {
        assertThat(findings)
                .extracting(Finding::check)
                .containsExactly(Check.EK_CERTIFICATE, Check.EK_SUBJECT, Check.EK_KEY);
        for (Finding finding : findings) {
            if (finding.check() == check) {
                assertThat(finding).isInstanceOf(Finding.Broken.class);
                assertThat(((Finding.Broken) finding).was()).contains(was);
            } else {
                assertThat(finding).as(finding.sentence()).isInstanceOf(Finding.Held.class);
            }
        }
    }

    @Test
    @DisplayName("Rule 1: the fleet CA's certificate for this machine's EK holds")
    void honest() throws Exception {
        assertThat(judge(new Draft())).allMatch(Finding.Held.class::isInstance);
    }

    @Test
    @DisplayName("Rule 1: a certificate of another CA of the same name is refused")
    void otherAuthority() throws Exception {
        Draft draft = new Draft();
        draft.signer = OTHER;
        assertBroken(judge(draft), Check.EK_CERTIFICATE, "signature check failed");
    }

    @Test
    @DisplayName("Rule 1: another machine's certificate is refused")
    void otherMachine() throws Exception {
        Draft draft = new Draft();
        draft.subject = "CN=m-otherother";
        assertBroken(judge(draft), Check.EK_SUBJECT, "CN=m-otherother");
    }

    @Test
    @DisplayName("Rule 1: two common names, one of them this machine's, are refused")
    void twoNames() throws Exception {
        Draft draft = new Draft();
        draft.subject = "CN=" + Forger.MACHINE + ",CN=m-otherother";
        assertBroken(judge(draft), Check.EK_SUBJECT, "CN=m-otherother");
    }

    @Test
    @DisplayName("Rule 1: a certificate for signing, an AK's, does not pass for an EK's")
    void akCertificate() throws Exception {
        Draft draft = new Draft();
        draft.keyUsage = KeyUsage.digitalSignature;
        draft.usage = "2.23.133.8.3";
        assertBroken(
                judge(draft),
                Check.EK_CERTIFICATE,
                "extended key usage [2.23.133.8.3], key usage without keyEncipherment");
    }

    @Test
    @DisplayName("Rule 1: no extended key usage is refused")
    void noUsage() throws Exception {
        Draft draft = new Draft();
        draft.usage = "";
        assertBroken(judge(draft), Check.EK_CERTIFICATE, "extended key usage absent");
    }

    @Test
    @DisplayName("Rule 1: an expired certificate is refused")
    void expired() throws Exception {
        Draft draft = new Draft();
        draft.end = NOW.minus(Duration.ofHours(1));
        assertBroken(judge(draft), Check.EK_CERTIFICATE, "validity check failed");
    }

    @Test
    @DisplayName("Rule 1: an unknown critical extension is refused")
    void criticalExtension() throws Exception {
        Draft draft = new Draft();
        draft.critical = Optional.of("1.2.3.4.5");
        assertBroken(judge(draft), Check.EK_CERTIFICATE, "unrecognized critical extension");
    }

    @Test
    @DisplayName("Rule 1: a leaf cannot vouch for another certificate")
    void leafAsAuthority() throws Exception {
        Draft leaf = new Draft();
        leaf.subject = "CN=fleet CA";
        leaf.key = OTHER.getPublic();
        Draft forged = new Draft();
        forged.signer = OTHER;
        List<Finding> findings = EkJudge.judge(
                List.of(forged.der(), leaf.der()), List.of(anchor()), Forger.MACHINE, ek(EK, 0x000300B2L), NOW);
        assertBroken(findings, Check.EK_CERTIFICATE, "keyCertSign bit is not set");
    }

    @Test
    @DisplayName("Rule 1: the EK must be the certified key")
    void otherKey() throws Exception {
        assertBroken(
                EkJudge.judge(
                        List.of(new Draft().der()), List.of(anchor()), Forger.MACHINE, ek(OTHER, 0x000300B2L), NOW),
                Check.EK_KEY,
                "not the key that the certificate names");
    }

    @Test
    @DisplayName("Rule 5: an EK that signs, or that may leave the TPM, is none")
    void attributes() throws Exception {
        for (long attributes : List.of(0x000700B2L, 0x000300B0L, 0x000200B2L, 0x000300A2L, 0x00030092L)) {
            assertBroken(
                    EkJudge.judge(
                            List.of(new Draft().der()), List.of(anchor()), Forger.MACHINE, ek(EK, attributes), NOW),
                    Check.EK_KEY,
                    "attributes 0x");
        }
    }

    @Test
    @DisplayName("Rule 1: no pinned CA decides nothing; junk is no certificate")
    void nothing() throws Exception {
        TpmPublic ek = ek(EK, 0x000300B2L);
        assertThat(EkJudge.judge(List.of(new Draft().der()), List.of(), Forger.MACHINE, ek, NOW))
                .anyMatch(Finding.Undecided.class::isInstance);
        for (List<Bytes> chain : List.of(List.<Bytes>of(), List.of(Bytes.utf8("junk")))) {
            assertThat(EkJudge.judge(chain, List.of(anchor()), Forger.MACHINE, ek, NOW))
                    .hasSize(3)
                    .noneMatch(Finding.Held.class::isInstance);
        }
    }

    @Test
    @DisplayName("Rule 1: a second name hidden in a multi-valued part of the subject is refused")
    void hiddenName() throws Exception {
        for (String before : List.of("", "O=fleet,")) {
            Draft draft = new Draft();
            draft.subject = before + "CN=" + Forger.MACHINE + "+SERIALNUMBER=1";
            assertBroken(judge(draft), Check.EK_SUBJECT, "+CN=" + Forger.MACHINE);
        }
    }

    @Test
    @DisplayName("Rule 1: bytes behind the certificate, and a certificate in PEM, are no certificate in DER")
    void otherBytes() throws Exception {
        Bytes der = new Draft().der();
        Bytes pem = Bytes.utf8("-----BEGIN CERTIFICATE-----\n" + der.base64() + "\n-----END CERTIFICATE-----\n");
        for (Bytes bytes : List.of(Bytes.concat(der, Bytes.zeros(1)), Bytes.concat(der, der), pem)) {
            List<Finding> findings =
                    EkJudge.judge(List.of(bytes), List.of(anchor()), Forger.MACHINE, ek(EK, 0x000300B2L), NOW);

            assertThat(findings.getFirst())
                    .isEqualTo(new Finding.Broken(
                            Check.EK_CERTIFICATE,
                            "EK certificate",
                            "an X.509 certificate in DER",
                            "other bytes than one DER certificate",
                            "EK certificate"));
            assertThat(findings).noneMatch(Finding.Held.class::isInstance);
        }
    }

    @Test
    @DisplayName("Hostile names in a certificate are shown printable and bounded")
    void hostileNames() throws Exception {
        Draft draft = new Draft();
        draft.subject = String.join(",", Collections.nCopies(90, "CN=\u001b[31m" + "x".repeat(50)));
        draft.issuer = String.join(",", Collections.nCopies(90, "CN=\u202e\nfleet CA"));
        for (Finding finding : judge(draft)) {
            assertThat(finding.sentence()).matches("[ -~…]*").hasSizeLessThan(2400);
        }
    }

    @Test
    @DisplayName("Rule 1: what counts is the moment asked for, not the clock of the verifier")
    void moment() throws Exception {
        for (int days : new int[] {-2, 11}) {
            List<Finding> findings = EkJudge.judge(
                    List.of(new Draft().der()),
                    List.of(anchor()),
                    Forger.MACHINE,
                    ek(EK, 0x000300B2L),
                    NOW.plus(Duration.ofDays(days)));
            assertBroken(findings, Check.EK_CERTIFICATE, "validity check failed");
        }
    }

    @Test
    @DisplayName("Rule 1: other attributes may stand beside the name, each by itself")
    void otherAttributes() throws Exception {
        Draft draft = new Draft();
        draft.subject = "O=fleet,CN=" + Forger.MACHINE;
        assertThat(judge(draft)).allMatch(Finding.Held.class::isInstance);
        draft.subject = "O=fleet+OU=nodes,CN=" + Forger.MACHINE;
        assertBroken(judge(draft), Check.EK_SUBJECT, "O=fleet");
        draft.subject = "O=" + Forger.MACHINE;
        assertBroken(judge(draft), Check.EK_SUBJECT, "O=" + Forger.MACHINE);
    }

    @Test
    @DisplayName("Rule 1: a CA's certificate is no EK's, and more than four certificates are none at all")
    void authorities() throws Exception {
        Draft draft = new Draft();
        draft.authority = true;
        assertBroken(judge(draft), Check.EK_CERTIFICATE, "a CA's certificate");
        Bytes der = new Draft().der();
        for (int size : new int[] {4, 5}) {
            List<Finding> findings = EkJudge.judge(
                    Collections.nCopies(size, der), List.of(anchor()), Forger.MACHINE, ek(EK, 0x000300B2L), NOW);
            assertThat(((Finding.Broken) findings.getFirst()).was().contains("5 certificates, 1 to 4 expected"))
                    .isEqualTo(size == 5);
        }
    }
}
