package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.AttributeCertificate;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image with its digests and signatures, read once for every list that it is looked up in.
 *
 * @param paths where each signer leads, in their order; empty for one that could not be read
 */
record SignedImage(
        PeImage image,
        Bytes file,
        List<Digest> digests,
        List<ImageSigner> signers,
        List<Optional<SignaturePath>> paths) {

    private static final List<HashAlgorithm> ALGORITHMS =
            List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512);
    private static final int PKCS_SIGNED_DATA = 0x0002;

    static SignedImage of(Bytes file) throws MalformedException {
        PeImage image = PeImage.parse(file);
        List<ImageSigner> signers = new ArrayList<>();
        List<Optional<SignaturePath>> paths = new ArrayList<>();
        for (AttributeCertificate entry : image.certificateTable().entries()) {
            boolean pkcs7 = entry.type() == PKCS_SIGNED_DATA;
            try {
                Signature signature = entry.signature();
                SignaturePath path = SignaturePath.of(signature);
                Optional<String> flaw = flaw(signature, image, path);
                signers.add(new ImageSigner(signers.size(), Optional.of(signature), flaw, pkcs7));
                paths.add(Optional.of(path));
            } catch (MalformedException malformed) {
                String why = Printable.text(malformed.field() + ": " + malformed.detail());
                signers.add(new ImageSigner(signers.size(), Optional.empty(), Optional.of(why), pkcs7));
                paths.add(Optional.empty());
            }
        }
        List<Digest> digests = ALGORITHMS.stream().map(image::authenticode).toList();
        return new SignedImage(image, file, digests, signers, paths);
    }

    private static Optional<String> flaw(Signature signature, PeImage image, SignaturePath path) {
        if (!signature.intact()) {
            return signature.flaw().map(Printable::text);
        }
        HashAlgorithm algorithm = signature.digest().algorithm();
        if (!signature.isOver(image)) {
            return Optional.of("it is over another image: it carries %s, this image has %s"
                    .formatted(signature.digest(), image.authenticode(algorithm)));
        }
        if (path.isTangled()) {
            return Optional.of("its certificates bear the same names so often that no chain can be told");
        }
        return algorithm == HashAlgorithm.SHA1
                ? Optional.of("it signs a SHA-1 digest, which can be forged")
                : Optional.empty();
    }

    /** Where a signer leads. */
    Optional<SignaturePath> path(ImageSigner signer) {
        return paths.get(signer.index());
    }

    /** Where a signer leads, if it signed this image; a weak hash is its signature all the same. */
    Optional<SignaturePath> valid(ImageSigner signer) {
        return signer.signature().map(one -> one.isIntact(image)).orElse(false) ? path(signer) : Optional.empty();
    }
}
