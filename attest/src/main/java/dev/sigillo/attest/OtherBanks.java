package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.eventlog.VerifiedLog;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.PcrValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Rule 15 seen from the other side: the digests of an event, one for each bank, are of the same thing. Where a quote bears
 * out those of one bank and not those of another, the log tells two stories, of which the policy's bank decides one.
 */
final class OtherBanks {

    private OtherBanks() {}

    /** One remark for each bank that was quoted besides the policy's and says another thing of a register. */
    static List<String> remarks(MachineEvidence evidence, ParsedLog log, VerifiedLog verified) {
        Optional<HashAlgorithm> decides = verified.bank();
        Optional<AttestationKey> ak = key(evidence);
        if (decides.isEmpty() || ak.isEmpty()) {
            return List.of();
        }
        Set<Integer> asked = new HashSet<>(verified.replayed());
        verified.mismatches().forEach(mismatch -> asked.add(mismatch.pcr()));
        List<String> remarks = new ArrayList<>();
        for (EvidenceQuote quote : evidence.quotes()) {
            PcrValues values = signed(quote, ak.get());
            for (HashAlgorithm bank : values.banks().keySet()) {
                if (bank != decides.get() && log.banks().contains(bank)) {
                    SortedMap<Integer, Digest> quoted = new TreeMap<>(values.bank(bank));
                    quoted.keySet().retainAll(asked);
                    Set<Integer> differ = new TreeSet<>(quoted.keySet());
                    Set<Integer> replayed = log.verify(quoted).replayed();
                    differ.removeIf(
                            pcr -> replayed.contains(pcr) == verified.replayed().contains(pcr));
                    if (!differ.isEmpty()) {
                        remarks.add("banks " + decides.get().text() + " and " + bank.text()
                                + " of the log disagree: its digests lead to the quoted PCR " + differ
                                + " in one of them alone, so that they are not of the same events");
                    }
                }
            }
        }
        return remarks;
    }

    private static Optional<AttestationKey> key(MachineEvidence evidence) {
        try {
            return evidence.ak().isPresent()
                    ? Optional.of(AttestationKey.of(evidence.ak().get(), true))
                    : Optional.empty();
        } catch (MalformedException odd) {
            return Optional.empty();
        }
    }

    /** What this quote's signature covers; nothing if it does not hold. */
    private static PcrValues signed(EvidenceQuote quote, AttestationKey ak) {
        PcrValues sent = new PcrValues(quote.pcrs());
        QuoteRequest request =
                QuoteRequest.of(ak, Bytes.zeros(1), new Asked.AtLeast(Set.of())).sha1(true);
        QuoteCheck.Outcome outcome = QuoteCheck.judge(quote.attest(), quote.signature(), sent, request);
        boolean holds = outcome.findings().stream()
                .filter(finding -> finding.check() == Check.QUOTE_DIGEST)
                .anyMatch(Finding.Held.class::isInstance);
        return outcome.attest()
                .flatMap(Attest::quote)
                .filter(_ -> holds)
                .map(info -> sent.only(info.pcrSelect()))
                .orElseGet(PcrValues::none);
    }
}
