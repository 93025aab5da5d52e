package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.security.PublicKey;
import java.util.Optional;

/**
 * A TPM's signature: TPM 2.0 Library, Part 2, 11.3.4 TPMT_SIGNATURE of RSASSA, RSAPSS or ECDSA.
 *
 * @param scheme what the signature says of itself; it chooses nothing
 * @param value PKCS#1's bytes for RSA, DER's SEQUENCE of r and s for ECDSA
 */
public record TpmSignature(SignatureScheme scheme, Bytes value) {

    private static final int MAX_RSA = 512;
    private static final int MAX_COORDINATE = 66;

    /** @throws MalformedException if bytes run out or are left over, or the algorithm is none of the three */
    public static TpmSignature parse(Bytes encoded) throws MalformedException {
        ByteReader in = new ByteReader(encoded);
        int id = in.u16be("sigAlg");
        SignatureScheme.Algorithm algorithm = null;
        for (SignatureScheme.Algorithm known : SignatureScheme.Algorithm.values()) {
            if (known.tpmId() == id) {
                algorithm = known;
            }
        }
        if (algorithm == null) {
            throw in.malformed("sigAlg", "0x" + Integer.toHexString(id) + ", RSASSA, RSAPSS or ECDSA expected");
        }
        int hashId = in.u16be("signature.hash");
        Optional<HashAlgorithm> hash = HashAlgorithm.fromTpmId(hashId);
        if (hash.isEmpty()) {
            throw in.malformed("signature.hash", "unknown hash algorithm 0x" + Integer.toHexString(hashId));
        }
        Bytes value;
        if (algorithm == SignatureScheme.Algorithm.ECDSA) {
            Bytes r = part(in, "signatureR", MAX_COORDINATE);
            value = Der.sequenceOfIntegers(r, part(in, "signatureS", MAX_COORDINATE));
        } else {
            value = part(in, "signature.sig", MAX_RSA);
        }
        in.requireEnd("TPMT_SIGNATURE");
        return new TpmSignature(new SignatureScheme(algorithm, hash.get()), value);
    }

    /**
     * A signature without the TPM's frame, put into the frame of a scheme that is known otherwise: {@code tpm2_quote -f
     * plain}, or a tool that keeps PKCS#1's bytes alone.
     *
     * @param plain PKCS#1's bytes for RSA; for ECDSA DER's SEQUENCE of r and s, or r and s as long as P-256's or P-384's
     *     coordinates
     * @return TPMT_SIGNATURE
     * @throws MalformedException if it is no such signature
     */
    public static Bytes frame(SignatureScheme scheme, Bytes plain) throws MalformedException {
        ByteWriter out = new ByteWriter()
                .u16be(scheme.algorithm().tpmId())
                .u16be(scheme.hash().tpmId());
        if (scheme.algorithm() != SignatureScheme.Algorithm.ECDSA) {
            if (plain.isEmpty() || plain.size() > MAX_RSA) {
                throw new MalformedException("signature", 0, plain.size() + " bytes, 1 to " + MAX_RSA + " expected");
            }
            return out.sized16be(plain).toBytes();
        }
        for (EccCurve curve : EccCurve.values()) {
            if (plain.size() == 2 * curve.size() && !Der.isSequenceOfIntegers(plain)) {
                return out.sized16be(plain.slice(0, curve.size()))
                        .sized16be(plain.slice(curve.size(), plain.size()))
                        .toBytes();
            }
        }
        for (Bytes integer : Der.twoIntegers(plain)) {
            out.sized16be(integer);
        }
        return out.toBytes();
    }

    private static Bytes part(ByteReader in, String field, int max) throws MalformedException {
        Bytes value = in.sized16be(field);
        if (value.isEmpty() || value.size() > max) {
            throw in.malformed(field, value.size() + " bytes, 1 to " + max + " expected");
        }
        return value;
    }

    /**
     * Whether the key made this signature over the message.
     *
     * @param expected the scheme and hash the key was enrolled with; a signature that says another is no signature
     */
    public boolean verify(PublicKey key, Bytes message, SignatureScheme expected) {
        return scheme.equals(expected) && SignatureCheck.holds(key, message, expected, value);
    }
}
