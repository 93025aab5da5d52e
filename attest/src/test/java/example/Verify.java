package example;

import dev.sigillo.attest.Asked;
import dev.sigillo.attest.AttestationKey;
import dev.sigillo.attest.BootFacts;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.HeldQuote;
import dev.sigillo.attest.QuoteCheck;
import dev.sigillo.attest.QuoteRequest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.VerifiedLog;
import dev.sigillo.tpm.PcrValues;
import dev.sigillo.tpm.TpmPublic;
import java.util.Set;
import java.util.SortedMap;

/** What a machine booted, told by its TPM. */
public final class Verify {

    /** @return what booted; of a quote or a log that does not hold, why */
    static String verify(
            Bytes ak, Bytes quote, Bytes signature, SortedMap<Integer, Digest> pcrs, Bytes log, Bytes nonce)
            throws MalformedException {
        AttestationKey key = AttestationKey.of(TpmPublic.parse(ak));
        Asked asked = new Asked.AtLeast(Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        QuoteCheck.Outcome outcome =
                QuoteCheck.judge(quote, signature, PcrValues.of(pcrs), QuoteRequest.of(key, nonce, asked));
        for (Finding finding : outcome.findings()) {
            if (!(finding instanceof Finding.Held)) {
                return finding.sentence();
            }
        }
        HeldQuote held = outcome.quote().orElseThrow();
        VerifiedLog verified = EventLog.parse(log)
                .verify(held.pcrs().bank(HashAlgorithm.SHA256).headMap(10));
        if (!verified.replays()) {
            return "the log does not lead to the quoted value of PCR "
                    + verified.mismatches().getFirst().pcr();
        }
        BootFacts facts = BootFacts.of(verified);
        String secureBoot = facts.secureBoot().map(on -> on ? "on" : "off").orElse("not known");
        return "Secure Boot " + secureBoot + ", command line "
                + facts.kernelCommandLine().orElse("not known");
    }

    private Verify() {}
}
