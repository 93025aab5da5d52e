package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** Signature verification by {@link SignatureProvider}. A provider that refuses the input has not verified it. */
final class SignatureCheck {

    private SignatureCheck() {}

    static boolean holds(PublicKey key, Bytes message, SignatureScheme scheme, Bytes value) {
        if (scheme.hash() == HashAlgorithm.SM3_256) {
            return false;
        }
        try {
            return switch (scheme.algorithm()) {
                case RSASSA -> key instanceof RSAPublicKey && plain("RSA", key, message, scheme, value);
                case ECDSA -> key instanceof ECPublicKey && plain("ECDSA", key, message, scheme, value);
                case RSAPSS -> key instanceof RSAPublicKey rsa && pss(rsa, message, scheme, value);
            };
        } catch (GeneralSecurityException | RuntimeException refused) {
            return false;
        }
    }

    private static boolean plain(String kind, PublicKey key, Bytes message, SignatureScheme scheme, Bytes value)
            throws GeneralSecurityException {
        Signature verifier = SignatureProvider.signature(scheme.hash().jcaName().replace("-", "") + "with" + kind);
        return verified(verifier, key, message, value);
    }

    /** The salt is as long as the hash (FIPS 186-4) or as long as fits (TPM 2.0 Library, Part 1, B.7): both are met. */
    private static boolean pss(RSAPublicKey key, Bytes message, SignatureScheme scheme, Bytes value)
            throws GeneralSecurityException {
        int hashSize = scheme.hash().size();
        int most = (key.getModulus().bitLength() + 6) / 8 - hashSize - 2;
        return pss(key, message, scheme, value, hashSize) || pss(key, message, scheme, value, most);
    }

    private static boolean pss(RSAPublicKey key, Bytes message, SignatureScheme scheme, Bytes value, int salt)
            throws GeneralSecurityException {
        String hash = scheme.hash().jcaName();
        Signature verifier = SignatureProvider.signature("RSASSA-PSS");
        verifier.setParameter(new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1));
        return verified(verifier, key, message, value);
    }

    private static boolean verified(Signature verifier, PublicKey key, Bytes message, Bytes value)
            throws GeneralSecurityException {
        verifier.initVerify(key);
        verifier.update(message.toByteArray());
        return verifier.verify(value.toByteArray());
    }
}
