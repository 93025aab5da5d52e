package dev.sigillo.pki;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/** Textual encodings of RFC 7468: certificates, PKCS #8 keys, SubjectPublicKeyInfo and PKCS #10 requests. */
public final class Pem {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private Pem() {}

    /** One {@code CERTIFICATE} block. */
    public static String of(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException unencodable) {
            throw new PkiException(
                    "certificate of " + certificate.getSubjectX500Principal() + " cannot be encoded", unencodable);
        }
    }

    /** Several {@code CERTIFICATE} blocks in the given order. */
    public static String of(Collection<X509Certificate> certificates) {
        StringBuilder all = new StringBuilder();
        certificates.forEach(one -> all.append(of(one)));
        return all.toString();
    }

    /** A {@code PRIVATE KEY} block, PKCS #8 without encryption: only for files of mode 0600. */
    public static String of(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /** A {@code PUBLIC KEY} block: SubjectPublicKeyInfo. */
    public static String of(PublicKey key) {
        return block("PUBLIC KEY", key.getEncoded());
    }

    /** A {@code CERTIFICATE REQUEST} block around a DER-encoded PKCS #10 request. */
    public static String request(byte[] der) {
        return block("CERTIFICATE REQUEST", der);
    }

    /** The DER-encoded PKCS #10 request in the text's only {@code CERTIFICATE REQUEST} block. */
    public static byte[] requestDer(String pem) {
        List<byte[]> blocks = blocks("CERTIFICATE REQUEST", pem);
        if (blocks.size() != 1) {
            throw new PkiException(blocks.size() + " CERTIFICATE REQUEST blocks in a PEM text, not one");
        }
        return blocks.getFirst();
    }

    /** Every {@code CERTIFICATE} block of the text, in order; at least one. */
    public static List<X509Certificate> certificates(String pem) {
        List<X509Certificate> found = new ArrayList<>();
        for (byte[] der : blocks("CERTIFICATE", pem)) {
            found.add(certificate(der));
        }
        if (found.isEmpty()) {
            throw new PkiException("no CERTIFICATE block in a PEM text of " + pem.length() + " characters");
        }
        return List.copyOf(found);
    }

    /** One DER-encoded certificate: RFC 5280. */
    public static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException malformed) {
            throw new PkiException("malformed certificate of " + der.length + " bytes", malformed);
        }
    }

    /** The first {@code PRIVATE KEY} block, EC or RSA. */
    public static PrivateKey privateKey(String pem) {
        List<byte[]> blocks = blocks("PRIVATE KEY", pem);
        if (blocks.isEmpty()) {
            throw new PkiException("no PRIVATE KEY block (PKCS #8, unencrypted) in the PEM text");
        }
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(blocks.getFirst());
        for (String algorithm : List.of("EC", "RSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException _) {
                // The other algorithm may fit.
            }
        }
        throw new PkiException("the private key is neither EC nor RSA");
    }

    /** A DER-encoded SubjectPublicKeyInfo, EC or RSA. */
    public static PublicKey publicKey(byte[] spki) {
        for (String algorithm : List.of("EC", "RSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki));
            } catch (GeneralSecurityException _) {
                // The other algorithm may fit.
            }
        }
        throw new PkiException("a SubjectPublicKeyInfo of " + spki.length + " bytes is neither EC nor RSA");
    }

    private static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private static List<byte[]> blocks(String label, String pem) {
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        List<byte[]> found = new ArrayList<>();
        for (int at = pem.indexOf(begin); at >= 0; at = pem.indexOf(begin, at + 1)) {
            int stop = pem.indexOf(end, at);
            if (stop < 0) {
                throw new PkiException("a " + label + " block has no end line");
            }
            try {
                found.add(Base64.getMimeDecoder().decode(pem.substring(at + begin.length(), stop)));
            } catch (IllegalArgumentException malformed) {
                throw new PkiException("a " + label + " block is not Base64", malformed);
            }
        }
        return found;
    }
}
