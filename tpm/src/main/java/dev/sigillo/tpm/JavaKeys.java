package dev.sigillo.tpm;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;

/** From the TPM's form of a public key to Java's. */
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

    static ECParameterSpec parameters(EccCurve curve) throws GeneralSecurityException {
        AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
        named.init(new ECGenParameterSpec(curve.jcaName()));
        return named.getParameterSpec(ECParameterSpec.class);
    }
}
