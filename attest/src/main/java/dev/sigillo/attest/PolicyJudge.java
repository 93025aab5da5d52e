package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.eventlog.VerifiedLog;
import dev.sigillo.tpm.Attest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Evidence of any machine against a policy. Guarantees of a passing verdict: the key that the evidence names made a quote
 * over at least the policy's PCRs and, where asked, over the verifier's nonce; whatever the policy asks of key, log and
 * boot holds, and rests on registers that the quote signs. Nothing else is said: a policy that asks little proves little.
 */
public final class PolicyJudge {

    private PolicyJudge() {}

    /** Hostile evidence gives findings, never an exception. What is cheap and signed goes first. */
    public static PolicyVerdict judge(MachineEvidence evidence, Policy policy, PolicyQuestion question) {
        boolean withReference = question.reference().isPresent();
        Answers answers = new Answers(asked(evidence, policy, question));
        Optional<QuoteReading> quote = QuoteReading.of(evidence, policy, question, answers);
        question.reference().ifPresent(manifest -> answers.add(ManifestJudge.judge(manifest)));
        if (answers.asks(Check.MANIFEST) && !withReference) {
            answers.add(
                    Finding.undecided(Check.MANIFEST, "a reference manifest, which the policy asks for: --reference"));
        }
        if (quote.isEmpty()) {
            return verdict(evidence, question, answers, Optional.empty(), Optional.empty(), missing(evidence));
        }
        SortedMap<Integer, Digest> pcrs = quote.get().pcrs().bank(policy.quote().bank());
        Optional<Finding> unexplained = PolicyIma.judge(evidence.imaList(), pcrs, policy, answers);
        Optional<ParsedLog> log = parse(evidence, policy, answers);
        if (log.isEmpty()) {
            PolicyPcrs.judge(Optional.empty(), pcrs, policy, answers);
            return verdict(
                    evidence,
                    question,
                    answers,
                    Optional.of(quote.get().attest()),
                    Optional.empty(),
                    "an event log that can be read");
        }
        BootFacts facts = judge(log.get(), pcrs, policy, question, evidence, unexplained, answers);
        return verdict(
                evidence,
                question,
                answers,
                Optional.of(quote.get().attest()),
                Optional.of(facts),
                answers.asks(Check.MANIFEST) && !withReference
                        ? "a reference manifest to compare with: --reference"
                        : "evidence that shows it");
    }

    /** A manifest that lists kernel modules asks for them too; so does evidence that speaks against its own key. */
    private static Set<Check> asked(MachineEvidence evidence, Policy policy, PolicyQuestion question) {
        Set<Check> asked = EnumSet.copyOf(
                policy.checks(question.nonce().isPresent(), question.reference().isPresent()));
        if (question.reference()
                .filter(manifest -> !manifest.drivers().isEmpty())
                .isPresent()) {
            asked.addAll(List.of(Check.DRIVER_LIST, Check.DRIVER_AGGREGATE, Check.DRIVERS));
        }
        if (policy.ak().attributes() == Policy.Attributes.SHOWN && AkOrigin.refutes(evidence)) {
            asked.add(Check.AK_ATTRIBUTES);
        }
        return asked;
    }

    private static String missing(MachineEvidence evidence) {
        return evidence.quotes().isEmpty() ? "a quote, which the evidence does not have" : "a quote that holds";
    }

    private static PolicyVerdict verdict(
            MachineEvidence evidence,
            PolicyQuestion question,
            Answers answers,
            Optional<Attest> attest,
            Optional<BootFacts> facts,
            String missing) {
        List<Finding> findings = answers.complete(missing);
        Verdict verdict = new Verdict(
                Printable.name(evidence.host().hostname()),
                question.at(),
                evidence.isOfNode()
                        ? findings
                        : findings.stream().map(MachineWords::of).toList());
        return new PolicyVerdict(verdict, attest, facts);
    }

    private static BootFacts judge(
            ParsedLog log,
            SortedMap<Integer, Digest> pcrs,
            Policy policy,
            PolicyQuestion question,
            MachineEvidence evidence,
            Optional<Finding> unexplained,
            Answers answers) {
        SortedMap<Integer, Digest> explained = PolicyLog.toExplain(pcrs, log, policy, question);
        VerifiedLog verified = log.verify(explained);
        answers.add(PolicyLog.replay(verified, unexplained));
        answers.add(PolicyLog.separators(verified, policy.quote().bank()));
        answers.add(PolicyLog.unmeasured(verified));
        BootFacts facts = question.images().apply(BootFacts.of(verified));
        PolicyBoot.judge(facts, policy, answers);
        PolicyLog.afterBootServices(verified, policy.quote().bank()).ifPresent(answers::add);
        answers.add(PolicyLog.debug(verified, policy.quote().bank()));
        answers.add(PolicyLog.dma(verified, policy.quote().bank()));
        PolicyPcrs.judge(Optional.of(verified), pcrs, policy, answers);
        question.reference().ifPresent(manifest -> compare(log, verified, pcrs, evidence.imaList(), manifest, answers));
        return facts.remarking(OtherBanks.remarks(evidence, log, verified));
    }

    private static void compare(
            ParsedLog log,
            VerifiedLog verified,
            SortedMap<Integer, Digest> pcrs,
            Bytes imaList,
            ReferenceManifest manifest,
            Answers answers) {
        if (verified.bank().filter(bank -> bank == HashAlgorithm.SHA256).isEmpty()) {
            return; // manifests speak of SHA-256 alone; what is not answered is undecided
        }
        Findings compared = new Findings();
        PcrJudge.judge(log, verified, pcrs, manifest, compared);
        DriverJudge.judge(imaList, pcrs, manifest, compared);
        answers.addAll(compared.all());
    }

    private static Optional<ParsedLog> parse(MachineEvidence evidence, Policy policy, Answers answers) {
        Bytes bytes = evidence.eventLog();
        if (bytes.isEmpty()) {
            answers.add(Finding.undecided(
                    Check.LOG_FORM, "an event log: the evidence has none (Azure's guests, for one, see an empty one)"));
            return Optional.empty();
        }
        try {
            ParsedLog log = EventLog.parse(bytes);
            HashAlgorithm bank = policy.quote().bank();
            List<HashAlgorithm> banks = new ArrayList<>(log.banks());
            if (!banks.contains(bank)) {
                answers.add(Finding.broken(
                        Check.LOG_FORM, "an event log with the bank " + bank, "banks " + banks, "event log header"));
                return Optional.empty();
            }
            answers.add(Finding.held(Check.LOG_FORM));
            return Optional.of(log);
        } catch (MalformedException malformed) {
            answers.add(Finding.broken(
                    Check.LOG_FORM,
                    "a well-formed event log",
                    Printable.text(malformed.detail()),
                    malformed.field() + " at offset " + malformed.offset()));
            return Optional.empty();
        }
    }
}
