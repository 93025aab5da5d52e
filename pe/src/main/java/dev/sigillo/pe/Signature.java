package dev.sigillo.pe;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One Authenticode signature: PKCS#7 SignedData over SpcIndirectDataContent (Windows Authenticode Portable Executable
 * Signature Format).
 *
 * @param digest the image hash that was signed
 * @param signer the certificate that the signer's issuer and serial number name
 * @param certificates all that came with it, the signer's among them, in the order of the file
 * @param flaw why the signer's key did not sign this content; empty if it did, which says nothing about who it is
 * @param timestamp when a time stamping authority or a countersigner says that it was signed; not verified here
 * @param nested signatures inside its unsigned attribute 1.3.6.1.4.1.311.2.4.1; firmware and shim do not look at them
 */
public record Signature(
        Digest digest,
        X509Certificate signer,
        List<X509Certificate> certificates,
        Optional<String> flaw,
        Optional<Instant> timestamp,
        List<Signature> nested) {

    public Signature {
        certificates = List.copyOf(certificates);
        nested = List.copyOf(nested);
    }

    /** Whether the signer's key signed this content. */
    public boolean intact() {
        return flaw.isEmpty();
    }

    /** Whether the signature is that of its signer, and over this image. */
    public boolean isIntact(PeImage image) {
        return intact() && isOver(image);
    }

    /** Whether the digest that was signed is this image's. */
    public boolean isOver(PeImage image) {
        return image.authenticode(digest.algorithm()).equals(digest);
    }

    static Signature parse(Bytes pkcs7) throws MalformedException {
        return SignatureParser.parse(pkcs7);
    }
}
