package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.eventlog.VerifiedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The measured events that may be used, PCR by PCR, in one bank. In a CCEL (a confidential guest's log; UEFI 38.4.1) several
 * PCRs share a register: 1 and 7, 2 to 6, 8 to 15.
 */
final class LogView {

    private static final int CC_REGISTERS = 4;

    private final HashAlgorithm bank;
    private final Map<Integer, List<Event>> events;
    private final Optional<Set<Integer>> replayed;
    private final boolean ccel;

    private LogView(HashAlgorithm bank, List<Event> measured, Optional<Set<Integer>> replayed, boolean ccel) {
        this.bank = bank;
        this.events = new TreeMap<>();
        measured.stream()
                .filter(event -> event.digest(bank).isPresent())
                .forEach(event -> events.computeIfAbsent(event.pcr(), _ -> new ArrayList<>())
                        .add(event));
        this.replayed = replayed;
        this.ccel = ccel;
    }

    static LogView of(ParsedLog log, HashAlgorithm bank) {
        List<Event> measured =
                log.events().stream().filter(event -> !event.isNoAction()).toList();
        return new LogView(bank, measured, Optional.empty(), isCcel(log));
    }

    static LogView of(VerifiedLog log, HashAlgorithm bank) {
        return new LogView(bank, log.events(), Optional.of(log.replayed()), isCcel(log.parsed()));
    }

    /** A CCEL's header stands in register 1, and it has four registers of SHA-384 alone. */
    static boolean isCcel(ParsedLog log) {
        boolean few = log.events().stream().allMatch(event -> event.pcr() <= CC_REGISTERS);
        boolean header = log.header().filter(event -> event.pcr() == 1).isPresent();
        return log.cryptoAgile() && few && header;
    }

    HashAlgorithm bank() {
        return bank;
    }

    /** Whether registers hold what several PCRs hold elsewhere, several separators among it. */
    boolean isShared() {
        return ccel;
    }

    /** The events of the register that holds what this PCR holds. */
    List<Event> events(int pcr) {
        return events.getOrDefault(register(pcr), List.of());
    }

    /** Why the events of this PCR cannot be used, or that there are none. */
    Optional<String> missing(int pcr) {
        Optional<String> none = events(pcr).isEmpty()
                ? Optional.of("no event of " + name(register(pcr)) + " in the log")
                : Optional.empty();
        return unusable(pcr).or(() -> none);
    }

    /** Why nothing can be said of this PCR, not even that it has no events. */
    Optional<String> unusable(int pcr) {
        int register = register(pcr);
        return replayed.isPresent() && !replayed.get().contains(register)
                ? Optional.of(
                        "the log does not replay to a quoted PCR " + register + ", or the policy leaves it unexplained")
                : Optional.empty();
    }

    private String name(int register) {
        return ccel ? "measurement register " + register : "PCR " + register;
    }

    private int register(int pcr) {
        if (!ccel) {
            return pcr;
        }
        return switch (pcr) {
            case 0 -> 0;
            case 1, 7 -> 1;
            case 2, 3, 4, 5, 6 -> 2;
            default -> 3;
        };
    }

    Digest digest(Event event) {
        return event.digest(bank).orElseThrow(); // events without the bank are left out above
    }

    boolean is(Event event, Bytes measured) {
        return Digest.of(bank, measured).equals(digest(event));
    }

    boolean isOneOf(Event event, Set<Digest> digests) {
        return digests.contains(digest(event));
    }
}
