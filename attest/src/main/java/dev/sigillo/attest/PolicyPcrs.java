package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.VerifiedLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Golden values: what a PCR must hold by a policy, decided by digests and by the value that the TPM signed. */
final class PolicyPcrs {

    private static final int SHOWN = 3;

    private final HashAlgorithm bank;
    private final Optional<VerifiedLog> log;
    private final SortedMap<Integer, Digest> quoted;

    private PolicyPcrs(HashAlgorithm bank, Optional<VerifiedLog> log, SortedMap<Integer, Digest> quoted) {
        this.bank = bank;
        this.log = log;
        this.quoted = quoted;
    }

    static void judge(Optional<VerifiedLog> log, SortedMap<Integer, Digest> quoted, Policy policy, Answers answers) {
        PolicyPcrs pcrs = new PolicyPcrs(policy.quote().bank(), log, quoted);
        policy.golden()
                .forEach((pcr, golden) ->
                        Check.ofPcr(pcr).ifPresent(check -> answers.add(pcrs.judge(check, pcr, golden))));
    }

    private Finding judge(Check check, int pcr, GoldenPcr golden) {
        Optional<Digest> value = Optional.ofNullable(quoted.get(pcr));
        if (value.isEmpty()) {
            return Finding.undecided(check, "a quote of PCR " + pcr + " in the bank " + bank);
        }
        if (golden instanceof GoldenPcr.Values values) {
            return values.values().contains(value.get())
                    ? Finding.held(check)
                    : Finding.broken(
                            check,
                            values.values().stream().map(Digest::hex).collect(Collectors.joining(" or ")),
                            value.get().hex(),
                            "quoted PCR " + pcr);
        }
        if (log.isEmpty() || !log.get().replayed().contains(pcr)) {
            return Finding.undecided(check, "a log that replays PCR " + pcr);
        }
        List<Event> events = log.get().events(pcr);
        return switch (golden) {
            case GoldenPcr.Events exact -> exactly(check, pcr, exact.events(), events);
            case GoldenPcr.Allowed allowed -> allowed(check, pcr, allowed, events);
            case GoldenPcr.Values _ -> throw new IllegalStateException("answered above");
        };
    }

    private Digest digest(Event event) {
        return event.digest(bank).orElseThrow(); // a log without the bank replays nothing
    }

    private Finding exactly(Check check, int pcr, List<NamedDigest> expected, List<Event> events) {
        int start = 0;
        int shorter = Math.min(expected.size(), events.size());
        while (start < shorter && expected.get(start).digest().equals(digest(events.get(start)))) {
            start++;
        }
        if (start == expected.size() && start == events.size()) {
            return Finding.held(check);
        }
        int tail = 0;
        while (tail < shorter - start
                && expected.get(expected.size() - 1 - tail)
                        .digest()
                        .equals(digest(events.get(events.size() - 1 - tail)))) {
            tail++;
        }
        List<NamedDigest> wanted = expected.subList(start, expected.size() - tail);
        List<Event> had = events.subList(start, events.size() - tail);
        String component = wanted.isEmpty()
                ? "unexpected " + check.component() + " event"
                : Printable.name(wanted.getFirst().what());
        String right = wanted.isEmpty()
                ? "no such event"
                : wanted.stream()
                                .limit(SHOWN)
                                .map(one -> Printable.name(one.what()) + " "
                                        + one.digest().hex())
                                .collect(Collectors.joining(", "))
                        + more(wanted.size());
        String was = had.isEmpty()
                ? "no such event"
                : had.stream().limit(SHOWN).map(this::describe).collect(Collectors.joining(", ")) + more(had.size());
        return new Finding.Broken(
                check, component, right, was, had.isEmpty() ? "PCR " + pcr : Claims.where(had.getFirst()));
    }

    private Finding allowed(Check check, int pcr, GoldenPcr.Allowed golden, List<Event> events) {
        Set<Digest> known = new HashSet<>();
        Map<Digest, String> missing = new HashMap<>();
        golden.possible().forEach(one -> known.add(one.digest()));
        golden.needed().forEach(one -> {
            known.add(one.digest());
            missing.put(one.digest(), one.what());
        });
        List<Event> strange = new ArrayList<>();
        for (Event event : events) {
            missing.remove(digest(event));
            if (!known.contains(digest(event))) {
                strange.add(event);
            }
        }
        if (!strange.isEmpty()) {
            Event first = strange.getFirst();
            return new Finding.Broken(
                    check,
                    "unexpected " + check.component() + " event",
                    "only events that the policy lists",
                    strange.stream().limit(SHOWN).map(this::describe).collect(Collectors.joining(", "))
                            + more(strange.size()),
                    Claims.where(first));
        }
        return missing.isEmpty()
                ? Finding.held(check)
                : new Finding.Broken(
                        check,
                        Printable.name(missing.values().iterator().next()),
                        String.join(
                                ", ",
                                missing.values().stream()
                                        .map(Printable::name)
                                        .sorted()
                                        .limit(SHOWN)
                                        .toList()),
                        "no such event",
                        "PCR " + pcr);
    }

    private String describe(Event event) {
        return bank == HashAlgorithm.SHA256
                ? Claims.describe(event)
                : digest(event).hex() + " (claimed: " + event.typeName() + ")";
    }

    private static String more(int size) {
        return size > SHOWN ? " and " + (size - SHOWN) + " more" : "";
    }
}
