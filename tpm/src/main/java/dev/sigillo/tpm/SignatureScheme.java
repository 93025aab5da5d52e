package dev.sigillo.tpm;

import dev.sigillo.bytes.HashAlgorithm;
import java.util.Optional;

/**
 * How a key signs: TPM 2.0 Library, Part 2, 11.2.1.5 TPMT_SIG_SCHEME with a hash.
 *
 * @param hash also the hash of a quote's pcrDigest
 */
public record SignatureScheme(Algorithm algorithm, HashAlgorithm hash) {

    /** TPM_ALG_ID of the schemes that attestation keys use. */
    public enum Algorithm {
        RSASSA(0x0014),
        RSAPSS(0x0016),
        ECDSA(0x0018);

        private final int tpmId;

        Algorithm(int tpmId) {
            this.tpmId = tpmId;
        }

        public int tpmId() {
            return tpmId;
        }
    }

    /**
     * A scheme as people write it: {@code rsassa-sha256}, {@code rsapss-sha384}, {@code ecdsa-sha256}.
     *
     * @throws IllegalArgumentException saying what would be right
     */
    public static SignatureScheme parseText(String text) {
        String[] words = text.split("-", 2);
        Optional<HashAlgorithm> hash = HashAlgorithm.fromText(words[words.length - 1]);
        for (Algorithm algorithm : Algorithm.values()) {
            if (algorithm.name().equalsIgnoreCase(words[0]) && hash.isPresent()) {
                return new SignatureScheme(algorithm, hash.get());
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is no scheme: rsassa, rsapss or ecdsa, then -sha256, -sha384 or -sha512 expected");
    }

    @Override
    public String toString() {
        return algorithm + " with " + hash;
    }
}
