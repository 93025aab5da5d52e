package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The states that one machine may honestly be in, and what it then measures. Between two updates a new kernel runs under
 * an old GRUB; a machine whose db was not updated yet lets shim in by the older of its two signatures.
 *
 * @param states at least one, each under a name of its own; where two are equally likely, the first counts
 */
public record ReferenceStates(List<State> states) {

    /**
     * One of the states.
     *
     * @param name in words a person knows: {@code new kernel, old GRUB}
     */
    public record State(String name, ReferenceManifest manifest) {}

    /**
     * A verdict against the state that the machine is in, or is nearest to.
     *
     * @param exact whether every PCR is what that state measures; if not, the verdict says which component is another
     */
    public record StateVerdict(String state, boolean exact, Verdict verdict) {}

    /** @throws IllegalArgumentException if there is no state, or a name twice */
    public ReferenceStates {
        states = List.copyOf(states);
        long names = states.stream().map(State::name).distinct().count();
        if (states.isEmpty() || names != states.size()) {
            throw new IllegalArgumentException(states.size() + " states of " + names + " names");
        }
    }

    /** One manifest is one state, of its image's name. */
    public static ReferenceStates of(ReferenceManifest manifest) {
        return new ReferenceStates(List.of(new State(manifest.image(), manifest)));
    }

    /** Judges against the nearest state. Choosing it decides nothing: whatever is not as it measures, breaks a check. */
    public StateVerdict judge(Evidence evidence, Subject subject, Instant at) {
        State state = nearest(evidence.pcrs(), parsed(evidence.eventLog()));
        Verdict verdict = Judge.judge(evidence, subject, state.manifest(), at);
        boolean exact = verdict.findings().stream()
                .filter(finding -> finding.check().comparedPcr().isPresent())
                .allMatch(finding -> finding instanceof Finding.Held);
        return new StateVerdict(state.name(), exact, verdict);
    }

    /**
     * The state that has most of these PCR values; of equals the one that expects most of what the log has, and least of
     * what it lacks.
     *
     * @param registers SHA-256 by PCR index, as they came
     */
    public State nearest(SortedMap<Integer, Digest> registers, Optional<ParsedLog> log) {
        Set<String> logged = new HashSet<>();
        log.ifPresent(parsed -> parsed.events().forEach(event -> add(event, logged)));
        State best = states.getFirst();
        long most = Long.MIN_VALUE;
        for (State state : states) {
            long values = state.manifest().pcrs().stream()
                    .filter(pcr -> pcr.value().equals(registers.get(pcr.pcr())))
                    .count();
            long lacking = state.manifest().pcrs().stream()
                    .flatMap(pcr -> pcr.events().stream().map(event -> name(pcr.pcr(), event.digest())))
                    .filter(event -> !logged.contains(event))
                    .count();
            long score = values * Integer.MAX_VALUE - lacking;
            if (score > most) {
                most = score;
                best = state;
            }
        }
        return best;
    }

    /** The state that is nearest to evidence of any machine: by its SHA-256 values, whichever quote they came with. */
    public State nearest(MachineEvidence evidence) {
        SortedMap<Integer, Digest> registers = new TreeMap<>();
        for (EvidenceQuote quote : evidence.quotes()) {
            registers.putAll(quote.pcrs().getOrDefault(HashAlgorithm.SHA256, Collections.emptySortedMap()));
        }
        return nearest(registers, parsed(evidence.eventLog()));
    }

    private static void add(Event event, Set<String> logged) {
        event.digest(HashAlgorithm.SHA256).ifPresent(digest -> logged.add(name(event.pcr(), digest)));
    }

    private static String name(int pcr, Digest digest) {
        return pcr + " " + digest.hex();
    }

    private static Optional<ParsedLog> parsed(Bytes log) {
        try {
            return Optional.of(EventLog.parse(log));
        } catch (MalformedException malformed) {
            return Optional.empty(); // the verdict says so
        }
    }
}
