package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;

/**
 * What the operating system extends one PCR with, once, and no log tells of: the verifier must know the digest by itself.
 *
 * @param pcr 11, 12, 13 or 15: the others have a log
 * @param component what it measures, in words a person knows; see {@link Components}
 * @param digest SHA-256
 */
public record Extension(int pcr, String component, Digest digest) {

    /** @throws IllegalArgumentException if it is another PCR, or a digest of another algorithm */
    public Extension {
        if (!Pcrs.hasNoLog(pcr) || digest.algorithm() != HashAlgorithm.SHA256) {
            throw new IllegalArgumentException(
                    "PCR " + pcr + " by " + digest + ": a SHA-256 digest for PCR 11, 12, 13 or 15 expected");
        }
    }

    /** What the register then holds. */
    Digest value() {
        return Digest.zero(HashAlgorithm.SHA256).extend(digest);
    }
}
