package dev.sigillo.attest;

import dev.sigillo.pe.Signature;
import java.util.Optional;

/**
 * One entry of an image's certificate table, read.
 *
 * @param index its place, from 0
 * @param signature what it holds; empty if it could not be read
 * @param flaw why it cannot count, whoever the signer is; empty if it can
 * @param pkcs7 whether it is of the type that shim reads (0x0002); the firmware also reads EFI_GUID entries
 */
public record ImageSigner(int index, Optional<Signature> signature, Optional<String> flaw, boolean pkcs7) {

    /** The signer's subject, printable; empty if the entry could not be read. */
    public String subject() {
        return signature.map(one -> TrustEntry.subject(one.signer())).orElse("");
    }

    String shown() {
        return subject().isEmpty() ? "signature " + index : "signature %d by %s".formatted(index, subject());
    }
}
