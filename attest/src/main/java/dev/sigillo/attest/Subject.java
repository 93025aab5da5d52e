package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.tpm.TpmPublic;
import java.util.Optional;

/**
 * Whom the evidence must come from, and what was asked.
 *
 * @param machine the machine's id
 * @param ak the AK that proved by credential activation to live in this machine's vTPM
 * @param nonce issued for this machine, used once, at least 32 bytes
 * @param boundKeySpki SubjectPublicKeyInfo of the kubelet's key, bound to the quote by extraData
 * @param last what was kept of this machine's last passing evidence
 */
public record Subject(String machine, TpmPublic ak, Bytes nonce, Bytes boundKeySpki, Optional<Remembered> last) {

    /** A machine that has not passed before. */
    public static Subject first(String machine, TpmPublic ak, Bytes nonce, Bytes boundKeySpki) {
        return new Subject(machine, ak, nonce, boundKeySpki, Optional.empty());
    }
}
