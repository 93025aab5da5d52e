package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.PcrValues;
import java.util.Optional;
import java.util.SortedMap;

/** Rules 7 to 15 for a node of ours: what {@link QuoteCheck} asks, with the nonce and registers that the node was given. */
final class QuoteJudge {

    private static final int NONCE_MIN = 32;

    /** A quote that holds, with the values it covers and no others. */
    record Quote(Attest attest, SortedMap<Integer, Digest> pcrs) {}

    private QuoteJudge() {}

    static Optional<Quote> judge(Evidence evidence, Subject subject, Findings findings) {
        QuoteCheck.Outcome outcome = QuoteCheck.judge(
                evidence.attest(), evidence.signature(), PcrValues.of(evidence.pcrs()), request(subject));
        findings.addAll(outcome.findings());
        return outcome.quote()
                .filter(_ -> findings.holds(Check.AK_ATTRIBUTES, Check.AK_PARAMETERS))
                .map(quote -> new Quote(quote.attest(), quote.pcrs().bank(HashAlgorithm.SHA256)));
    }

    private static QuoteRequest request(Subject subject) {
        boolean known =
                subject.nonce().size() >= NONCE_MIN && !subject.boundKeySpki().isEmpty();
        Bytes extraData = known
                ? Digest.of(HashAlgorithm.SHA256, subject.nonce(), subject.boundKeySpki())
                        .value()
                : Bytes.empty();
        return new QuoteRequest(
                AttestationKey.of(subject.ak()),
                extraData,
                known ? "SHA-256(nonce ‖ kubelet key)" : "a nonce of at least 32 bytes and the kubelet's key",
                Asked.ofNode(),
                false,
                true,
                true,
                subject.last());
    }
}
