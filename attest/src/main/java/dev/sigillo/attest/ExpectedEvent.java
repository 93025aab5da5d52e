package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;

/**
 * One event that an honest boot measures.
 *
 * @param type TCG name, such as {@code EV_EFI_ACTION}; unmeasured, so only held against the log's own claim
 * @param digest SHA-256
 * @param component what it measures, in words a person knows; see {@link Components}
 * @param origin how the digest is known
 */
public record ExpectedEvent(String type, Digest digest, String component, Origin origin) {

    /** @throws IllegalArgumentException if the digest is of another algorithm: no other bank is quoted */
    public ExpectedEvent {
        if (digest.algorithm() != HashAlgorithm.SHA256) {
            throw new IllegalArgumentException(component + ": " + digest.algorithm() + ", SHA-256 expected");
        }
    }
}
