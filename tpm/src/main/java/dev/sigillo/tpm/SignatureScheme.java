package dev.sigillo.tpm;

import dev.sigillo.bytes.HashAlgorithm;

/**
 * How a key signs: TPM 2.0 Library, Part 2, TPMT_SIG_SCHEME with a hash.
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

    @Override
    public String toString() {
        return algorithm + " with " + hash;
    }
}
