package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What the verifier brings beside policy and evidence.
 *
 * @param nonce what the machine was asked to sign along: extraData of the quote
 * @param reference the manifest that every event is compared with
 * @param certificates issuers that the evidence may lack
 * @param at the moment for which certificates must be valid
 * @param ak the AK, where the verifier knows it from elsewhere than the evidence
 * @param images what files at hand add to the facts ({@link BootFacts#with}): who signed what, and who let it in
 */
public record PolicyQuestion(
        Optional<Bytes> nonce,
        Optional<ReferenceManifest> reference,
        List<X509Certificate> certificates,
        Instant at,
        Optional<EvidenceKey> ak,
        UnaryOperator<BootFacts> images) {

    public PolicyQuestion {
        certificates = List.copyOf(certificates);
    }

    /** Without files of boot images. */
    public PolicyQuestion(
            Optional<Bytes> nonce,
            Optional<ReferenceManifest> reference,
            List<X509Certificate> certificates,
            Instant at,
            Optional<EvidenceKey> ak) {
        this(nonce, reference, certificates, at, ak, UnaryOperator.identity());
    }

    /** Without a key that the verifier knows. */
    public PolicyQuestion(
            Optional<Bytes> nonce,
            Optional<ReferenceManifest> reference,
            List<X509Certificate> certificates,
            Instant at) {
        this(nonce, reference, certificates, at, Optional.empty());
    }

    /** The same, with files at hand. */
    public PolicyQuestion withImages(UnaryOperator<BootFacts> files) {
        return new PolicyQuestion(nonce, reference, certificates, at, ak, files);
    }

    /** The same, with a manifest. */
    public PolicyQuestion withReference(ReferenceManifest manifest) {
        return new PolicyQuestion(nonce, Optional.of(manifest), certificates, at, ak, images);
    }

    /** Without nonce, manifest, certificates and key. */
    public static PolicyQuestion at(Instant at) {
        return new PolicyQuestion(Optional.empty(), Optional.empty(), List.of(), at);
    }
}
