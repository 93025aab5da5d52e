package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Looks an image up in lists of what is forbidden. */
final class Revoked {

    private Revoked() {}

    /** The first entry that is one of the image's digests. */
    static Optional<Listed> digest(List<Digest> digests, List<Listed> forbidden) {
        return forbidden.stream()
                .filter(entry -> digests.stream().anyMatch(entry::isDigest))
                .findFirst();
    }

    /** The first entry that is a certificate which the signature leads to, or the hash of one on the way. */
    static Optional<Listed> certificate(SignaturePath path, List<Listed> forbidden) {
        List<X509Certificate> chain = path.chain();
        for (Listed entry : forbidden) {
            boolean leads = entry.certificate()
                    .map(anchor -> path.to(anchor).isPresent())
                    .orElse(false);
            if (leads || chain.stream().anyMatch(entry::isHashOf)) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    /** The first entry that is the anchor of an allowed path, or its hash. */
    static Optional<Listed> anchor(X509Certificate anchor, List<Listed> forbidden) {
        return forbidden.stream()
                .filter(entry -> entry.isHashOf(anchor) || entry.certificate().equals(Optional.of(anchor)))
                .findFirst();
    }

    static Judgement byDigest(Listed entry) {
        return Judgement.revoked(
                "the image's digest is revoked: "
                        + TrustEntry.of(entry, OptionalInt.empty()).shown(),
                TrustEntry.of(entry, OptionalInt.empty()));
    }

    static Judgement bySignature(ImageSigner signer, Listed entry) {
        TrustEntry by = TrustEntry.of(entry, OptionalInt.of(signer.index()));
        String from = entry.revokedFrom()
                .map(time -> ", from " + time + " on, and nobody that dbt trusts says it was signed before")
                .orElse("");
        return Judgement.revoked("%s is revoked by %s%s".formatted(signer.shown(), by.shown(), from), by);
    }
}
