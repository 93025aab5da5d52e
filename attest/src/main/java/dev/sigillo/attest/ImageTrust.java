package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who may run: a boot image against the lists of a machine.
 *
 * <p>Guarantees: never throws, whatever the bytes are; what no loader should take is refused with the reason; expiry of a
 * certificate never counts, since firmware has no trusted clock; nested signatures never count, since firmware and shim
 * do not look at them; the entry that decided is an entry of the lists that were given.
 */
public final class ImageTrust {

    private ImageTrust() {}

    /** Decides about the bytes of a PE image that firmware or shim itself would start, or that is a kernel for x86. */
    public static Decision decide(Bytes file, TrustStore store) {
        return decide(file, store, false);
    }

    /** Decides about a kernel, which GRUB starts after it asked shim by its protocol: it needs no SBAT section. */
    public static Decision decideKernel(Bytes file, TrustStore store) {
        return decide(file, store, true);
    }

    private static Decision decide(Bytes file, TrustStore store, boolean byProtocol) {
        try {
            return decide(SignedImage.of(file), store, byProtocol);
        } catch (MalformedException malformed) {
            Judgement refused = Judgement.notTrusted("it is no PE image that loaders agree about: "
                    + Printable.text(malformed.field() + ": " + malformed.detail()));
            return new Decision(refused, refused, refused, List.of(), List.of(), List.of());
        }
    }

    /**
     * Whether what is forbidden names the image, whoever trusts it: a digest, a certificate that one of its signatures
     * leads to, or an SBAT generation. A reference is not made of such an image.
     *
     * @return the refusal with its entry; empty if nothing names it
     * @throws MalformedException if it is no PE image
     */
    public static Optional<Judgement> revocation(Bytes file, TrustStore store) throws MalformedException {
        SignedImage reading = SignedImage.of(file);
        List<Listed> forbidden = Listed.forbidden(store);
        Optional<Judgement> byDigest =
                Revoked.digest(reading.digests(), forbidden).map(Revoked::byDigest);
        if (byDigest.isPresent()) {
            return byDigest;
        }
        for (ImageSigner signer : reading.signers()) {
            Optional<Listed> entry = reading.valid(signer).flatMap(path -> Revoked.certificate(path, forbidden));
            if (entry.isPresent()) {
                return Optional.of(Revoked.bySignature(signer, entry.get()));
            }
        }
        return Sbat.below(Sbat.of(reading.image()), store.sbatLevel())
                .map(below -> new Judgement(Judgement.Ground.SBAT, below.reason(), below.by()));
    }

    private static Decision decide(SignedImage reading, TrustStore store, boolean byProtocol) {
        Judgement firmware = new FirmwareRule(reading, store).judge();
        Judgement shim = new ShimRule(reading, store, byProtocol).judge();
        PeImage image = reading.image();
        List<RevokedImage> known = Stream.of(
                        image.authenticode(HashAlgorithm.SHA256), image.authenticodePadded(HashAlgorithm.SHA256))
                .distinct()
                .flatMap(digest -> RevokedImages.known().find(digest).stream())
                .toList();
        return new Decision(
                store.hasShim() ? shim : firmware, firmware, shim, reading.signers(), reading.digests(), known);
    }
}
