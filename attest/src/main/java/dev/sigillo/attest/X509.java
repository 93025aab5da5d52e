package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Certificates as they exist, read by Bouncy Castle: the JDK's reader refuses some that TPM vendors issued (an empty subject
 * beside a subjectAltName that is not critical, RSAES-OAEP as the key's algorithm). The provider is used here alone, and not
 * registered. Bouncy Castle writes DER anew before it looks at a signature, and so cannot check certificates that are not
 * quite DER, as those of Nuvoton, whose names are sets out of order (X.690 11.6): those are read by the JDK, which keeps
 * their bytes.
 */
final class X509 {

    static final Provider READER = new BouncyCastleProvider();

    private X509() {}

    /**
     * @param der one certificate, nothing beside it
     * @throws MalformedException if it is none
     */
    static X509Certificate read(Bytes der) throws MalformedException {
        X509Certificate certificate = read(der, READER);
        if (isWhole(certificate, der)) {
            return certificate;
        }
        X509Certificate asItStands = Certificates.read(der)
                .filter(one -> isWhole(one, der))
                .orElseThrow(() ->
                        new MalformedException("certificate", 0, "other bytes than one X.509 certificate in DER"));
        asItStands.getPublicKey();
        return asItStands;
    }

    private static X509Certificate read(Bytes der, Provider reader) throws MalformedException {
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509", reader)
                    .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
            if (certificate == null) {
                throw new MalformedException("certificate", 0, "nothing; one X.509 certificate in DER expected");
            }
            certificate.getPublicKey();
            return certificate;
        } catch (GeneralSecurityException | RuntimeException refused) {
            // Bouncy Castle throws what its parsers happen to throw at hostile DER.
            throw new MalformedException(
                    "certificate", 0, Printable.name(String.valueOf(refused.getMessage())) + "; X.509 in DER expected");
        }
    }

    private static boolean isWhole(X509Certificate certificate, Bytes der) {
        return Certificates.der(certificate).equals(der);
    }
}
