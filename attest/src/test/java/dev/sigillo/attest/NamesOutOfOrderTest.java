package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DLSequence;
import org.bouncycastle.asn1.DLSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("EK certificates whose names are sets out of order, as Nuvoton issued them")
class NamesOutOfOrderTest {
    private static final int ISSUER = 3;
    private static final int SUBJECT = 5;
    private static final KeyPair ROOT = keys();
    private static final KeyPair EK = keys();

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }

    private static X500Name name(String common) {
        return new X500NameBuilder()
                .addMultiValuedRDN(
                        new ASN1ObjectIdentifier[] {BCStyle.CN, BCStyle.O, BCStyle.C},
                        new String[] {common, "Nuvoton Technology Corporation", "TW"})
                .build();
    }

    private static Bytes certificate(String subject, KeyPair key, boolean authority, KeyPair signer) throws Exception {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name("root"),
                BigInteger.TWO,
                Date.from(Forger.NOW.minus(Duration.ofDays(1))),
                Date.from(Forger.NOW.plus(Duration.ofDays(1))),
                name(subject),
                key.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        builder.addExtension(
                Extension.keyUsage, true, new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.keyEncipherment));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier("2.23.133.8.1"))));
        byte[] sorted = builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(signer.getPrivate()))
                .getEncoded();
        return outOfOrder(ASN1Sequence.getInstance(sorted), signer);
    }

    private static Bytes outOfOrder(ASN1Sequence certificate, KeyPair signer) throws Exception {
        ASN1Encodable[] parts =
                ASN1Sequence.getInstance(certificate.getObjectAt(0)).toArray();
        parts[ISSUER] = reversed(parts[ISSUER]);
        parts[SUBJECT] = reversed(parts[SUBJECT]);
        DLSequence signed = new DLSequence(parts);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(signer.getPrivate());
        signature.update(signed.getEncoded(ASN1Encoding.DL));
        return Bytes.of(new DLSequence(
                        new ASN1Encodable[] {signed, certificate.getObjectAt(1), new DERBitString(signature.sign())})
                .getEncoded(ASN1Encoding.DL));
    }

    private static ASN1Encodable reversed(ASN1Encodable name) {
        List<ASN1Encodable> sets = new ArrayList<>();
        for (ASN1Encodable set : ASN1Sequence.getInstance(name)) {
            List<ASN1Encodable> values = new ArrayList<>();
            ASN1Set.getInstance(set).forEach(values::add);
            Collections.reverse(values);
            sets.add(new DLSet(values.toArray(ASN1Encodable[]::new)));
        }
        return new DLSequence(sets.toArray(ASN1Encodable[]::new));
    }

    private static List<Finding> judged(Bytes leaf, Bytes root) throws MalformedException {
        return EkCheck.judge(leaf, new EkRequest(List.of(root), List.of(), true, Optional.empty(), false, Forger.NOW))
                .findings();
    }

    @Test
    @DisplayName("lead to their root by the bytes that were signed")
    void held() throws Exception {
        Bytes root = certificate("root", ROOT, true, ROOT);
        assertThat(EkCheck.isAuthority(root)).isTrue();
        assertThat(judged(certificate("ek", EK, false, ROOT), root)).allMatch(Finding.Held.class::isInstance);
    }

    @Test
    @DisplayName("signed by another key of the root's name do not")
    void forged() throws Exception {
        Bytes root = certificate("root", ROOT, true, ROOT);
        assertThat(judged(certificate("ek", EK, false, EK), root))
                .filteredOn(finding -> !(finding instanceof Finding.Held))
                .extracting(Finding::check)
                .containsExactly(Check.EK_CERTIFICATE);
    }

    @Test
    @DisplayName("with a byte after them are no certificate")
    void trailing() throws Exception {
        byte[] whole = certificate("ek", EK, false, ROOT).toByteArray();
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        assertThatThrownBy(() -> X509.read(Bytes.of(longer))).isInstanceOf(MalformedException.class);
    }
}
