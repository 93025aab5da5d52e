package dev.sigillo.eventlog;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A log compared with quoted registers. Guarantees: every quoted register was compared; each that differs is among the
 * {@link #mismatches}; the events handed out belong to registers that replay, in the log's order, and extend them.
 * Types and payloads stay claims.
 */
public final class VerifiedLog {

    private final Optional<HashAlgorithm> bank;
    private final ParsedLog log;
    private final SortedMap<Integer, Digest> quoted;
    private final Set<Integer> replayed;
    private final List<Mismatch> mismatches;
    private final List<Event> measured = new ArrayList<>();
    private final Map<Integer, List<Event>> measuredByPcr = new HashMap<>();

    /**
     * A register whose quoted value the log does not explain.
     *
     * @param computed what the log leads to; absent if the log lacks the bank
     */
    public record Mismatch(int pcr, Digest quoted, Optional<Digest> computed) {}

    private VerifiedLog(
            Optional<HashAlgorithm> bank,
            ParsedLog log,
            SortedMap<Integer, Digest> quoted,
            Set<Integer> replayed,
            List<Mismatch> mismatches) {
        this.bank = bank;
        this.log = log;
        this.quoted = quoted;
        this.replayed = Collections.unmodifiableSet(replayed);
        this.mismatches = List.copyOf(mismatches);
        for (Event event : log.events()) {
            if (!event.isNoAction() && replayed.contains(event.pcr())) {
                measured.add(event);
                measuredByPcr
                        .computeIfAbsent(event.pcr(), _ -> new ArrayList<>())
                        .add(event);
            }
        }
    }

    static VerifiedLog of(ParsedLog log, SortedMap<Integer, Digest> quotedPcrs, int registers) {
        SortedMap<Integer, Digest> quoted = new TreeMap<>(quotedPcrs);
        Optional<HashAlgorithm> bank = bank(quoted, registers);
        SortedMap<Integer, Digest> computed = bank.map(log::replay).orElseGet(TreeMap::new);
        Set<Integer> replayed = new TreeSet<>(); // ascending: findings name registers in order
        List<Mismatch> mismatches = new ArrayList<>();
        quoted.forEach((pcr, value) -> {
            boolean known = log.banks().contains(value.algorithm());
            Digest own = computed.getOrDefault(pcr, log.initialValue(value.algorithm(), pcr));
            if (known && own.value().equalsConstantTime(value.value())) {
                replayed.add(pcr);
            } else {
                mismatches.add(new Mismatch(pcr, value, known ? Optional.of(own) : Optional.empty()));
            }
        });
        return new VerifiedLog(bank, log, quoted, replayed, mismatches);
    }

    private static Optional<HashAlgorithm> bank(SortedMap<Integer, Digest> quoted, int registers) {
        HashAlgorithm bank = null;
        for (var entry : quoted.entrySet()) {
            HashAlgorithm one = entry.getValue().algorithm();
            if (bank != null && bank != one) {
                throw new IllegalArgumentException("values of " + bank + " and " + one + "; one bank at a time");
            }
            if (entry.getKey() < 0 || entry.getKey() >= registers) {
                throw new IllegalArgumentException("PCR " + entry.getKey() + " is not 0 to " + (registers - 1));
            }
            bank = one;
        }
        return Optional.ofNullable(bank);
    }

    /** True if every quoted register replays. */
    public boolean replays() {
        return mismatches.isEmpty();
    }

    /** All registers that do not replay, ascending. */
    public List<Mismatch> mismatches() {
        return mismatches;
    }

    /** The registers that replay. */
    public Set<Integer> replayed() {
        return replayed;
    }

    /** The quoted value of a register, if it was quoted. */
    public Optional<Digest> quoted(int pcr) {
        return Optional.ofNullable(quoted.get(pcr));
    }

    /** The bank of the quote; absent if no register was handed in. */
    public Optional<HashAlgorithm> bank() {
        return bank;
    }

    /** The measured events of all registers that replay, in the log's order. */
    public List<Event> events() {
        return Collections.unmodifiableList(measured);
    }

    /** The measured events of one register; none if it does not replay. */
    public List<Event> events(int pcr) {
        return Collections.unmodifiableList(measuredByPcr.getOrDefault(pcr, List.of()));
    }

    /** EV_NO_ACTION events, the header among them: unmeasured claims, whatever register they name. */
    public List<Event> unmeasured() {
        List<Event> unmeasured = new ArrayList<>();
        log.header().ifPresent(unmeasured::add);
        for (Event event : log.events()) {
            if (event.isNoAction()) {
                unmeasured.add(event);
            }
        }
        return unmeasured;
    }

    /** The log as it was parsed, with the events of registers that do not replay: claims, fit to be shown. */
    public ParsedLog parsed() {
        return log;
    }

    public boolean cryptoAgile() {
        return log.cryptoAgile();
    }

    public List<HashAlgorithm> banks() {
        return log.banks();
    }
}
