package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v1CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Ways from a certificate to one that is trusted: RFC 5280")
class CertificatePathTest {

    private static final Instant NOW = Forger.NOW;
    private static final KeyPair KEY = ForgedKey.elliptic();
    private static final KeyPair OTHER = ForgedKey.elliptic();
    private static long serial = 1;

    /** All of one key, told apart by their names. */
    private static X509Certificate certificate(
            String subject,
            String issuer,
            Optional<BasicConstraints> constraints,
            Optional<KeyUsage> usage,
            KeyPair signer)
            throws Exception {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=" + issuer),
                BigInteger.valueOf(serial++),
                Date.from(NOW.minus(Duration.ofDays(10))),
                Date.from(NOW.plus(Duration.ofDays(10))),
                new X500Name("CN=" + subject),
                KEY.getPublic());
        if (constraints.isPresent()) {
            builder.addExtension(Extension.basicConstraints, true, constraints.get());
        }
        if (usage.isPresent()) {
            builder.addExtension(Extension.keyUsage, true, usage.get());
        }
        return read(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
    }

    private static X509Certificate read(X509CertificateHolder holder) throws Exception {
        return new JcaX509CertificateConverter().getCertificate(holder);
    }

    private static X509Certificate authority(String subject, String issuer) throws Exception {
        return certificate(
                subject,
                issuer,
                Optional.of(new BasicConstraints(true)),
                Optional.of(new KeyUsage(KeyUsage.keyCertSign)),
                KEY);
    }

    private static X509Certificate leaf(String issuer) throws Exception {
        return certificate("leaf", issuer, Optional.empty(), Optional.empty(), KEY);
    }

    private static X509Certificate version1(String subject, String issuer) throws Exception {
        return read(new JcaX509v1CertificateBuilder(
                        new X500Name("CN=" + issuer),
                        BigInteger.valueOf(serial++),
                        Date.from(NOW.minus(Duration.ofDays(10))),
                        Date.from(NOW.plus(Duration.ofDays(10))),
                        new X500Name("CN=" + subject),
                        KEY.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(KEY.getPrivate())));
    }

    /** A chain of so many authorities between root and leaf. */
    private static List<X509Certificate> between(int size) throws Exception {
        List<X509Certificate> between = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            between.add(authority("ca" + i, i == 0 ? "root" : "ca" + (i - 1)));
        }
        return between;
    }

    private static List<CertificatePath.Result> find(
            X509Certificate leaf, List<X509Certificate> anchors, List<X509Certificate> between, Instant at) {
        return CertificatePath.find(leaf, anchors, between, at);
    }

    @Test
    @DisplayName("One way that holds is told, whatever other ways were tried before it")
    void first() throws Exception {
        X509Certificate root = authority("root", "root");
        X509Certificate twin =
                certificate("root", "root", Optional.of(new BasicConstraints(true)), Optional.empty(), OTHER);
        List<X509Certificate> between = new ArrayList<>(between(2));
        X509Certificate blind = authority("ca1", "nobody");
        between.addFirst(blind);
        between.add(authority("ca1", "ca1"));

        List<CertificatePath.Result> found = find(leaf("ca1"), List.of(twin, root), between, NOW);
        assertThat(found).singleElement().matches(CertificatePath.Result::holds);
        assertThat(found.getFirst().certificates()).hasSize(3);
        assertThat(find(leaf("root"), List.of(root), List.of(), NOW))
                .singleElement()
                .satisfies(way -> assertThat(way.anchor()).isEqualTo(root))
                .matches(CertificatePath.Result::holds);
    }

    @Test
    @DisplayName("The first root that holds is enough: no way is tried after it")
    void enough() throws Exception {
        X509Certificate root = authority("root", "root");
        X509Certificate second = authority("root", "root");
        assertThat(find(leaf("root"), List.of(root, second), List.of(), NOW)
                        .getFirst()
                        .anchor())
                .isEqualTo(root);
        X509Certificate one = authority("ca", "root");
        X509Certificate other = authority("ca", "root");
        assertThat(find(leaf("ca"), List.of(root), List.of(one, other), NOW)
                        .getFirst()
                        .certificates())
                .contains(one)
                .doesNotContain(other);
    }

    @Test
    @DisplayName("Five authorities between leaf and root are as many as are followed")
    void length() throws Exception {
        X509Certificate root = authority("root", "root");
        assertThat(find(leaf("ca4"), List.of(root), between(5), NOW))
                .singleElement()
                .matches(CertificatePath.Result::holds);
        assertThat(find(leaf("ca5"), List.of(root), between(6), NOW)).isEmpty();
    }

    @Test
    @DisplayName("Certificates of the same name, each other's issuers, end after a bounded number of tries")
    void bounded() throws Exception {
        List<X509Certificate> between = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            between.add(authority("loop", "loop"));
        }
        X509Certificate root =
                certificate("loop", "loop", Optional.of(new BasicConstraints(true)), Optional.empty(), OTHER);
        // The root's key signed none of them, so that each way to it fails.
        X509Certificate foreign = ForgedKey.root("CN=loop").chain().getFirst();
        assertThat(find(leaf("loop"), List.of(foreign), between, NOW))
                .hasSize(64)
                .noneMatch(CertificatePath.Result::holds);
        assertThat(root).isNotEqualTo(foreign);
        assertThat(find(leaf("loop"), java.util.Collections.nCopies(70, foreign), List.of(), NOW))
                .hasSize(64);
    }

    @Test
    @DisplayName("What counts is the moment asked for: before and after the certificates' time no way holds")
    void time() throws Exception {
        X509Certificate root = authority("root", "root");
        X509Certificate leaf = leaf("root");
        assertThat(find(leaf, List.of(root), List.of(), NOW)).allMatch(CertificatePath.Result::holds);
        for (int days : new int[] {-11, 11}) {
            assertThat(find(leaf, List.of(root), List.of(), NOW.plus(Duration.ofDays(days))))
                    .singleElement()
                    .satisfies(way -> assertThat(way.refusal()).isNotEmpty());
        }
    }

    @Test
    @DisplayName("A CA's certificate is one of version 1 or says so; no other leads anywhere")
    void authorities() throws Exception {
        assertThat(CertificatePath.isAuthority(authority("root", "root"))).isTrue();
        assertThat(CertificatePath.isAuthority(
                        certificate("x", "x", Optional.of(new BasicConstraints(0)), Optional.empty(), KEY)))
                .isTrue();
        assertThat(CertificatePath.isAuthority(version1("x", "x"))).isTrue();
        assertThat(CertificatePath.isAuthority(leaf("root"))).isFalse();
        assertThat(CertificatePath.isAuthority(
                        certificate("x", "x", Optional.of(new BasicConstraints(false)), Optional.empty(), KEY)))
                .isFalse();
    }

    private static final KeyUsage SIGN = new KeyUsage(KeyUsage.keyCertSign);
    private static final Optional<BasicConstraints> NONE = Optional.empty();

    @Test
    @DisplayName(
            "Firmware and shim: an issuer must be an authority for so many below it, and allowed to sign certificates")
    void issued() throws Exception {
        X509Certificate subject = leaf("ca");
        assertThat(Certificates.issued(authority("ca", "root"), subject, 0)).isTrue();
        X509Certificate one = certificate("ca", "root", Optional.of(new BasicConstraints(1)), Optional.empty(), KEY);
        assertThat(Certificates.issued(one, subject, 1)).isTrue();
        assertThat(Certificates.issued(one, subject, 2)).isFalse();
        X509Certificate none = certificate("ca", "root", Optional.of(new BasicConstraints(0)), Optional.empty(), KEY);
        assertThat(Certificates.issued(none, subject, 0)).isTrue();
        assertThat(Certificates.issued(none, subject, 1)).isFalse();
        X509Certificate other = certificate(
                "ca",
                "root",
                Optional.of(new BasicConstraints(true)),
                Optional.of(new KeyUsage(KeyUsage.digitalSignature)),
                KEY);
        assertThat(Certificates.issued(other, subject, 0)).isFalse();
        assertThat(Certificates.issued(authority("another", "root"), subject, 0))
                .isFalse();
        X509Certificate leaf =
                certificate("ca", "root", Optional.of(new BasicConstraints(false)), Optional.of(SIGN), KEY);
        assertThat(Certificates.issued(leaf, subject, 0)).isFalse();
        assertThat(Certificates.issued(
                        authority("ca", "root"), certificate("leaf", "ca", NONE, Optional.empty(), OTHER), 0))
                .as("another key signed it")
                .isFalse();
    }

    @Test
    @DisplayName("Without basic constraints: a key usage that says so, or a self-signed certificate of version 1")
    void old() throws Exception {
        X509Certificate subject = leaf("ca");
        assertThat(Certificates.issued(certificate("ca", "root", NONE, Optional.of(SIGN), KEY), subject, 0))
                .isTrue();
        assertThat(Certificates.issued(certificate("ca", "ca", NONE, Optional.empty(), KEY), subject, 0))
                .isFalse();
        assertThat(Certificates.issued(version1("ca", "ca"), subject, 0)).isTrue();
        assertThat(Certificates.issued(version1("ca", "root"), subject, 0)).isFalse();
    }

    @Test
    @DisplayName("Red Hat's certificates for kernel modules alone are told from others")
    void modules() throws Exception {
        assertThat(Certificates.isForModulesOnly(
                        ForgedKey.alone("CN=x", KEY, true).chain().getFirst()))
                .isTrue();
        assertThat(Certificates.isForModulesOnly(leaf("ca"))).isFalse();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=x"),
                BigInteger.ONE,
                Date.from(NOW),
                Date.from(NOW),
                new X500Name("CN=x"),
                KEY.getPublic());
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier("1.3.6.1.5.5.7.3.3"))));
        assertThat(Certificates.isForModulesOnly(
                        read(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(KEY.getPrivate())))))
                .isFalse();
        assertThat(Certificates.read(Bytes.utf8("junk"))).isEmpty();
    }
}
