package dev.sigillo.pe;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
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

/**
 * One Authenticode signature: PKCS#7 SignedData over SpcIndirectDataContent.
 *
 * @param digest the image hash that was signed
 * @param signer the certificate that the signer's issuer and serial number name
 * @param certificates all that came with it, the signer's among them, in the order of the file
 * @param intact whether the signer's key signed this content; says nothing about who the signer is
 */
public record Signature(Digest digest, X509Certificate signer, List<X509Certificate> certificates, boolean intact) {

    private static final ASN1ObjectIdentifier INDIRECT_DATA = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.4");

    public Signature {
        certificates = List.copyOf(certificates);
    }

    /** Whether the signature is that of its signer, and over this image. */
    public boolean isIntact(PeImage image) {
        return intact && image.authenticode(digest.algorithm()).equals(digest);
    }

    static Signature parse(Bytes pkcs7) throws MalformedException {
        try (ASN1InputStream in = new ASN1InputStream(new ByteArrayInputStream(pkcs7.toByteArray()))) {
            // Zero padding may follow the DER value, so the tail is not required to end here.
            CMSSignedData signed = new CMSSignedData(ContentInfo.getInstance(in.readObject()));
            Collection<SignerInformation> signers = signed.getSignerInfos().getSigners();
            if (signers.size() != 1) {
                throw new MalformedException("SignerInfos", 0, signers.size() + ", exactly one expected");
            }
            SignerInformation signer = signers.iterator().next();
            List<X509Certificate> certificates = new ArrayList<>();
            Optional<X509Certificate> named = Optional.empty();
            for (X509CertificateHolder holder : signed.getCertificates().getMatches(null)) {
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
            X509Certificate certificate = named.get();
            return new Signature(digest(signed), certificate, certificates, intact(signer, certificate));
        } catch (IOException | CMSException | OperatorCreationException | CertificateException malformed) {
            throw new MalformedException("SignedData", 0, "no Authenticode signature: " + malformed.getMessage());
        } catch (RuntimeException malformed) {
            // Bouncy Castle meets an unforeseen structure with whatever its readers throw: casts, indexes, null.
            throw new MalformedException("SignedData", 0, "no Authenticode signature: " + malformed);
        }
    }

    /** By key, not by certificate: firmware ignores the expiry of a code signer, so it must not decide here. */
    private static boolean intact(SignerInformation signer, X509Certificate certificate)
            throws OperatorCreationException, CMSException {
        try {
            return signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(certificate.getPublicKey()));
        } catch (CMSSignerDigestMismatchException changed) {
            return false;
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
        Optional<HashAlgorithm> algorithm =
                algorithm(info.getAlgorithmId().getAlgorithm().getId());
        if (algorithm.isEmpty() || info.getDigest().length != algorithm.get().size()) {
            throw new MalformedException(
                    "DigestInfo", 0, "algorithm " + info.getAlgorithmId().getAlgorithm());
        }
        return new Digest(algorithm.get(), Bytes.of(info.getDigest()));
    }

    private static Optional<HashAlgorithm> algorithm(String oid) {
        return switch (oid) {
            case "1.3.14.3.2.26" -> Optional.of(HashAlgorithm.SHA1);
            case "2.16.840.1.101.3.4.2.1" -> Optional.of(HashAlgorithm.SHA256);
            case "2.16.840.1.101.3.4.2.2" -> Optional.of(HashAlgorithm.SHA384);
            case "2.16.840.1.101.3.4.2.3" -> Optional.of(HashAlgorithm.SHA512);
            default -> Optional.empty();
        };
    }
}
