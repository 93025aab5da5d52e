package dev.sigillo.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;

/** Fresh asymmetric keys from the platform's strong source of randomness. */
public final class KeyPairs {

    private KeyPairs() {}

    /** ECDSA or ECDH over NIST P-256: what all of Sigillo's own certificates use. */
    public static KeyPair ecP256() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new PkiException("this Java runtime cannot make P-256 keys", absent);
        }
    }

    /** RSA with public exponent 65537; {@code bits} is 2048 or more. */
    public static KeyPair rsa(int bits) {
        if (bits < 2048) {
            throw new PkiException("an RSA key of " + bits + " bits is too weak: use 2048 or more");
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new PkiException("this Java runtime cannot make RSA keys", absent);
        }
    }

    /** The JCA name of the signature that this key makes with SHA-256. */
    static String signatureAlgorithm(PrivateKey key) {
        return switch (key) {
            case ECPrivateKey _ -> "SHA256withECDSA";
            case RSAPrivateCrtKey _ -> "SHA256withRSA";
            default ->
                throw new PkiException(
                        "no signature algorithm for a key of type " + key.getAlgorithm() + ": use EC P-256 or RSA");
        };
    }
}
