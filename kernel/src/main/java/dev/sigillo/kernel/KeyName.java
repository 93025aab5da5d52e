package dev.sigillo.kernel;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

/**
 * How a signature names its key, RFC 5652 SignerIdentifier: as issuer and serial number of a certificate, or as
 * subjectKeyIdentifier.
 *
 * @param issuer DER of the name; empty with a key identifier
 * @param serial of the certificate; empty with a key identifier
 * @param keyIdentifier empty with issuer and serial number
 */
record KeyName(Bytes issuer, Bytes serial, Bytes keyIdentifier) {
    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";

    static KeyName ofKeyIdentifier(Bytes keyIdentifier) {
        return new KeyName(Bytes.empty(), Bytes.empty(), keyIdentifier);
    }

    static KeyName of(IssuerAndSerialNumber name) throws IOException {
        return new KeyName(
                Bytes.of(name.getName().getEncoded("DER")),
                serial(name.getSerialNumber().getValue()),
                Bytes.empty());
    }

    static KeyName ofIssuer(X509Certificate certificate) {
        return new KeyName(
                Bytes.of(certificate.getIssuerX500Principal().getEncoded()),
                serial(certificate.getSerialNumber()),
                Bytes.empty());
    }

    /** Nothing when the certificate has none. */
    static Optional<KeyName> ofKeyIdentifier(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(SUBJECT_KEY_IDENTIFIER);
        if (extension == null) {
            return Optional.empty();
        }
        try {
            byte[] inner =
                    org.bouncycastle.asn1.ASN1OctetString.getInstance(extension).getOctets();
            return Optional.of(ofKeyIdentifier(
                    Bytes.of(SubjectKeyIdentifier.getInstance(inner).getKeyIdentifier())));
        } catch (RuntimeException malformed) {
            return Optional.empty();
        }
    }

    private static Bytes serial(BigInteger number) {
        return Bytes.of(number.toByteArray());
    }

    /** For people; the text comes from a file and is not made printable here. */
    String shown() {
        if (issuer.isEmpty()) {
            return "key " + keyIdentifier.hex();
        }
        try {
            return new X500Principal(issuer.toByteArray()).getName(X500Principal.RFC2253) + ", serial " + serial.hex();
        } catch (IllegalArgumentException unreadable) {
            return "an issuer that cannot be read, serial " + serial.hex();
        }
    }
}
