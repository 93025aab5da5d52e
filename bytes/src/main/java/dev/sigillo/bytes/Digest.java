package dev.sigillo.bytes;

/**
 * A hash value that knows its algorithm: TPM 2.0 Library, Part 2, TPMT_HA.
 *
 * @param value exactly {@code algorithm.size()} bytes
 */
public record Digest(HashAlgorithm algorithm, Bytes value) {

    /** @throws IllegalArgumentException if the size is not the algorithm's */
    public Digest {
        if (value.size() != algorithm.size()) {
            throw new IllegalArgumentException(
                    algorithm.jcaName() + " has " + algorithm.size() + " bytes, not " + value.size());
        }
    }

    /** The SHA-256 of the parts, one after the other. */
    public static Digest sha256(byte[]... parts) {
        Bytes[] views = new Bytes[parts.length];
        for (int i = 0; i < parts.length; i++) {
            views[i] = Bytes.of(parts[i]);
        }
        return of(HashAlgorithm.SHA256, views);
    }

    /** The hash of the parts, one after the other. */
    public static Digest of(HashAlgorithm algorithm, Bytes... parts) {
        return new Digest(algorithm, algorithm.hash(parts));
    }

    /** @throws IllegalArgumentException if the text is not hexadecimal of the algorithm's size */
    public static Digest fromHex(HashAlgorithm algorithm, String hex) {
        return new Digest(algorithm, Bytes.fromHex(hex));
    }

    /** All bytes zero: what PCR 0-16 and 23 hold after a TPM Reset. */
    public static Digest zero(HashAlgorithm algorithm) {
        return new Digest(algorithm, Bytes.zeros(algorithm.size()));
    }

    /** TPM2_PCR_Extend: H(this ‖ measured). */
    public Digest extend(Digest measured) {
        if (measured.algorithm != algorithm) {
            throw new IllegalArgumentException(
                    "a " + algorithm.jcaName() + " register cannot take a " + measured.algorithm.jcaName() + " digest");
        }
        return of(algorithm, value, measured.value);
    }

    public String hex() {
        return value.hex();
    }

    /** {@code sha256:} and the hexadecimal value. */
    @Override
    public String toString() {
        return algorithm.text() + ":" + hex();
    }
}
