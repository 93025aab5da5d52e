package dev.sigillo.enrolment;

import dev.sigillo.attest.Finding;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.tpm.TpmPublic;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the server asked of one machine and has not been answered yet.
 *
 * @param challenge present for a machine with a vTPM
 * @param token present for one without
 */
record Session(
        String id,
        String machine,
        String clusterId,
        Instant expires,
        Optional<Challenge> challenge,
        Optional<String> token) {

    /**
     * The TPM's part.
     *
     * @param secret what only the TPM that holds both EK and AK can decrypt
     * @param nonce what the quote must carry
     * @param others findings on EK and AK, made when the challenge was given
     */
    record Challenge(
            Bytes ekCertificate, Bytes ekPublic, TpmPublic ak, Bytes secret, Bytes nonce, List<Finding> others) {}
}
