package dev.sigillo.tpm;

import dev.sigillo.bytes.MalformedException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/** The public half of a key: TPM 2.0 Library, Part 2, 12.2.3.5 TPMS_RSA_PARMS or 12.2.3.6 TPMS_ECC_PARMS with 12.2.3.2 TPMU_PUBLIC_ID. */
public sealed interface KeyParameters {

    /**
     * @param keyBits as declared, and equal to the modulus' length
     * @param exponent 65537 where the structure says 0
     */
    record Rsa(int keyBits, long exponent, BigInteger modulus) implements KeyParameters {}

    /** A point that is on the curve. */
    record Ecc(EccCurve curve, BigInteger x, BigInteger y) implements KeyParameters {}

    /** The key for Java's providers. */
    default PublicKey publicKey() {
        return JavaKeys.of(this);
    }

    /**
     * The parameters of a key that came as a SubjectPublicKeyInfo or in a certificate.
     *
     * @throws MalformedException if it is neither RSA nor a point on P-256 or P-384
     */
    static KeyParameters of(PublicKey key) throws MalformedException {
        if (key instanceof RSAPublicKey rsa) {
            BigInteger exponent = rsa.getPublicExponent();
            if (exponent.bitLength() > 32) {
                throw new MalformedException("exponent", 0, exponent.bitLength() + " bits, at most 32 expected");
            }
            return new Rsa(rsa.getModulus().bitLength(), exponent.longValueExact(), rsa.getModulus());
        }
        if (key instanceof ECPublicKey ecc) {
            for (EccCurve curve : EccCurve.values()) {
                if (curve.is(ecc.getParams())) {
                    BigInteger x = ecc.getW().getAffineX();
                    BigInteger y = ecc.getW().getAffineY();
                    if (!curve.holds(x, y)) {
                        throw new MalformedException("key", 0, "the point is not on " + curve);
                    }
                    return new Ecc(curve, x, y);
                }
            }
            throw new MalformedException(
                    "key",
                    0,
                    "a curve of " + ecc.getParams().getCurve().getField().getFieldSize()
                            + " bits that is neither P-256 nor P-384");
        }
        throw new MalformedException("key", 0, key.getAlgorithm() + ", RSA, P-256 or P-384 expected");
    }
}
