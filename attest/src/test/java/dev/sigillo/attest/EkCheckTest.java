package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("EK certificates of any vendor: rules 1 and 2")
class EkCheckTest {
    private static final Instant NOW = Forger.NOW;
    private static final KeyPair ROOT = rsa(2048);
    private static final KeyPair BETWEEN = rsa(2048);
    private static final KeyPair EK = rsa(2048);
    private static final String LONG = "TPM CA, " + "a name that is longer than sixty-four characters ".repeat(3);

    /** A certificate whose every trait can be another. */
    private static final class Draft {
        static final int NO_USAGE = 0;

        X500Name subject = new X500Name("");
        X500Name issuer = name("between");
        KeyPair key = EK;
        KeyPair signer = BETWEEN;
        int usage = KeyUsage.keyEncipherment;
        Optional<String> extended = Optional.of("2.23.133.8.1");
        boolean authority;
        Optional<Integer> below = Optional.empty();
        boolean alternative = true;
        boolean alternativeCritical = true;
        Optional<String> critical = Optional.empty();
        Duration left = Duration.ofDays(10);
        String algorithm = "SHA256withRSA";

        Bytes der() throws Exception {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    BigInteger.TWO,
                    Date.from(NOW.minus(Duration.ofDays(1))),
                    Date.from(NOW.plus(left)),
                    subject,
                    key.getPublic());
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    below.map(BasicConstraints::new).orElseGet(() -> new BasicConstraints(authority)));
            if (usage != NO_USAGE) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            }
            if (extended.isPresent()) {
                KeyPurposeId purpose = KeyPurposeId.getInstance(new ASN1ObjectIdentifier(extended.get()));
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            }
            if (alternative) {
                X500Name tpm = new X500NameBuilder()
                        .addRDN(new ASN1ObjectIdentifier("2.23.133.2.1"), "id:53474C4F")
                        .addRDN(new ASN1ObjectIdentifier("2.23.133.2.2"), "model")
                        .addRDN(new ASN1ObjectIdentifier("2.23.133.2.3"), "id:00010002")
                        .build();
                builder.addExtension(
                        Extension.subjectAlternativeName, alternativeCritical, new GeneralNames(new GeneralName(tpm)));
            }
            if (critical.isPresent()) {
                builder.addExtension(new ASN1ObjectIdentifier(critical.get()), true, new BasicConstraints(false));
            }
            return Bytes.of(builder.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))
                    .getEncoded());
        }
    }

    private static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }

    private static KeyPair p256() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }

    private static X500Name name(String text) {
        return new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String(text)).build();
    }

    private static Bytes authority(String subject, KeyPair key, String issuer, KeyPair signer, boolean isAuthority)
            throws Exception {
        Draft draft = new Draft();
        draft.subject = name(subject);
        draft.key = key;
        draft.issuer = name(issuer);
        draft.signer = signer;
        draft.usage = isAuthority ? KeyUsage.keyCertSign : KeyUsage.keyEncipherment;
        draft.extended = Optional.empty();
        draft.authority = isAuthority;
        draft.alternative = false;
        return draft.der();
    }

    private static EkCheck.Outcome judge(Draft draft, boolean between, boolean usageRequired) throws Exception {
        List<Bytes> roots = new ArrayList<>(List.of(authority("root", ROOT, "root", ROOT, true)));
        List<Bytes> intermediates = List.of(authority("between", BETWEEN, "root", ROOT, between));
        return EkCheck.judge(
                draft.der(), new EkRequest(roots, intermediates, usageRequired, Optional.empty(), false, NOW));
    }

    private static void assertBroken(Draft draft, Check check, String was) throws Exception {
        List<Finding> failures = judge(draft, true, false).findings().stream()
                .filter(finding -> !(finding instanceof Finding.Held))
                .toList();
        assertThat(failures).extracting(Finding::check).containsExactly(check);
        assertThat(failures.getFirst().sentence()).contains(was);
    }

    @Test
    @DisplayName("a path through an intermediate; what the certificate says of its TPM")
    void holds() throws Exception {
        EkCheck.Outcome outcome = judge(new Draft(), true, true);
        assertThat(outcome.findings()).allMatch(Finding.Held.class::isInstance);
        assertThat(outcome.path()).hasSize(3);
        EkFacts facts = outcome.facts().orElseThrow();
        assertThat(List.of(facts.manufacturer(), facts.model(), facts.version()))
                .containsExactly("id:53474C4F", "model", "id:00010002");
        Draft unusual = new Draft();
        unusual.extended = Optional.empty();
        assertThat(judge(unusual, true, false).findings()).allMatch(Finding.Held.class::isInstance);
        assertThat(judge(unusual, true, true).findings()).anyMatch(Finding.Broken.class::isInstance);
    }

    @Test
    @DisplayName("an intermediate that is no CA's leads nowhere, nor does one of another key")
    void chain() throws Exception {
        assertThat(judge(new Draft(), false, false).findings().getFirst().sentence())
                .contains("leads to a root");
        Draft forged = new Draft();
        forged.signer = EK;
        assertThat(judge(forged, true, false).findings().getFirst()).isInstanceOf(Finding.Broken.class);
    }

    @Test
    @DisplayName("names of more than 64 characters, as Google's CAs have them, are read")
    void longNames() throws Exception {
        Draft draft = new Draft();
        draft.issuer = name(LONG);
        draft.signer = ROOT;
        EkRequest request = new EkRequest(
                List.of(authority(LONG, ROOT, LONG, ROOT, true)), List.of(), true, Optional.empty(), false, NOW);
        assertThat(EkCheck.judge(draft.der(), request).findings()).allMatch(Finding.Held.class::isInstance);
    }

    @Test
    @DisplayName("usage: an AK's, a server's, a CA's and one that can do both are refused")
    void usage() throws Exception {
        Draft ak = new Draft();
        ak.usage = KeyUsage.digitalSignature;
        assertBroken(ak, Check.EK_CERTIFICATE, "key usage without keyEncipherment");
        Draft server = new Draft();
        server.extended = Optional.of("1.3.6.1.5.5.7.3.1");
        assertBroken(server, Check.EK_CERTIFICATE, "extended key usage [1.3.6.1.5.5.7.3.1]");
        Draft both = new Draft();
        both.extended = Optional.empty();
        both.usage = KeyUsage.keyEncipherment | KeyUsage.digitalSignature;
        assertBroken(both, Check.EK_CERTIFICATE, "digitalSignature and no extended key usage");
        Draft authority = new Draft();
        authority.authority = true;
        assertBroken(authority, Check.EK_CERTIFICATE, "a CA's certificate");
    }

    @Test
    @DisplayName("usage as vendors wrote it: beside an EK's extended key usage either of the two, or none, will do")
    void vendors() throws Exception {
        Draft pluton = new Draft();
        pluton.usage = KeyUsage.keyAgreement;
        assertThat(judge(pluton, true, true).findings()).allMatch(Finding.Held.class::isInstance);
        Draft intel = new Draft();
        intel.key = p256();
        intel.usage = KeyUsage.keyEncipherment;
        assertThat(judge(intel, true, true).findings()).allMatch(Finding.Held.class::isInstance);
        Draft none = new Draft();
        none.usage = Draft.NO_USAGE;
        assertThat(judge(none, true, true).findings()).allMatch(Finding.Held.class::isInstance);
        none.extended = Optional.empty();
        assertBroken(none, Check.EK_CERTIFICATE, "neither key usage nor extended key usage");
        pluton.extended = Optional.empty();
        assertBroken(pluton, Check.EK_CERTIFICATE, "key usage without keyEncipherment");
    }

    @Test
    @DisplayName("unknown critical extension, expired, SHA-1, no name, a weak key: each is one finding")
    void traits() throws Exception {
        Draft critical = new Draft();
        critical.critical = Optional.of("1.2.3.4");
        assertBroken(critical, Check.EK_CERTIFICATE, "1.2.3.4");
        Draft expired = new Draft();
        expired.left = Duration.ofHours(-1);
        assertBroken(expired, Check.EK_CERTIFICATE, "valid path");
        Draft sha1 = new Draft();
        sha1.algorithm = "SHA1withRSA";
        assertBroken(sha1, Check.EK_CERTIFICATE, "SHA1");
        Draft nameless = new Draft();
        nameless.alternative = false;
        assertBroken(nameless, Check.EK_SUBJECT, "neither");
        Draft uncritical = new Draft();
        uncritical.alternativeCritical = false;
        assertBroken(uncritical, Check.EK_SUBJECT, "critical");
        Draft weak = new Draft();
        weak.key = rsa(1024);
        assertBroken(weak, Check.EK_KEY, "RSA of 1024 bits");
    }

    @Tag("broad")
    @Test
    @DisplayName(
            "whatever the bytes are, there are three findings, and the file's reader throws its own exception alone")
    void hostile() throws Exception {
        byte[] der = new Draft().der().toByteArray();
        EkRequest request = new EkRequest(
                List.of(authority("root", ROOT, "root", ROOT, true)), List.of(), false, Optional.empty(), false, NOW);
        ForAll.seeds(150, random -> {
            byte[] changed = der.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            Bytes bytes = Bytes.of(changed, 0, random.nextBoolean() ? changed.length : random.nextInt(changed.length));
            assertThat(EkCheck.judge(bytes, request).findings()).hasSize(3);
            try {
                assertThat(CertificateFile.read(bytes).certificate().size()).isLessThanOrEqualTo(bytes.size());
            } catch (MalformedException refused) {
                assertThat(refused.detail()).isNotEmpty();
            }
        });
    }

    private static List<Finding> judge(EvidenceKey ek) throws Exception {
        return EkCheck.judge(
                        new Draft().der(),
                        new EkRequest(
                                List.of(authority("root", ROOT, "root", ROOT, true)),
                                List.of(authority("between", BETWEEN, "root", ROOT, true)),
                                true,
                                Optional.of(ek),
                                false,
                                NOW))
                .findings();
    }

    @Test
    @DisplayName(
            "an EK that is given must be the certified one, and by its description one that its TPM made to decrypt")
    void given() throws Exception {
        Bytes spki = Bytes.of(EK.getPublic().getEncoded());
        assertThat(judge(EvidenceKey.ofSpki(spki, List.of()))).allMatch(Finding.Held.class::isInstance);
        Bytes other = Bytes.of(ROOT.getPublic().getEncoded());
        assertThat(judge(EvidenceKey.ofSpki(other, List.of())).getLast().sentence())
                .contains("was not the key that the certificate names");
        assertThat(judge(EvidenceKey.of(EkJudgeTest.ek(EK, 0x000300B2L), List.of())))
                .allMatch(Finding.Held.class::isInstance);
        for (long attributes : List.of(0x000700B2L, 0x000300B0L, 0x000200B2L, 0x000300A2L, 0x00030092L)) {
            assertThat(judge(EvidenceKey.of(EkJudgeTest.ek(EK, attributes), List.of()))
                            .getLast()
                            .sentence())
                    .contains("was attributes 0x" + Long.toHexString(attributes));
        }
    }

    @Test
    @DisplayName("without a root nothing is decided; what is no certificate leads nowhere, and says so")
    void unusable() throws Exception {
        EkRequest none = new EkRequest(List.of(), List.of(), true, Optional.empty(), false, NOW);
        assertThat(EkCheck.judge(new Draft().der(), none).findings().getFirst())
                .isEqualTo(Finding.undecided(Check.EK_CERTIFICATE, "a root to trust"));
        EkCheck.Outcome junk = EkCheck.judge(Bytes.utf8("junk"), none);
        assertThat(junk.findings().getFirst()).isInstanceOf(Finding.Broken.class);
        assertThat(junk.findings().subList(1, 3)).allMatch(Finding.Undecided.class::isInstance);
        assertThat(junk.facts()).isEmpty();
        assertThat(EkCheck.isAuthority(Bytes.utf8("junk"))).isFalse();
        assertThat(EkCheck.isAuthority(new Draft().der())).isFalse();
        assertThat(EkCheck.isAuthority(authority("root", ROOT, "root", ROOT, true)))
                .isTrue();
    }

    private static Draft root() {
        Draft root = new Draft();
        root.subject = name("root");
        root.key = ROOT;
        root.issuer = name("root");
        root.signer = ROOT;
        root.usage = KeyUsage.keyCertSign;
        root.extended = Optional.empty();
        root.authority = true;
        root.alternative = false;
        return root;
    }

    private static Finding under(Draft root, KeyPair between) throws Exception {
        Draft leaf = new Draft();
        leaf.signer = between;
        EkRequest request = new EkRequest(
                List.of(root.der()),
                List.of(authority("between", between, "root", ROOT, true)),
                true,
                Optional.empty(),
                false,
                NOW);
        return EkCheck.judge(leaf.der(), request).findings().getFirst();
    }

    @Test
    @DisplayName(
            "what a root says of itself counts: when it ends, whether it may sign certificates, how many are below it")
    void roots() throws Exception {
        assertThat(under(root(), BETWEEN)).isInstanceOf(Finding.Held.class);
        Draft expired = root();
        expired.left = Duration.ofHours(-1);
        assertThat(under(expired, BETWEEN).sentence()).contains("the root is valid from", "until");
        Draft mute = root();
        mute.usage = KeyUsage.digitalSignature;
        assertThat(under(mute, BETWEEN).sentence()).contains("the root's key usage has no keyCertSign");
        Draft last = root();
        last.below = Optional.of(0);
        assertThat(under(last, BETWEEN).sentence()).contains("the root allows 0 authorities below it, and there are 1");
        last.below = Optional.of(1);
        assertThat(under(last, BETWEEN)).isInstanceOf(Finding.Held.class);
        assertThat(under(root(), rsa(1024)).sentence()).contains("an authority's RSA key of 1024 bits");
    }

    @Test
    @DisplayName("SHA-1 in the path stands where it is allowed")
    void sha1() throws Exception {
        Draft draft = new Draft();
        draft.algorithm = "SHA1withRSA";
        EkRequest old = new EkRequest(
                List.of(authority("root", ROOT, "root", ROOT, true)),
                List.of(authority("between", BETWEEN, "root", ROOT, true)),
                true,
                Optional.empty(),
                true,
                NOW);
        assertThat(EkCheck.judge(draft.der(), old).findings()).allMatch(Finding.Held.class::isInstance);
    }
}
