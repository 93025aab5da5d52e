package dev.sigillo.attest;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * The entry of a list that a signature leads to, and the way.
 *
 * @param entry the first in the list's order
 * @param path from the signer's certificate to the entry's; empty if there is none
 * @param why what stood in the way, to be put behind a sentence; mostly empty
 */
record Trusted(Optional<Listed> entry, List<X509Certificate> path, String why) {

    static Trusted find(SignaturePath signature, List<Listed> allowed, Predicate<X509Certificate> fit) {
        String why = "";
        for (Listed entry : allowed) {
            if (entry.certificate().isEmpty()) {
                continue;
            }
            X509Certificate anchor = entry.certificate().get();
            Optional<List<X509Certificate>> path = signature.to(anchor);
            if (path.isPresent() && fit.test(anchor)) {
                return new Trusted(Optional.of(entry), path.get(), "");
            }
            if (path.isPresent()) {
                why = " (entry %d is for kernel modules only)".formatted(entry.index());
            } else if (signature.chain().stream()
                    .anyMatch(one -> one.getIssuerX500Principal().equals(anchor.getSubjectX500Principal()))) {
                why = " (entry %d has the issuer's name, but it did not sign the certificate or may sign none)"
                        .formatted(entry.index());
            }
        }
        return new Trusted(Optional.empty(), List.of(), why);
    }

    static Judgement allowed(ImageSigner signer, Listed entry) {
        TrustEntry by = TrustEntry.of(entry, OptionalInt.of(signer.index()));
        return Judgement.allowed("%s leads to %s".formatted(signer.shown(), by.shown()), by);
    }

    /** A refusal, if a certificate of the path has a key that everybody can sign with. */
    static Optional<Judgement> published(ImageSigner signer, List<X509Certificate> path) {
        return path.stream().filter(PublishedKeys::contains).findFirst().map(one -> {
            TrustEntry by = TrustEntry.published(one, Certificates.der(one), signer.index());
            return Judgement.publishedKey(
                    "%s counts for nothing: the private key of %s is published".formatted(signer.shown(), by.subject()),
                    by);
        });
    }
}
