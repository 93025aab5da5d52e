package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import java.util.List;
import java.util.Optional;

/**
 * Whether an image may run, who decides that, and by which entry.
 *
 * @param verdict shim's, if the store knows anything of shim's (MokList, vendor, SBAT level); else the firmware's
 * @param firmware what UEFI firmware would do, if it were to load the image itself
 * @param shim what shim would do, as second loader or when GRUB asks it
 * @param signers the entries of the certificate table in order; empty for an unsigned image
 * @param digests Authenticode digests: SHA-1, SHA-256, SHA-384, SHA-512; empty if the bytes are no usable image
 * @param known what of {@link RevokedImages} the image is, whether the given dbx has it or not
 */
public record Decision(
        Judgement verdict,
        Judgement firmware,
        Judgement shim,
        List<ImageSigner> signers,
        List<Digest> digests,
        List<RevokedImage> known) {

    public Decision {
        signers = List.copyOf(signers);
        digests = List.copyOf(digests);
        known = List.copyOf(known);
    }

    public boolean allowed() {
        return verdict.allowed();
    }

    /** One sentence that names what decided. */
    public String reason() {
        return verdict.reason();
    }

    /** The entry that decided; empty if the lack of one did. */
    public Optional<TrustEntry> by() {
        return verdict.by();
    }
}
