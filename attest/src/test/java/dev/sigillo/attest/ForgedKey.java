package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
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
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.PKCS7ProcessableObject;
import org.bouncycastle.cms.SimpleAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * A throw-away key that signs images, with its certificate and those above it.
 *
 * @param chain the key's own certificate first
 */
record ForgedKey(KeyPair key, List<X509Certificate> chain) {

    private static final ASN1ObjectIdentifier INDIRECT_DATA = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.4");
    private static final ASN1ObjectIdentifier PE_IMAGE_DATA = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.15");
    private static final ASN1ObjectIdentifier NESTED = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.4.1");
    private static final String MODULE_SIGNING = "1.3.6.1.4.1.2312.16.1.2";

    /** A self-signed authority, long expired, as those in firmware mostly are. */
    static ForgedKey root(String name) {
        KeyPair key = elliptic();
        return new ForgedKey(key, List.of(certificate(name, name, key, key, true, false)));
    }

    /** A self-signed signer that is no authority, for the key given. */
    static ForgedKey alone(String name, KeyPair key, boolean modulesOnly) {
        return new ForgedKey(key, List.of(certificate(name, name, key, key, false, modulesOnly)));
    }

    /** A signer below this one. */
    ForgedKey issue(String name) {
        return issue(name, false);
    }

    ForgedKey issue(String name, boolean authority) {
        KeyPair own = elliptic();
        List<X509Certificate> longer = new ArrayList<>(List.of(
                certificate(name, chain.getFirst().getSubjectX500Principal().getName(), own, key, authority, false)));
        longer.addAll(chain);
        return new ForgedKey(own, longer);
    }

    /** Signs without sending the root along: verifiers must know it. */
    ForgedKey withoutRoot() {
        return new ForgedKey(key, chain.subList(0, chain.size() - 1));
    }

    /** Claims to be another: its certificates, but this key. */
    ForgedKey claiming(ForgedKey other) {
        return new ForgedKey(key, other.chain);
    }

    Bytes der() {
        try {
            return Bytes.of(chain.getFirst().getEncoded());
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Bytes sign(Bytes sha256) {
        return sign(HashAlgorithm.SHA256, sha256, List.of());
    }

    /** Authenticode over a digest, with other signatures nested in it. */
    Bytes sign(HashAlgorithm algorithm, Bytes digest, List<Bytes> nested) {
        ASN1Encodable content = new DERSequence(new ASN1Encodable[] {
            new DERSequence(PE_IMAGE_DATA),
            new DigestInfo(new AlgorithmIdentifier(oid(algorithm), DERNull.INSTANCE), digest.toByteArray())
        });
        String hash = algorithm == HashAlgorithm.SM3_256 ? "SHA256" : algorithm.name();
        String with = key.getPrivate().getAlgorithm().equals("EC") ? "ECDSA" : "RSA";
        try {
            JcaSignerInfoGeneratorBuilder builder =
                    new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build());
            if (!nested.isEmpty()) {
                ASN1Encodable[] values = nested.stream()
                        .map(one -> (ASN1Encodable) ContentInfo.getInstance(one.toByteArray()))
                        .toArray(ASN1Encodable[]::new);
                AttributeTable unsigned = new AttributeTable(new Attribute(NESTED, new DERSet(values)));
                builder.setUnsignedAttributeGenerator(new SimpleAttributeTableGenerator(unsigned));
            }
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(builder.build(
                    new JcaContentSignerBuilder(hash + "with" + with).build(key.getPrivate()), chain.getFirst()));
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

    private static ASN1ObjectIdentifier oid(HashAlgorithm algorithm) {
        return switch (algorithm) {
            case SHA1 -> OIWObjectIdentifiers.idSHA1;
            case SHA256 -> NISTObjectIdentifiers.id_sha256;
            case SHA384 -> NISTObjectIdentifiers.id_sha384;
            default -> new ASN1ObjectIdentifier("1.2.156.10197.1.401");
        };
    }

    private static X509Certificate certificate(
            String name, String issuer, KeyPair key, KeyPair issuerKey, boolean authority, boolean modulesOnly) {
        String with = issuerKey.getPrivate().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name(issuer),
                    new BigInteger(64, new SecureRandom()),
                    Date.from(Instant.parse("2011-06-27T00:00:00Z")),
                    Date.from(Instant.parse("2012-06-27T00:00:00Z")),
                    new X500Name(name),
                    key.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (modulesOnly) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_codeSigning, KeyPurposeId.getInstance(new ASN1ObjectIdentifier(MODULE_SIGNING))
                }));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(with).build(issuerKey.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair elliptic() {
        return keys("EC", 256);
    }

    static KeyPair rsa(int bits) {
        return keys("RSA", bits);
    }

    private static KeyPair keys(String algorithm, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(size);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }
}
