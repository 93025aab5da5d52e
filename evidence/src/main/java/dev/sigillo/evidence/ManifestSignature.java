package dev.sigillo.evidence;

import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/**
 * The detached signature beside a manifest's file, over the file's bytes: ECDSA with SHA-256 in DER for an EC key, Ed25519
 * (RFC 8032, 64 bytes) for an Edwards key. The key chooses, never the file.
 */
public final class ManifestSignature {

    private ManifestSignature() {}

    /** @throws GeneralSecurityException if the key is of another kind */
    public static Bytes sign(Bytes file, PrivateKey key) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(algorithm(key));
        signer.initSign(key);
        signer.update(file.toByteArray());
        return Bytes.of(signer.sign());
    }

    /** Whether the key signed exactly these bytes; an unreadable signature or key of another kind is no signature. */
    public static boolean holds(Bytes file, Bytes signature, PublicKey key) {
        try {
            Signature verifier = Signature.getInstance(algorithm(key));
            verifier.initVerify(key);
            verifier.update(file.toByteArray());
            return verifier.verify(signature.toByteArray());
        } catch (GeneralSecurityException unusable) {
            return false;
        }
    }

    private static String algorithm(Key key) {
        return key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "Ed25519";
    }

    /** Reads a manifest only if its signature holds. */
    public static ReferenceManifest read(Bytes file, Bytes signature, PublicKey key) throws MalformedException {
        if (!holds(file, signature, key)) {
            throw new MalformedException(
                    "signature", 0, "the reference manifest is not signed by the image builder's key; build it again");
        }
        return ManifestJson.read(file.utf8());
    }
}
