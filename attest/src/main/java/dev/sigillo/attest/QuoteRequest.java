package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import java.util.Optional;

/**
 * One question to a TPM: whose quote it must be, and what must stand in it.
 *
 * @param ak the key that must have signed
 * @param extraData what the TPM was given to sign along: a nonce, or a hash over it; if empty the nonce is not known, and
 *     no quote passes
 * @param nonce extraData in words, for the finding
 * @param asked the registers
 * @param sha1Allowed SHA-1 as bank and in signatures counts too: for old hardware, never for a decision of weight
 * @param neverSleeps the machine's TPM is only ever reset, so that restartCount is 0
 * @param endorsement the AK must be a primary key of the endorsement hierarchy, which its TPM's description proves
 * @param last what was kept of the last evidence that passed
 */
public record QuoteRequest(
        AttestationKey ak,
        Bytes extraData,
        String nonce,
        Asked asked,
        boolean sha1Allowed,
        boolean neverSleeps,
        boolean endorsement,
        Optional<Remembered> last) {

    /** Of any machine with a TPM, seen for the first time. */
    public static QuoteRequest of(AttestationKey ak, Bytes extraData, Asked asked) {
        return new QuoteRequest(ak, extraData, "the nonce", asked, false, false, false, Optional.empty());
    }

    /** The same, with SHA-1 allowed or not. */
    public QuoteRequest sha1(boolean allowed) {
        return new QuoteRequest(ak, extraData, nonce, asked, allowed, neverSleeps, endorsement, last);
    }

    /** The same, to be held against what is known of the machine. */
    public QuoteRequest after(Remembered earlier) {
        return new QuoteRequest(
                ak, extraData, nonce, asked, sha1Allowed, neverSleeps, endorsement, Optional.of(earlier));
    }

    /** Whether rule 14 can be asked: something is known of the TPM's identity. */
    boolean knowsIdentity() {
        return endorsement || last.isPresent();
    }
}
