package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the verifier brings beside policy and evidence.
 *
 * @param nonce what the machine was asked to sign along: extraData of the quote
 * @param reference the manifest that every event is compared with
 * @param certificates issuers that the evidence may lack
 * @param at the moment for which certificates must be valid
 * @param ak the AK, where the verifier knows it from elsewhere than the evidence
 */
public record PolicyQuestion(
        Optional<Bytes> nonce,
        Optional<ReferenceManifest> reference,
        List<X509Certificate> certificates,
        Instant at,
        Optional<EvidenceKey> ak) {

    public PolicyQuestion {
        certificates = List.copyOf(certificates);
    }

    /** Without a key that the verifier knows. */
    public PolicyQuestion(
            Optional<Bytes> nonce,
            Optional<ReferenceManifest> reference,
            List<X509Certificate> certificates,
            Instant at) {
        this(nonce, reference, certificates, at, Optional.empty());
    }

    /** Without nonce, manifest, certificates and key. */
    public static PolicyQuestion at(Instant at) {
        return new PolicyQuestion(Optional.empty(), Optional.empty(), List.of(), at);
    }
}
