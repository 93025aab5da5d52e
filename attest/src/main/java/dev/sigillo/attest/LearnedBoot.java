package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.eventlog.VerifiedLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One good boot as golden values: exact events where order and number are the boot's own, sets of events where honest
 * boots differ (PCR 1 and 5 by boot entries and disks, 7 by updates), values where no log tells anything.
 *
 * @param bank the bank of all digests
 * @param pcrs the registers that the evidence speaks of, 0 to 15
 * @param unexplained registers that were quoted and that nothing explains
 * @param golden by PCR
 * @param facts what the log shows
 * @param debug whether firmware was in debug mode
 * @param dma whether DMA protection was on, as far as firmware says
 * @param quoted whether a quote vouches for it; else it is what a log says
 */
public record LearnedBoot(
        HashAlgorithm bank,
        SortedSet<Integer> pcrs,
        SortedSet<Integer> unexplained,
        SortedMap<Integer, GoldenPcr> golden,
        BootFacts facts,
        boolean debug,
        boolean dma,
        boolean quoted) {

    private static final Set<Integer> BY_SET = Set.of(1, 5, 7);

    /**
     * @throws MalformedException if there is no log to learn from, no strong bank in it, a quote that does not hold, or a
     *     log that does not lead to it: such a boot is no example
     */
    public static LearnedBoot of(MachineEvidence evidence, PolicyQuestion question) throws MalformedException {
        if (evidence.eventLog().isEmpty()) {
            throw new MalformedException("eventLog", 0, "none in the evidence; there is nothing to learn from");
        }
        ParsedLog log = EventLog.parse(evidence.eventLog());
        HashAlgorithm bank = BootFacts.bestBank(log)
                .filter(HashAlgorithm::isStrong)
                .orElseThrow(() -> new MalformedException(
                        "eventLog", 0, "banks " + log.banks() + "; SHA-256 or stronger expected"));
        if (evidence.quotes().isEmpty()) {
            return of(log, log.replay(bank), bank, false, false);
        }
        Policy policy = everything(bank);
        Answers answers = new Answers(policy.checks(question.nonce().isPresent(), false));
        Optional<QuoteReading> quote = QuoteReading.of(evidence, policy, question, answers);
        if (quote.isEmpty()) {
            String why = answers.complete("a quote that holds").stream()
                    .filter(finding -> !(finding instanceof Finding.Held))
                    .map(Finding::sentence)
                    .collect(Collectors.joining("; "));
            throw new MalformedException("quote", 0, "it does not hold, so that it is no example: " + why);
        }
        SortedMap<Integer, Digest> values = new TreeMap<>(quote.get().pcrs().bank(bank));
        values.keySet().removeIf(pcr -> pcr >= Pcrs.QUOTED);
        boolean ima = PolicyIma.judge(evidence.imaList(), values, policy, answers)
                .filter(finding -> !(finding instanceof Finding.Held))
                .isEmpty();
        return of(log, values, bank, ima, true);
    }

    private static LearnedBoot of(
            ParsedLog log, SortedMap<Integer, Digest> values, HashAlgorithm bank, boolean ima, boolean quoted)
            throws MalformedException {
        SortedMap<Integer, Digest> known = new TreeMap<>(values);
        known.keySet().removeIf(pcr -> pcr >= Pcrs.QUOTED);
        SortedMap<Integer, Digest> logged = new TreeMap<>(known);
        logged.keySet().removeIf(pcr -> pcr == Pcrs.IMA || !isLogged(log, pcr, known));
        VerifiedLog verified = log.verify(logged);
        if (!verified.replays()) {
            throw new MalformedException(
                    "eventLog",
                    0,
                    "it does not lead to the quoted "
                            + verified.mismatches().stream()
                                    .map(mismatch -> "PCR " + mismatch.pcr())
                                    .collect(Collectors.joining(", "))
                            + ", so that it is no example");
        }
        SortedMap<Integer, GoldenPcr> golden = new TreeMap<>();
        for (int pcr : known.keySet()) {
            if (pcr != Pcrs.IMA) {
                golden.put(
                        pcr,
                        logged.containsKey(pcr)
                                ? golden(pcr, verified.events(pcr), bank)
                                : new GoldenPcr.Values(List.of(known.get(pcr))));
            }
        }
        SortedSet<Integer> unexplained = new TreeSet<>();
        if (known.containsKey(Pcrs.IMA) && !ima) {
            unexplained.add(Pcrs.IMA);
        }
        SortedSet<Integer> pcrs = new TreeSet<>(golden.keySet());
        return new LearnedBoot(
                bank,
                pcrs,
                unexplained,
                golden,
                BootFacts.of(verified),
                PolicyLog.debug(verified, bank) instanceof Finding.Broken,
                PolicyLog.dma(verified, bank) instanceof Finding.Held,
                quoted);
    }

    /** What firmware and loaders extend is in the log, or was never extended at all. */
    private static boolean isLogged(ParsedLog log, int pcr, SortedMap<Integer, Digest> values) {
        return log.events().stream().anyMatch(event -> event.pcr() == pcr && !event.isNoAction())
                || (pcr < 8 && values.containsKey(pcr));
    }

    private static GoldenPcr golden(int pcr, List<Event> events, HashAlgorithm bank) {
        if (!BY_SET.contains(pcr)) {
            return new GoldenPcr.Events(
                    events.stream().map(event -> named(event, bank)).toList());
        }
        Map<Digest, NamedDigest> needed = new LinkedHashMap<>();
        Map<Digest, NamedDigest> possible = new LinkedHashMap<>();
        for (Event event : events) {
            NamedDigest named = named(event, bank);
            (comesAndGoes(event) ? possible : needed).putIfAbsent(named.digest(), named);
        }
        possible.keySet().removeAll(needed.keySet());
        return new GoldenPcr.Allowed(new ArrayList<>(needed.values()), new ArrayList<>(possible.values()));
    }

    /** Boot entries follow what is plugged in, a partition table the disk that was tried. */
    private static boolean comesAndGoes(Event event) {
        return switch (event.type()) {
            case EventType.EV_EFI_VARIABLE_BOOT,
                    EventType.EV_EFI_VARIABLE_BOOT2,
                    EventType.EV_EFI_GPT_EVENT,
                    EventType.EV_EFI_GPT_EVENT2 -> true;
            default -> false;
        };
    }

    private static NamedDigest named(Event event, HashAlgorithm bank) {
        return new NamedDigest(EventWords.of(event, bank), event.digest(bank).orElseThrow());
    }

    /** Nothing but a quote of the bank that holds. */
    private static Policy everything(HashAlgorithm bank) {
        return Policy.ofQuote(
                "learn",
                new Policy.QuoteRule(bank, Set.of(), Set.of(), false, false),
                new Policy.AkRule(Policy.Attributes.ANY, List.of(), List.of(), false, List.of(), List.of()));
    }
}
