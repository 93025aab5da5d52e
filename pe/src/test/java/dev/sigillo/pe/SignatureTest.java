package dev.sigillo.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.PKCS7ProcessableObject;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SignatureTest {

    private static final ASN1ObjectIdentifier INDIRECT_DATA = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.4");
    private static final ASN1ObjectIdentifier PE_IMAGE_DATA = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.15");
    private static final Digest DIGEST = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("an image"));
    private static KeyPair key;
    private static X509Certificate certificate;

    @BeforeAll
    static void certificate() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        key = generator.generateKeyPair();
        X500Name name = new X500Name("CN=signer");
        certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.TEN,
                                Date.from(Instant.parse("2011-01-01T00:00:00Z")),
                                Date.from(Instant.parse("2012-01-01T00:00:00Z")),
                                name,
                                key.getPublic())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    }

    private static ASN1Encodable indirectData() {
        return new DERSequence(new ASN1Encodable[] {
            new DERSequence(PE_IMAGE_DATA),
            new DigestInfo(
                    new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE),
                    DIGEST.value().toByteArray())
        });
    }

    private static Bytes signed(ASN1ObjectIdentifier type, ASN1Encodable content, boolean enclosed) throws Exception {
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(
                new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()), certificate));
        generator.addCertificates(new JcaCertStore(List.of(certificate)));
        SignedData cms = SignedData.getInstance(generator
                .generate(new PKCS7ProcessableObject(type, content), false)
                .toASN1Structure()
                .getContent());
        // Authenticode is PKCS#7 1.5: the content stands there as it is, not inside an octet string as in CMS.
        ContentInfo enclosing = new ContentInfo(type, enclosed ? content : null);
        SignedData pkcs7 = new SignedData(
                cms.getDigestAlgorithms(), enclosing, cms.getCertificates(), cms.getCRLs(), cms.getSignerInfos());
        return Bytes.of(new ContentInfo(CMSObjectIdentifiers.signedData, pkcs7).getEncoded("DER"));
    }

    private static Bytes honest() throws Exception {
        return signed(INDIRECT_DATA, indirectData(), true);
    }

    @Test
    @DisplayName("Authenticode: the image's digest, its signer long expired, and whether the signer signed it")
    void honestSignature() throws Exception {
        Signature signature = Signature.parse(honest());

        assertThat(signature.digest()).isEqualTo(DIGEST);
        assertThat(signature.signer()).isEqualTo(certificate);
        assertThat(signature.certificates()).containsExactly(certificate);
        assertThat(signature.intact()).isTrue();
    }

    @Test
    @DisplayName("Zero padding behind the signature is part of the format")
    void padding() throws Exception {
        assertThat(Signature.parse(Bytes.concat(honest(), Bytes.zeros(7))).intact())
                .isTrue();
    }

    @Test
    @DisplayName("Another image's digest in the signed content is no signature of the signer")
    void changedDigest() throws Exception {
        byte[] changed = honest().toByteArray();
        int at = honest().hex().indexOf(DIGEST.hex()) / 2;
        changed[at] ^= 1;

        assertThat(Signature.parse(Bytes.of(changed)).intact()).isFalse();
    }

    @Test
    @DisplayName("Content that is absent, of another type or cut short is refused")
    void content() throws Exception {
        ASN1Encodable empty = new DERSequence();
        for (Bytes signature : List.of(
                signed(INDIRECT_DATA, indirectData(), false),
                signed(PE_IMAGE_DATA, indirectData(), true),
                signed(INDIRECT_DATA, empty, true),
                Bytes.empty(),
                Bytes.utf8("junk"))) {
            assertThatThrownBy(() -> Signature.parse(signature)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    @DisplayName("Hostile bytes give a MalformedException or a signature, nothing else")
    void hostile() throws Exception {
        Bytes honest = honest();
        ForAll.seeds(3000, random -> {
            byte[] bytes = honest.toByteArray();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Signature signature = Signature.parse(Bytes.of(bytes));
                assertThat(signature.certificates()).contains(signature.signer());
            } catch (MalformedException refused) {
                assertThat(refused.offset()).isNotNegative();
            }
        });
    }
}
