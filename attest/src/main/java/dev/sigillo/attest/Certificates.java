package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** X.509 as firmware and shim take it: who issued whom, without regard to time (RFC 5280 4.2.1.9 for authorities). */
public final class Certificates {

    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final int KEY_CERT_SIGN = 5;

    /** Red Hat's "kernel module signing only": shim takes no such certificate from a list. */
    private static final String MODULE_SIGNING = "1.3.6.1.4.1.2312.16.1.2";

    /** Bytes in a certificate that is read: those in use have under 3,000, and Java's reader takes fifteen times the size. */
    public static final int MAX_SIZE = 32 << 10;

    private Certificates() {}

    /**
     * The JDK's reading of one certificate, DER or PEM; nothing if it is none, or larger than {@link #MAX_SIZE}. What follows
     * it is not looked at.
     */
    public static Optional<X509Certificate> read(Bytes der) {
        if (der.size() > MAX_SIZE) {
            return Optional.empty();
        }
        try {
            return Optional.of((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toByteArray())));
        } catch (CertificateException | RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    static Bytes der(X509Certificate certificate) {
        try {
            return Bytes.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }

    static Optional<Bytes> tbs(X509Certificate certificate) {
        try {
            return Optional.of(Bytes.of(certificate.getTBSCertificate()));
        } catch (CertificateEncodingException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Whether the issuer's key signed the subject, and the issuer may: it is an authority, for so many below it.
     *
     * @param below how many authorities stand between the issuer and the signer
     */
    static boolean issued(X509Certificate issuer, X509Certificate subject, int below) {
        if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal()) || !mayIssue(issuer, below)) {
            return false;
        }
        try {
            subject.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private static boolean mayIssue(X509Certificate issuer, int below) {
        boolean[] usage = issuer.getKeyUsage();
        if (usage != null && !usage[KEY_CERT_SIGN]) {
            return false;
        }
        if (issuer.getBasicConstraints() >= 0) {
            return issuer.getBasicConstraints() >= below;
        }
        // Without the extension: old roots of version 1, or a key usage that says so.
        return issuer.getExtensionValue(BASIC_CONSTRAINTS) == null
                && (usage != null
                        || (issuer.getVersion() == 1
                                && issuer.getSubjectX500Principal().equals(issuer.getIssuerX500Principal())));
    }

    static boolean isForModulesOnly(X509Certificate certificate) {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return usages != null && usages.contains(MODULE_SIGNING);
        } catch (CertificateException unreadable) {
            return false;
        }
    }
}
