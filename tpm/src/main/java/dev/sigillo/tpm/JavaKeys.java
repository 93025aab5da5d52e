package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;

/** From the TPM's form of a public key to Java's, and of its numbers back. */
final class JavaKeys {

    private JavaKeys() {}

    static PublicKey of(KeyParameters key) {
        try {
            return switch (key) {
                case KeyParameters.Rsa rsa ->
                    SignatureProvider.keys("RSA")
                            .generatePublic(new RSAPublicKeySpec(rsa.modulus(), BigInteger.valueOf(rsa.exponent())));
                case KeyParameters.Ecc ecc ->
                    SignatureProvider.keys("EC")
                            .generatePublic(
                                    new ECPublicKeySpec(new ECPoint(ecc.x(), ecc.y()), parameters(ecc.curve())));
            };
        } catch (GeneralSecurityException refused) {
            // The parser let through only keys of a shape that the JDK's own providers take.
            throw new IllegalStateException("this Java runtime takes no such key: " + refused.getMessage(), refused);
        }
    }

    static ECParameterSpec parameters(EccCurve curve) {
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(curve.jcaName()));
            return named.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("this Java runtime has no " + curve + ": " + refused.getMessage(), refused);
        }
    }

    /** A number as the TPM writes it: big-endian, zeros in front up to the size. */
    static Bytes unsigned(BigInteger value, int size) {
        byte[] bytes = value.toByteArray(); // one more for the sign where the highest bit is set
        return Bytes.concat(Bytes.zeros(size), Bytes.of(bytes)).slice(bytes.length, bytes.length + size);
    }
}
