package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.eventlog.VerifiedLog;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Evidence to findings. Guarantees of a passing verdict:
 *
 * <ul>
 *   <li>the enrolled AK is a restricted signing key, and signed a quote over exactly PCR 0-15 of the SHA-256 bank, the
 *       nonce and the kubelet's key;
 *   <li>PCR 0-9 and 14 hold exactly the events of the manifest, in order; 11, 12, 13 and 15 hold their initial value, or
 *       the one extension that the manifest knows of this machine; and the log says nothing that its digests do not bear
 *       out;
 *   <li>the SecureBoot variable has the manifest's value, was measured once, and no key but the manifest's let a boot
 *       image in;
 *   <li>every kernel module loaded before the quote is one of the manifest's;
 *   <li>nothing entered the log after ExitBootServices.
 * </ul>
 *
 * <p>What it does not say: whether the EK is this machine's ({@link EkJudge}), whether AK and EK live in one TPM
 * (credential activation), whether the keys are another machine's too ({@link OneNodeJudge}), whether the nonce was used
 * before, whether the certificate request is for the quoted key, and what the host saw. Those findings join by {@link
 * Verdict#with}; {@link Verdict#complete} refuses a verdict that lacks one.
 */
public final class Judge {

    private Judge() {}

    /**
     * Judges one machine's evidence against the manifest of the image and shape that it was given. Hostile evidence gives
     * findings, never an exception. What is cheap and signed goes first: a bad quote costs no parse of the log.
     */
    public static Verdict judge(Evidence evidence, Subject subject, ReferenceManifest manifest, Instant at) {
        Findings findings = new Findings();
        findings.addAll(AkJudge.judge(subject.ak()));
        Optional<QuoteJudge.Quote> quote = QuoteJudge.judge(evidence, subject, findings);
        findings.add(ManifestJudge.judge(manifest));
        if (quote.isEmpty()) {
            return new Verdict(subject.machine(), at, findings.complete("a quote that holds"));
        }
        SortedMap<Integer, Digest> pcrs = quote.get().pcrs();
        DriverJudge.judge(evidence.imaList(), pcrs, manifest, findings);
        Optional<ParsedLog> log = parse(evidence, findings);
        if (log.isPresent()) {
            judge(log.get(), pcrs, manifest, findings);
            findings.add(sameLog(evidence, subject, quote.get()));
        } else {
            PcrJudge.judge(pcrs, manifest, findings);
        }
        return new Verdict(subject.machine(), at, findings.complete("an event log that can be read"));
    }

    private static void judge(
            ParsedLog log, SortedMap<Integer, Digest> pcrs, ReferenceManifest manifest, Findings findings) {
        SortedMap<Integer, Digest> explained = new TreeMap<>(pcrs);
        // The IMA list explains PCR 10, the manifest alone those that no log tells of, or tells of up to boot services'
        // end.
        explained
                .keySet()
                .removeIf(pcr -> pcr == Pcrs.IMA
                        || (Pcrs.hasNoLog(pcr) && (manifest.untouched(pcr) || isAsReferenced(pcr, pcrs, manifest))));
        VerifiedLog verified = log.verify(explained);
        findings.add(LogJudge.replay(log, verified));
        findings.add(LogJudge.unmeasured(log, verified));
        findings.add(LogJudge.payloads(verified));
        findings.add(SeparatorJudge.judge(verified));
        findings.add(OrderJudge.judge(verified));
        SecureBootJudge.judge(verified, manifest, findings);
        PcrJudge.judge(log, verified, pcrs, manifest, findings);
    }

    private static boolean isAsReferenced(int pcr, SortedMap<Integer, Digest> pcrs, ReferenceManifest manifest) {
        return manifest.pcr(pcr)
                .filter(reference -> reference.value().equals(pcrs.get(pcr)))
                .isPresent();
    }

    private static Optional<ParsedLog> parse(Evidence evidence, Findings findings) {
        if (evidence.eventLog().isEmpty()) {
            findings.add(Finding.undecided(Check.LOG_FORM, "the event log, which the node did not send"));
            return Optional.empty();
        }
        try {
            ParsedLog log = EventLog.parse(evidence.eventLog());
            if (!log.earlierBoots().isEmpty()) {
                findings.add(Finding.broken(
                        Check.LOG_FORM,
                        "the log of one boot",
                        (log.earlierBoots().size() + 1) + " boots, each with a header of its own",
                        "event log header"));
                return Optional.empty();
            }
            if (!log.cryptoAgile() || !log.banks().contains(HashAlgorithm.SHA256)) {
                findings.add(Finding.broken(
                        Check.LOG_FORM, "a crypto-agile log with SHA-256", "banks " + log.banks(), "event log header"));
                return Optional.empty();
            }
            findings.add(Finding.held(Check.LOG_FORM));
            return Optional.of(log);
        } catch (MalformedException malformed) {
            findings.add(Finding.broken(
                    Check.LOG_FORM,
                    "a well-formed event log",
                    malformed.detail(),
                    malformed.field() + " at offset " + malformed.offset()));
            return Optional.empty();
        }
    }

    /** Rule 26: within one boot the log does not change, since nothing is measured after ExitBootServices. */
    private static Finding sameLog(Evidence evidence, Subject subject, QuoteJudge.Quote quote) {
        Optional<Remembered> before = subject.last()
                .filter(last ->
                        last.clock().resetCount() == quote.attest().clockInfo().resetCount()
                                && last.clock().restartCount()
                                        == quote.attest().clockInfo().restartCount());
        if (before.isEmpty()) {
            return Finding.held(Check.LOG_SAME);
        }
        Digest now = Digest.of(HashAlgorithm.SHA256, evidence.eventLog());
        return now.equals(before.get().eventLog())
                ? Finding.held(Check.LOG_SAME)
                : Finding.broken(
                        Check.LOG_SAME,
                        "the log sent before in the same boot, " + before.get().eventLog(),
                        "another log, " + now,
                        "event log");
    }

    /** The checks that every verdict of {@link #judge} answers. */
    public static List<Check> checks() {
        return new Findings().complete("").stream().map(Finding::check).toList();
    }
}
