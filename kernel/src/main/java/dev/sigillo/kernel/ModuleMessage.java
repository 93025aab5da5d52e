package dev.sigillo.kernel;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;

/**
 * A module's PKCS#7 message (RFC 5652): detached data and at least one SignerInfo.
 *
 * @param certificates that came along; the kernel trusts none of them by itself
 */
record ModuleMessage(List<ModuleSignature> signatures, List<X509Certificate> certificates) {
    private static final int MAX_SIGNERS = 16;
    private static final int MAX_CERTIFICATES = 16;

    ModuleMessage {
        signatures = List.copyOf(signatures);
        certificates = List.copyOf(certificates);
    }

    static ModuleMessage read(Bytes message) throws MalformedException {
        try {
            ContentInfo content = ContentInfo.getInstance(ASN1Primitive.fromByteArray(message.toByteArray()));
            if (!content.getContentType().equals(CMSObjectIdentifiers.signedData)) {
                throw new MalformedException("contentType", 0, content.getContentType() + ", signedData expected");
            }
            SignedData signed = SignedData.getInstance(content.getContent());
            if (!signed.getEncapContentInfo().getContentType().equals(CMSObjectIdentifiers.data)
                    || signed.getEncapContentInfo().getContent() != null) {
                throw new MalformedException("encapContentInfo", 0, "detached data expected");
            }
            List<ModuleSignature> signatures = new ArrayList<>();
            for (ASN1Encodable each : signed.getSignerInfos()) {
                if (signatures.size() == MAX_SIGNERS) {
                    throw new MalformedException("signerInfos", 0, "more than " + MAX_SIGNERS);
                }
                signatures.add(ModuleSignature.of(SignerInfo.getInstance(each)));
            }
            if (signatures.isEmpty()) {
                throw new MalformedException("signerInfos", 0, "none");
            }
            return new ModuleMessage(signatures, certificates(signed));
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            // Bouncy Castle meets an unforeseen structure with whatever its readers throw: casts, indexes, null, depth.
            throw new MalformedException("SignedData", 0, "no PKCS#7 message: " + malformed.getMessage());
        }
    }

    private static List<X509Certificate> certificates(SignedData signed) throws IOException, MalformedException {
        List<X509Certificate> certificates = new ArrayList<>();
        if (signed.getCertificates() == null) {
            return certificates;
        }
        for (ASN1Encodable each : signed.getCertificates()) {
            if (certificates.size() == MAX_CERTIFICATES) {
                throw new MalformedException("certificates", 0, "more than " + MAX_CERTIFICATES);
            }
            certificates.add(certificate(each.toASN1Primitive().getEncoded()));
        }
        return certificates;
    }

    private static X509Certificate certificate(byte[] der) throws MalformedException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException unreadable) {
            throw new MalformedException("certificates", 0, "one that cannot be read: " + unreadable.getMessage());
        }
    }

    /** The certificate that came along for the key that a signature names. */
    Optional<X509Certificate> named(KeyName name) {
        return certificates.stream()
                .filter(each -> KeyName.ofIssuer(each).equals(name)
                        || KeyName.ofKeyIdentifier(each).equals(Optional.of(name)))
                .findFirst();
    }

    /** Who issued it, among those that came along, and signed it. */
    Optional<X509Certificate> issuer(X509Certificate certificate) {
        return certificates.stream()
                .filter(each -> ModuleKeys.issued(each, certificate))
                .findFirst();
    }
}
