package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
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
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.PKCS7ProcessableObject;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Signs images as sbsign does, by a certificate whose chain goes along.
 *
 * @param chain the signer's certificate first
 */
public record ForgedSigner(KeyPair key, List<X509Certificate> chain) {

    private static final ASN1ObjectIdentifier INDIRECT_DATA = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.4");
    private static final ASN1ObjectIdentifier PE_IMAGE_DATA = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.15");

    /** A self-signed one, long expired, as code signers in firmware mostly are. */
    public static ForgedSigner root(String name) {
        KeyPair key = keys();
        return new ForgedSigner(key, List.of(certificate(name, name, key, key)));
    }

    /** One that this one vouches for. */
    public ForgedSigner issue(String name) {
        KeyPair own = keys();
        String issuer = certificate().getSubjectX500Principal().getName();
        List<X509Certificate> longer = new ArrayList<>(List.of(certificate(name, issuer, own, key)));
        longer.addAll(chain);
        return new ForgedSigner(own, longer);
    }

    /** The same, without sending the root along: verifiers must know it. */
    public ForgedSigner withoutRoot() {
        return new ForgedSigner(key, chain.subList(0, chain.size() - 1));
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public Bytes der() {
        try {
            return Bytes.of(certificate().getEncoded());
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public Bytes sign(Bytes digest) {
        ASN1Encodable content = new DERSequence(new ASN1Encodable[] {
            new DERSequence(PE_IMAGE_DATA),
            new DigestInfo(
                    new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE), digest.toByteArray())
        });
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(
                            new JcaDigestCalculatorProviderBuilder().build())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()), certificate()));
            generator.addCertificates(new JcaCertStore(chain));
            SignedData cms = SignedData.getInstance(generator
                    .generate(new PKCS7ProcessableObject(INDIRECT_DATA, content), false)
                    .toASN1Structure()
                    .getContent());
            SignedData pkcs7 = new SignedData(
                    cms.getDigestAlgorithms(),
                    new ContentInfo(INDIRECT_DATA, content),
                    cms.getCertificates(),
                    cms.getCRLs(),
                    cms.getSignerInfos());
            return Bytes.of(new ContentInfo(CMSObjectIdentifiers.signedData, pkcs7).getEncoded("DER"));
        } catch (CMSException | OperatorCreationException | IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One that may issue others, since each may be asked to. */
    private static X509Certificate certificate(String name, String issuer, KeyPair key, KeyPair issuerKey) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(new JcaX509v3CertificateBuilder(
                                    new X500Name(issuer),
                                    new BigInteger(64, new SecureRandom()),
                                    Date.from(Instant.parse("2011-06-27T00:00:00Z")),
                                    Date.from(Instant.parse("2012-06-27T00:00:00Z")),
                                    new X500Name(name),
                                    key.getPublic())
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }
}
