package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.PcrValues;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** The quote of a machine's evidence that a policy rests on: the one over the policy's bank, by the key in the evidence. */
record QuoteReading(Attest attest, PcrValues pcrs) {

    private static final String NONCE = "quote nonce";

    /** Answers all that is asked of key and quote; the quote is handed out only if it holds. */
    static Optional<QuoteReading> of(
            MachineEvidence evidence, Policy policy, PolicyQuestion question, Answers answers) {
        Optional<AttestationKey> ak = key(evidence, policy, question, answers);
        Optional<EvidenceQuote> quote = choose(evidence.quotes(), policy.quote().bank());
        if (ak.isEmpty() || quote.isEmpty()) {
            return Optional.empty();
        }
        SortedSet<Integer> pcrs = policy.quoted(question.reference().isPresent());
        Bytes signedNonce = attest(quote.get()).map(Attest::extraData).orElse(Bytes.empty());
        // Without a nonce to ask for, the quote's own stands in: its finding is not asked for then, or replaced below.
        Bytes nonce = question.nonce().orElse(signedNonce.isEmpty() ? Bytes.zeros(1) : signedNonce);
        QuoteRequest request = QuoteRequest.of(ak.get(), nonce, new Asked.AtLeast(pcrs))
                .sha1(policy.quote().sha1Allowed());
        QuoteCheck.Outcome outcome = QuoteCheck.judge(
                quote.get().attest(),
                quote.get().signature(),
                new PcrValues(quote.get().pcrs()),
                request);
        for (Finding finding : outcome.findings()) {
            if (finding.check() == Check.QUOTE_NONCE && question.nonce().isEmpty()) {
                answers.add(withoutNonce(signedNonce));
            } else if (finding.check() == Check.QUOTE_SELECTION && finding instanceof Finding.Held) {
                answers.add(bank(outcome.attest().orElseThrow(), policy.quote().bank(), pcrs));
            } else {
                answers.add(finding.check() == Check.QUOTE_NONCE ? named(finding) : Sha1.told(finding, policy));
            }
        }
        boolean holds =
                List.of(Check.QUOTE_STRUCTURE, Check.QUOTE_SIGNATURE, Check.QUOTE_SELECTION, Check.QUOTE_DIGEST)
                        .stream()
                        .allMatch(answers::holds);
        // A stale quote still tells what it signs: the findings on the boot stand beside the one on the nonce.
        return holds
                ? outcome.attest()
                        .map(attest -> new QuoteReading(
                                attest,
                                new PcrValues(quote.get().pcrs())
                                        .only(attest.quote().orElseThrow().pcrSelect())))
                : Optional.empty();
    }

    private static Finding withoutNonce(Bytes signed) {
        return signed.isEmpty()
                ? new Finding.Broken(
                        Check.QUOTE_NONCE,
                        NONCE,
                        "the verifier's nonce",
                        "nothing: this quote can be of any time",
                        "TPMS_ATTEST.extraData")
                : new Finding.Undecided(
                        Check.QUOTE_NONCE, NONCE, "the nonce that the machine was asked, which the verifier must give");
    }

    /** A machine that is no node of ours binds no kubelet's key. */
    private static Finding named(Finding finding) {
        return switch (finding) {
            case Finding.Held held -> new Finding.Held(held.check(), NONCE);
            case Finding.Broken broken ->
                new Finding.Broken(broken.check(), NONCE, broken.expected(), broken.was(), broken.where());
            case Finding.Undecided undecided -> new Finding.Undecided(undecided.check(), NONCE, undecided.missing());
        };
    }

    private static Finding bank(Attest attest, HashAlgorithm bank, SortedSet<Integer> pcrs) {
        List<PcrSelection> signed = attest.quote().orElseThrow().pcrSelect();
        boolean covered =
                signed.stream().anyMatch(one -> one.hash() == bank && one.pcrs().containsAll(pcrs));
        return covered
                ? Finding.held(Check.QUOTE_SELECTION)
                : Finding.broken(
                        Check.QUOTE_SELECTION,
                        "PCR " + pcrs + " of the bank " + bank,
                        signed.toString(),
                        "TPMS_QUOTE_INFO.pcrSelect");
    }

    /** The first whose signed selection names the bank; else the first, so that its findings say what it is. */
    private static Optional<EvidenceQuote> choose(List<EvidenceQuote> quotes, HashAlgorithm bank) {
        return quotes.stream()
                .filter(quote -> attest(quote)
                        .flatMap(Attest::quote)
                        .filter(info -> info.pcrSelect().stream().anyMatch(one -> one.hash() == bank))
                        .isPresent())
                .findFirst()
                .or(() -> quotes.stream().findFirst());
    }

    private static Optional<Attest> attest(EvidenceQuote quote) {
        try {
            return Optional.of(Attest.parse(quote.attest()));
        } catch (MalformedException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<AttestationKey> key(
            MachineEvidence evidence, Policy policy, PolicyQuestion question, Answers answers) {
        Optional<PublicKey> key = evidence.ak().flatMap(EvidenceKey::publicKey);
        if (key.isEmpty()) {
            for (Check check : List.of(
                    Check.AK_ATTRIBUTES,
                    Check.AK_PARAMETERS,
                    Check.AK_CERTIFICATE,
                    Check.AK_PINNED,
                    Check.QUOTE_SIGNATURE)) {
                answers.add(Finding.undecided(check, "the AK, which the evidence does not have"));
            }
            return Optional.empty();
        }
        EvidenceKey ak = evidence.ak().orElseThrow();
        Finding certified =
                AkCertificateJudge.judge(ak, key.get(), policy.ak(), question.certificates(), question.at());
        answers.add(certified);
        answers.add(AkOrigin.pinned(key.get(), ak.tpmPublic(), policy.ak()));
        try {
            boolean sha1 = policy.quote().sha1Allowed();
            AttestationKey attestation = AttestationKey.of(ak, sha1);
            for (Finding finding : AkJudge.judge(attestation, sha1)) {
                answers.add(
                        finding.check() == Check.AK_ATTRIBUTES
                                ? AkOrigin.attributes(finding, ak.tpmPublic(), certified, policy.ak(), question)
                                : Sha1.told(finding, policy));
            }
            return Optional.of(attestation);
        } catch (MalformedException odd) {
            answers.add(Finding.broken(
                    Check.AK_PARAMETERS,
                    "an RSA key, or one on P-256 or P-384",
                    Printable.text(odd.detail()),
                    "AK public key"));
            return Optional.empty();
        }
    }
}
