package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.math.BigInteger;
import java.util.Optional;

/** TPM 2.0 Library, Part 2, 12.2.4 TPMT_PUBLIC: u16 type, u16 nameAlg, u32 objectAttributes, TPM2B authPolicy, parameters. */
final class PublicParser {

    private static final int RSA = 0x0001;
    private static final int ECC = 0x0023;
    private static final int RSAES = 0x0015;
    private static final int OAEP = 0x0017;
    private static final int ECDH = 0x0019;
    private static final int ECDAA = 0x001A;
    private static final int SM2 = 0x001B;
    private static final int ECSCHNORR = 0x001C;
    private static final int ECMQV = 0x001D;
    private static final int DEFAULT_EXPONENT = 65537;
    private static final int MAX_KEY_BITS = 4096;

    private PublicParser() {}

    static TpmPublic parse(Bytes encoded) throws MalformedException {
        ByteReader in = new ByteReader(encoded);
        int type = in.u16be("type");
        if (type != RSA && type != ECC) {
            throw in.malformed("type", hex(type) + ", RSA (0x1) or ECC (0x23) expected");
        }
        HashAlgorithm nameAlgorithm = hash(in, "nameAlg");
        int attributes = (int) in.u32be("objectAttributes");
        Bytes authPolicy = in.sized16be("authPolicy");
        Optional<SymmetricDefinition> symmetric = SymmetricDefinition.read(in);
        Optional<SignatureScheme> scheme = scheme(in);
        KeyParameters key = type == RSA ? rsa(in) : ecc(in);
        in.requireEnd("TPMT_PUBLIC");
        return new TpmPublic(encoded, nameAlgorithm, attributes, authPolicy, symmetric, scheme, key);
    }

    private static Optional<SignatureScheme> scheme(ByteReader in) throws MalformedException {
        int id = in.u16be("scheme");
        if (id == TpmPublic.NULL || id == RSAES) {
            return Optional.empty();
        }
        HashAlgorithm hash = hash(in, "scheme.hashAlg");
        for (SignatureScheme.Algorithm algorithm : SignatureScheme.Algorithm.values()) {
            if (algorithm.tpmId() == id) {
                return Optional.of(new SignatureScheme(algorithm, hash));
            }
        }
        switch (id) {
            case ECDAA -> in.u16be("scheme.count");
            case OAEP, ECDH, SM2, ECSCHNORR, ECMQV -> {} // the hash was all
            default -> throw in.malformed("scheme", hex(id) + " is not a scheme of an RSA or ECC key");
        }
        return Optional.empty();
    }

    private static KeyParameters rsa(ByteReader in) throws MalformedException {
        int keyBits = in.u16be("keyBits");
        long exponent = in.u32be("exponent");
        Bytes modulus = in.sized16be("unique.rsa");
        if (keyBits < 1024 || keyBits > MAX_KEY_BITS || keyBits % 8 != 0) {
            throw in.malformed("keyBits", keyBits + ", 1024 to 4096 expected");
        }
        BigInteger n = new BigInteger(1, modulus.toByteArray());
        if (modulus.size() != keyBits / 8 || n.bitLength() != keyBits || !n.testBit(0)) {
            throw in.malformed(
                    "unique.rsa",
                    modulus.size() + " bytes with " + n.bitLength() + " bits, an odd modulus of " + keyBits
                            + " bits expected");
        }
        if (exponent != 0 && (exponent < 3 || exponent % 2 == 0)) {
            throw in.malformed("exponent", exponent + ", 0 (for 65537) or an odd number from 3 expected");
        }
        return new KeyParameters.Rsa(keyBits, exponent == 0 ? DEFAULT_EXPONENT : exponent, n);
    }

    private static KeyParameters ecc(ByteReader in) throws MalformedException {
        int id = in.u16be("curveID");
        Optional<EccCurve> curve = EccCurve.fromTpmId(id);
        if (curve.isEmpty()) {
            throw in.malformed("curveID", hex(id) + ", P-256 (0x3) or P-384 (0x4) expected");
        }
        if (in.u16be("kdf") != TpmPublic.NULL) {
            in.u16be("kdf.hashAlg");
        }
        return point(in, curve.get());
    }

    /** TPMS_ECC_POINT. */
    static KeyParameters.Ecc point(ByteReader in, EccCurve curve) throws MalformedException {
        BigInteger x = coordinate(in, "unique.ecc.x", curve);
        BigInteger y = coordinate(in, "unique.ecc.y", curve);
        if (!curve.holds(x, y)) {
            throw in.malformed("unique.ecc", "the point is not on " + curve);
        }
        return new KeyParameters.Ecc(curve, x, y);
    }

    private static BigInteger coordinate(ByteReader in, String field, EccCurve curve) throws MalformedException {
        Bytes value = in.sized16be(field);
        if (value.size() > curve.size()) {
            throw in.malformed(field, value.size() + " bytes, at most " + curve.size() + " expected");
        }
        return new BigInteger(1, value.toByteArray());
    }

    private static HashAlgorithm hash(ByteReader in, String field) throws MalformedException {
        int id = in.u16be(field);
        Optional<HashAlgorithm> hash = HashAlgorithm.fromTpmId(id);
        if (hash.isEmpty()) {
            throw in.malformed(field, "unknown hash algorithm " + hex(id));
        }
        return hash.get();
    }

    private static String hex(int id) {
        return "0x" + Integer.toHexString(id);
    }
}
