package dev.sigillo.pe;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignerDigestMismatchException;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;

/** PKCS#7 SignedData → {@link Signature}. */
final class SignatureParser {

    private static final ASN1ObjectIdentifier INDIRECT_DATA = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.4");
    private static final ASN1ObjectIdentifier NESTED = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.4.1");
    private static final int LEAST_RSA_BITS = 2048;
    private static final int MOST_CERTIFICATES = 32;
    private static final int MOST_NESTED = 8;
    private static final int DEEPEST = 1;
    private static final int MOST_VALUES = 8192;
    private static final int CONSTRUCTED = 0x20;

    private SignatureParser() {}

    static Signature parse(Bytes pkcs7) throws MalformedException {
        requireFewValues(pkcs7);
        try (ASN1InputStream in = new ASN1InputStream(new ByteArrayInputStream(pkcs7.toByteArray()))) {
            // Zero padding may follow the DER value, so the tail is not required to end here.
            return read(ContentInfo.getInstance(in.readObject()), 0);
        } catch (IOException malformed) {
            throw new MalformedException("SignedData", 0, "no Authenticode signature: " + malformed.getMessage());
        } catch (RuntimeException malformed) {
            // Bouncy Castle meets an unforeseen structure with whatever its readers throw: casts, indexes, null.
            throw new MalformedException("SignedData", 0, "no Authenticode signature: " + malformed);
        }
    }

    /**
     * Bouncy Castle makes objects of each value of the DER, and the smallest takes two bytes. A signature with chain, time
     * stamp and all of 9 KB has 650.
     */
    private static void requireFewValues(Bytes pkcs7) throws MalformedException {
        int values = 0;
        int end = pkcs7.size();
        for (int at = 0; at + 1 < end; values++) {
            if (values == MOST_VALUES) {
                throw new MalformedException(
                        "SignedData", at, "more than " + MOST_VALUES + " values in " + pkcs7.size() + " bytes of DER");
            }
            boolean nested = (pkcs7.at(at) & CONSTRUCTED) != 0;
            int length = pkcs7.at(at + 1);
            int width = length > 0x80 ? length & 0x7F : 0;
            at += 2;
            if (width > 4 || at + width > end) {
                return; // refused when it is read
            }
            long size = width == 0 ? length & 0x7F : 0;
            for (int i = 0; i < width; i++) {
                size = size << 8 | pkcs7.at(at++);
            }
            if (values == 0 && length != 0x80 && size < end - at) {
                end = at + (int) size; // what follows is padding
            }
            if (!nested) {
                at = (int) Math.min(end, at + size);
            }
        }
    }

    private static Signature read(ContentInfo content, int depth) throws MalformedException {
        try {
            CMSSignedData signed = new CMSSignedData(content);
            Collection<SignerInformation> signers = signed.getSignerInfos().getSigners();
            if (signers.size() != 1) {
                throw new MalformedException("SignerInfos", 0, signers.size() + ", exactly one expected");
            }
            SignerInformation signer = signers.iterator().next();
            Collection<X509CertificateHolder> holders = signed.getCertificates().getMatches(null);
            if (holders.size() > MOST_CERTIFICATES) {
                throw new MalformedException(
                        "certificates", 0, holders.size() + ", at most " + MOST_CERTIFICATES + " expected");
            }
            List<X509Certificate> certificates = new ArrayList<>();
            Optional<X509Certificate> named = Optional.empty();
            for (X509CertificateHolder holder : holders) {
                X509Certificate enclosed = new JcaX509CertificateConverter().getCertificate(holder);
                certificates.add(enclosed);
                if (holder.getIssuer().equals(signer.getSID().getIssuer())
                        && holder.getSerialNumber().equals(signer.getSID().getSerialNumber())) {
                    named = Optional.of(enclosed);
                }
            }
            if (named.isEmpty()) {
                throw new MalformedException("SignerInfo", 0, "its certificate is not enclosed");
            }
            Digest digest = digest(signed);
            return new Signature(
                    digest,
                    named.get(),
                    certificates,
                    flaw(digest, signer, named.get()),
                    SigningTime.of(signer),
                    nested(signer, depth));
        } catch (CMSException | CertificateException malformed) {
            throw new MalformedException("SignedData", 0, "no Authenticode signature: " + malformed.getMessage());
        }
    }

    private static Optional<String> flaw(Digest digest, SignerInformation signer, X509Certificate certificate) {
        if (certificate.getPublicKey() instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
            return Optional.of("the signer's RSA key has %d bits, %d or more expected"
                    .formatted(rsa.getModulus().bitLength(), LEAST_RSA_BITS));
        }
        Optional<HashAlgorithm> hash = algorithm(signer.getDigestAlgOID());
        if (hash.isEmpty()) {
            return Optional.of("SignerInfo names the unknown hash algorithm " + signer.getDigestAlgOID());
        }
        if (hash.get() == HashAlgorithm.SHA1 && digest.algorithm() != HashAlgorithm.SHA1) {
            return Optional.of("the signer hashed the image's %s digest with SHA-1, which can be forged"
                    .formatted(digest.algorithm().jcaName()));
        }
        try {
            boolean good = signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(certificate.getPublicKey()));
            return good
                    ? Optional.empty()
                    : Optional.of("the signature does not verify with the key of its signer's certificate");
        } catch (CMSSignerDigestMismatchException changed) {
            return Optional.of("the messageDigest attribute is not the digest of the signed content");
        } catch (CMSException | OperatorCreationException | RuntimeException unverifiable) {
            return Optional.of("the signature cannot be verified: " + unverifiable.getMessage());
        }
    }

    private static Digest digest(CMSSignedData signed) throws MalformedException {
        if (!signed.getSignedContentTypeOID().equals(INDIRECT_DATA.getId())) {
            throw new MalformedException(
                    "contentType",
                    0,
                    signed.getSignedContentTypeOID() + ", " + INDIRECT_DATA + " (SpcIndirectDataContent) expected");
        }
        if (signed.getSignedContent() == null
                || !(signed.getSignedContent().getContent() instanceof ASN1Sequence indirect)
                || indirect.size() != 2) {
            throw new MalformedException("SpcIndirectDataContent", 0, "an enclosed sequence of two expected");
        }
        DigestInfo info = DigestInfo.getInstance(indirect.getObjectAt(1));
        String oid = info.getAlgorithmId().getAlgorithm().getId();
        Optional<HashAlgorithm> algorithm = algorithm(oid);
        if (algorithm.isEmpty()) {
            throw new MalformedException("DigestInfo", 0, "unknown hash algorithm " + oid);
        }
        if (info.getDigest().length != algorithm.get().size()) {
            throw new MalformedException(
                    "DigestInfo",
                    0,
                    info.getDigest().length + " bytes for " + algorithm.get().jcaName());
        }
        return new Digest(algorithm.get(), Bytes.of(info.getDigest()));
    }

    private static List<Signature> nested(SignerInformation signer, int depth) throws MalformedException {
        List<Signature> nested = new ArrayList<>();
        if (signer.getUnsignedAttributes() == null || depth == DEEPEST) {
            return nested;
        }
        ASN1EncodableVector attributes = signer.getUnsignedAttributes().getAll(NESTED);
        for (int i = 0; i < attributes.size(); i++) {
            for (ASN1Encodable value : Attribute.getInstance(attributes.get(i)).getAttributeValues()) {
                if (nested.size() == MOST_NESTED) {
                    throw new MalformedException(
                            "1.3.6.1.4.1.311.2.4.1", 0, "more than " + MOST_NESTED + " nested signatures");
                }
                nested.add(read(ContentInfo.getInstance(value), depth + 1));
            }
        }
        return nested;
    }

    static Optional<HashAlgorithm> algorithm(String oid) {
        return switch (oid) {
            case "1.3.14.3.2.26" -> Optional.of(HashAlgorithm.SHA1);
            case "2.16.840.1.101.3.4.2.1" -> Optional.of(HashAlgorithm.SHA256);
            case "2.16.840.1.101.3.4.2.2" -> Optional.of(HashAlgorithm.SHA384);
            case "2.16.840.1.101.3.4.2.3" -> Optional.of(HashAlgorithm.SHA512);
            default -> Optional.empty();
        };
    }
}
