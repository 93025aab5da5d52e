package dev.sigillo.enrolment;

import dev.sigillo.attest.Finding;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.tpm.TpmPublic;
import java.time.Instant;
import java.util.List;

/** What the server asked of one machine and has not been answered yet. */
sealed interface Session {
    String id();

    String machine();

    String clusterId();

    Instant expires();

    /**
     * Of a machine with a vTPM.
     *
     * @param secret what only the TPM that holds both EK and AK can decrypt
     * @param nonce what the quote must carry
     * @param others findings on EK and AK, made when the challenge was given
     */
    record Challenge(
            String id,
            String machine,
            String clusterId,
            Instant expires,
            Bytes ekCertificate,
            Bytes ekPublic,
            TpmPublic ak,
            Bytes secret,
            Bytes nonce,
            List<Finding> others)
            implements Session {}

    /** Of a machine without a vTPM, which showed its join token. */
    record ByToken(String id, String machine, String clusterId, Instant expires, String token) implements Session {}
}
