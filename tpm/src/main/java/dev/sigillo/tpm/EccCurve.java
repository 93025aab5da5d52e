package dev.sigillo.tpm;

import java.math.BigInteger;
import java.security.spec.ECParameterSpec;
import java.util.Optional;

/** The NIST curves a key may be on: TCG Algorithm Registry, TPM_ECC_CURVE; parameters from FIPS 186-4, D.1.2. */
public enum EccCurve {
    P256(
            0x0003,
            "secp256r1",
            "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
            "5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B"),
    P384(
            0x0004,
            "secp384r1",
            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF",
            "B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF");

    private final int tpmId;
    private final String jcaName;
    private final BigInteger prime;
    private final BigInteger b;
    private final int size;

    EccCurve(int tpmId, String jcaName, String prime, String b) {
        this.tpmId = tpmId;
        this.jcaName = jcaName;
        this.prime = new BigInteger(prime, 16);
        this.b = new BigInteger(b, 16);
        this.size = prime.length() / 2;
    }

    public int tpmId() {
        return tpmId;
    }

    public String jcaName() {
        return jcaName;
    }

    /** Bytes in one coordinate. */
    public int size() {
        return size;
    }

    static Optional<EccCurve> fromTpmId(int id) {
        for (EccCurve curve : values()) {
            if (curve.tpmId == id) {
                return Optional.of(curve);
            }
        }
        return Optional.empty();
    }

    /** Whether these are the curve's domain parameters, generator and order among them, whatever they are called. */
    boolean is(ECParameterSpec parameters) {
        ECParameterSpec own = JavaKeys.parameters(this);
        return parameters.getCurve().equals(own.getCurve())
                && parameters.getGenerator().equals(own.getGenerator())
                && parameters.getOrder().equals(own.getOrder())
                && parameters.getCofactor() == own.getCofactor();
    }

    /** y² = x³ - 3x + b modulo the prime, both coordinates reduced; these curves have no other subgroup to fear. */
    boolean holds(BigInteger x, BigInteger y) {
        return isReduced(x) && isReduced(y) && y.multiply(y).mod(prime).equals(rightSide(x));
    }

    private BigInteger rightSide(BigInteger x) {
        return x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(b).mod(prime);
    }

    private boolean isReduced(BigInteger coordinate) {
        return coordinate.signum() >= 0 && coordinate.compareTo(prime) < 0;
    }
}
