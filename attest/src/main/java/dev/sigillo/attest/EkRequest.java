package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an EK certificate is held against.
 *
 * @param roots certificates that are trusted as they stand, DER; one that is no CA's is passed over
 * @param intermediates certificates that may stand between, DER; nothing rests on them but a path
 * @param usageRequired whether extended key usage 2.23.133.8.1 must be there; Google's pca_* CAs leave it out. Where it is
 *     there, it must be that one in any case
 * @param ek the key that the certificate must name; a TPM's description must be that of an EK
 * @param sha1Allowed whether signatures with SHA-1 may stand in the path
 * @param at when every certificate of the path must be valid
 */
public record EkRequest(
        List<Bytes> roots,
        List<Bytes> intermediates,
        boolean usageRequired,
        Optional<EvidenceKey> ek,
        boolean sha1Allowed,
        Instant at) {

    public EkRequest {
        roots = List.copyOf(roots);
        intermediates = List.copyOf(intermediates);
    }
}
