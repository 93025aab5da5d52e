package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/**
 * A key that signs files for IMA, as a certificate or a bare public key names it. It is trusted for itself: who issued its
 * certificate, and until when, does not count, since the kernel asks neither once a key is in its keyring.
 *
 * @param name the certificate's subject, or that it is a bare key
 * @param ids the key ids by which a signature may name it: the last four bytes of the certificate's SubjectKeyIdentifier,
 *     and of SHA-1 over the public key (RFC 5280 4.2.1.2, method 1)
 */
public record ImaKey(PublicKey key, String name, List<Bytes> ids) {

    /** Bytes in a file of keys. */
    public static final int MAX_SIZE = 1 << 20;

    private static final int SEQUENCE = 0x30;
    private static final int RSA_MIN = 2048;
    private static final Set<Integer> FIELDS = Set.of(256, 384, 521);

    public ImaKey {
        ids = List.copyOf(ids);
    }

    /**
     * Every key of a file: certificates and public keys, PEM or DER.
     *
     * @throws MalformedException if it holds none, anything else, or a key that is too weak: RSA of 2048 bits and more, or
     *     ECDSA on P-256, P-384 or P-521 expected
     */
    public static List<ImaKey> read(Bytes file) throws MalformedException {
        List<ImaKey> keys = new ArrayList<>();
        if (!Pem.isIn(file)) {
            keys.add(der(file));
            return keys;
        }
        for (Pem.Block block : Pem.read(file)) {
            switch (block.label()) {
                case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PUBLIC KEY" ->
                    keys.add(der(block.der()));
                case "EC PARAMETERS" -> {} // OpenSSL's companion of a key
                default ->
                    throw new MalformedException(
                            "PEM",
                            0,
                            "a block " + Printable.name(block.label()) + "; CERTIFICATE or PUBLIC KEY expected");
            }
        }
        if (keys.isEmpty()) {
            throw new MalformedException("PEM", 0, "no key; CERTIFICATE or PUBLIC KEY expected");
        }
        return keys;
    }

    private static ImaKey der(Bytes der) throws MalformedException {
        if (der.isEmpty() || der.at(0) != SEQUENCE) {
            throw new MalformedException("key", 0, "neither a certificate nor a public key, in PEM or DER");
        }
        if (der.size() > Certificates.MAX_SIZE) {
            throw new MalformedException(
                    "key", 0, der.size() + " bytes, at most " + Certificates.MAX_SIZE + " expected");
        }
        Optional<PublicKey> bare = EvidenceKey.read(der);
        if (bare.isPresent()) {
            return of(bare.get(), "public key", Optional.empty());
        }
        X509Certificate certificate = Certificates.read(
                        CertificateFile.read(der).certificate())
                .orElseThrow(() -> new MalformedException("key", 0, "no certificate or public key that can be read"));
        return of(
                certificate.getPublicKey(),
                Printable.name(CertificateName.of(certificate.getSubjectX500Principal())),
                Optional.of(certificate));
    }

    private static ImaKey of(PublicKey key, String name, Optional<X509Certificate> certificate)
            throws MalformedException {
        boolean strong = switch (key) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= RSA_MIN;
            case ECPublicKey ec ->
                FIELDS.contains(ec.getParams().getCurve().getField().getFieldSize());
            default -> false;
        };
        if (!strong) {
            String size =
                    key instanceof RSAPublicKey rsa ? " of " + rsa.getModulus().bitLength() + " bits" : "";
            throw new MalformedException(
                    "key",
                    0,
                    Printable.name(key.getAlgorithm()) + size
                            + "; RSA of 2048 bits or more, or ECDSA on P-256, P-384 or P-521 expected");
        }
        Set<Bytes> ids = new LinkedHashSet<>();
        try {
            SubjectPublicKeyInfo spki = SubjectPublicKeyInfo.getInstance(key.getEncoded());
            Bytes bits = Bytes.of(spki.getPublicKeyData().getBytes());
            ids.add(HashAlgorithm.SHA1.hash(bits).slice(16, 20));
            if (certificate.isPresent()) {
                SubjectKeyIdentifier identifier = SubjectKeyIdentifier.fromExtensions(
                        new JcaX509CertificateHolder(certificate.get()).getExtensions());
                Bytes id = identifier == null ? Bytes.empty() : Bytes.of(identifier.getKeyIdentifier());
                if (id.size() >= 4) {
                    ids.add(id.slice(id.size() - 4, id.size()));
                }
            }
        } catch (GeneralSecurityException | RuntimeException odd) {
            throw new MalformedException("key", 0, "a certificate or public key that cannot be read");
        }
        return new ImaKey(key, name, List.copyOf(ids));
    }

    /** What it is called in a finding: its name and key id. */
    String text() {
        return name + " (key id " + ids.getFirst().hex() + ")";
    }

    /** Whether this key signed the digest. */
    boolean signed(HashAlgorithm hash, Bytes digest, Bytes signature) {
        return DigestSignature.holds(key, hash, digest, signature);
    }
}
