package dev.sigillo.cli;

import dev.sigillo.attest.AkJudge;
import dev.sigillo.attest.Asked;
import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.LogCheck;
import dev.sigillo.attest.QuoteCheck;
import dev.sigillo.attest.QuoteRequest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.evidence.PcrFile;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.PcrValues;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code quote verify} found.
 *
 * @param findings one for each question that was asked
 * @param notAsked questions that these files cannot answer, and why
 */
record QuoteVerdict(
        List<Finding> findings, List<Finding.Undecided> notAsked, QuoteRequest request, Optional<Attest> attest) {

    static QuoteVerdict of(
            Bytes attest,
            Bytes signature,
            QuoteRequest request,
            Optional<Path> pcrFile,
            Optional<ParsedLog> log,
            boolean requireAttributes) {
        List<PcrSelection> signed = selection(attest);
        Optional<PcrValues> values =
                pcrFile.map(path -> EvidenceFile.read(path, PcrFile.MAX_SIZE, bytes -> PcrFile.read(bytes, signed)));
        Optional<PcrValues> covered = values.or(() -> log.map(one -> LogCheck.values(one, signed)));
        QuoteCheck.Outcome outcome = covered.isPresent()
                ? QuoteCheck.judge(attest, signature, covered.get(), request)
                : QuoteCheck.judgeWithoutValues(attest, signature, request);
        List<Finding> findings = new ArrayList<>();
        List<Finding.Undecided> notAsked = new ArrayList<>();
        for (Finding finding : AkJudge.judge(request.ak(), request.sha1Allowed())) {
            if (finding instanceof Finding.Undecided undecided && !requireAttributes) {
                notAsked.add(undecided);
            } else {
                findings.add(finding);
            }
        }
        findings.addAll(outcome.findings());
        if (request.asked() instanceof Asked.Anything) {
            notAsked.add(new Finding.Undecided(
                    Check.QUOTE_SELECTION,
                    Check.QUOTE_SELECTION.component(),
                    "what was asked for, --select; the quote covers " + signed));
        }
        if (covered.isEmpty()) {
            notAsked.add(new Finding.Undecided(
                    Check.QUOTE_DIGEST, Check.QUOTE_DIGEST.component(), "the values, --pcrs or --log"));
        }
        log.ifPresent(one -> findings.addAll(logFindings(one, covered, signed, outcome.findings())));
        return new QuoteVerdict(List.copyOf(findings), List.copyOf(notAsked), request, outcome.attest());
    }

    /** Values that the TPM signed, whatever it was asked: an old quote shows as well which register nobody explains. */
    private static List<Finding> logFindings(
            ParsedLog log, Optional<PcrValues> values, List<PcrSelection> signed, List<Finding> quote) {
        boolean holds =
                quote.stream().anyMatch(one -> one.check() == Check.QUOTE_DIGEST && one instanceof Finding.Held);
        return holds
                ? LogCheck.judge(log, values.orElse(PcrValues.none()).only(signed))
                : List.of(Finding.undecided(Check.LOG_REPLAY, "values that the TPM signed"));
    }

    /** What the quote selects, if it is one: in what order bare values stand. */
    private static List<PcrSelection> selection(Bytes attest) {
        try {
            return Attest.parse(attest).quote().map(quote -> quote.pcrSelect()).orElse(List.of());
        } catch (MalformedException malformed) {
            return List.of();
        }
    }

    ObjectNode json(ObjectNode json) {
        ArrayNode open = json.putArray("notAsked");
        notAsked.forEach(one -> open.addObject()
                .put("check", one.check().id())
                .put("rule", one.check().rule())
                .put("missing", one.missing()));
        ObjectNode ak = json.putObject("ak");
        request.ak().area().ifPresent(area -> {
            ak.put("name", area.name().hex());
            ak.put("attributes", "0x" + Integer.toHexString(area.attributes()));
        });
        ArrayNode schemes = ak.putArray("schemes");
        request.ak().schemes().stream().map(Object::toString).sorted().forEach(schemes::add);
        attest.ifPresent(quote -> QuoteFacts.put(json.putObject("quote"), quote));
        return json;
    }
}
