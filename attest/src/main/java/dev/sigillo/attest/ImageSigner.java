package dev.sigillo.attest;

import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.AttributeCertificate;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Signature;
import java.util.ArrayList;
import java.util.List;
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

    private static final int PKCS_SIGNED_DATA = 0x0002;

    static List<ImageSigner> of(PeImage image) {
        List<ImageSigner> signers = new ArrayList<>();
        for (AttributeCertificate entry : image.certificateTable().entries()) {
            boolean pkcs7 = entry.type() == PKCS_SIGNED_DATA;
            try {
                Signature signature = entry.signature();
                signers.add(new ImageSigner(signers.size(), Optional.of(signature), flaw(signature, image), pkcs7));
            } catch (MalformedException malformed) {
                String why = Printable.text(malformed.field() + ": " + malformed.detail());
                signers.add(new ImageSigner(signers.size(), Optional.empty(), Optional.of(why), pkcs7));
            }
        }
        return signers;
    }

    private static Optional<String> flaw(Signature signature, PeImage image) {
        if (!signature.intact()) {
            return signature.flaw().map(Printable::text);
        }
        HashAlgorithm algorithm = signature.digest().algorithm();
        if (!signature.isOver(image)) {
            return Optional.of("it is over another image: it carries %s, this image has %s"
                    .formatted(signature.digest(), image.authenticode(algorithm)));
        }
        return algorithm == HashAlgorithm.SHA1
                ? Optional.of("it signs a SHA-1 digest, which can be forged")
                : Optional.empty();
    }

    /** Whether its signer signed this image; a weak hash is its signature all the same. */
    boolean isValid(PeImage image) {
        return signature.map(one -> one.isIntact(image)).orElse(false);
    }

    /** The signer's subject, printable; empty if the entry could not be read. */
    public String subject() {
        return signature.map(one -> TrustEntry.subject(one.signer())).orElse("");
    }

    String shown() {
        return subject().isEmpty() ? "signature " + index : "signature %d by %s".formatted(index, subject());
    }
}
