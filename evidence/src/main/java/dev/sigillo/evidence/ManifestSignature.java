package dev.sigillo.evidence;

import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** The detached signature beside a manifest's file: ECDSA P-256 with SHA-256 in DER, over the file's bytes. */
public final class ManifestSignature {

    private static final String ALGORITHM = "SHA256withECDSA";

    private ManifestSignature() {}

    /** @throws GeneralSecurityException if the key is not an EC key */
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

    /** Reads a manifest only if its signature holds. */
    public static ReferenceManifest read(Bytes file, Bytes signature, PublicKey key) throws MalformedException {
        if (!holds(file, signature, key)) {
            throw new MalformedException(
                    "signature", 0, "the reference manifest is not signed by the image builder's key; build it again");
        }
        return ManifestJson.read(file.utf8());
    }
}
