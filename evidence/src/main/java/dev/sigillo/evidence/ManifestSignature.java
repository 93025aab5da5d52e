package dev.sigillo.evidence;

import dev.sigillo.bytes.Bytes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/**
 * The detached signature over a manifest's bytes, or over those of a file that holds its hash: Ed25519, 64 raw bytes (RFC
 * 8032). The key must come from elsewhere than the file: one that lies beside it vouches for nothing.
 */
public final class ManifestSignature {

    /** As the JDK's KeyFactory and KeyPairGenerator name it. */
    public static final String ALGORITHM = "Ed25519";

    private ManifestSignature() {}

    /** @throws GeneralSecurityException if the key is of another kind */
    public static Bytes sign(Bytes file, PrivateKey key) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(ALGORITHM);
        signer.initSign(key);
        signer.update(file.toByteArray());
        return Bytes.of(signer.sign());
    }

    /** Whether the key signed exactly these bytes; an unreadable signature or key of another kind is no signature. */
    public static boolean holds(Bytes file, Bytes signature, PublicKey key) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(file.toByteArray());
            return verifier.verify(signature.toByteArray());
        } catch (GeneralSecurityException unusable) {
            return false;
        }
    }
}
