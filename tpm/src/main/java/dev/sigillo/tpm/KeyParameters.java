package dev.sigillo.tpm;

import java.math.BigInteger;

/** The public half of a key: TPM 2.0 Library, Part 2, TPMS_RSA_PARMS or TPMS_ECC_PARMS with TPMU_PUBLIC_ID. */
public sealed interface KeyParameters {

    /**
     * @param keyBits as declared, and equal to the modulus' length
     * @param exponent 65537 where the structure says 0
     */
    record Rsa(int keyBits, long exponent, BigInteger modulus) implements KeyParameters {}

    /** A point that is on the curve. */
    record Ecc(EccCurve curve, BigInteger x, BigInteger y) implements KeyParameters {}
}
