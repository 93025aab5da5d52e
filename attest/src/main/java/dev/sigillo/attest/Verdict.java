package dev.sigillo.attest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All findings about one machine at one moment, passing ones included.
 *
 * @param machine the machine's id, as in the EK certificate
 * @param at when it was judged
 * @param findings in the order of {@link Check}
 */
public record Verdict(String machine, Instant at, List<Finding> findings) {

    public Verdict {
        List<Finding> ordered = new ArrayList<>(findings);
        ordered.sort(Comparator.comparing(Finding::check));
        findings = List.copyOf(ordered);
    }

    /** True only if there is at least one finding, and every one is {@link Finding.Held}. */
    public boolean passing() {
        return !findings.isEmpty() && findings.stream().allMatch(Finding.Held.class::isInstance);
    }

    /** The finding a person must see first: broken before undecided, then in the order of {@link Check}. */
    public Optional<Finding> worst() {
        return findings.stream()
                .filter(finding -> !(finding instanceof Finding.Held))
                .min(Comparator.comparing((Finding finding) -> finding instanceof Finding.Undecided)
                        .thenComparing(Finding::check));
    }

    /** Everything that does not hold, the worst first. */
    public List<Finding> failures() {
        return findings.stream()
                .filter(finding -> !(finding instanceof Finding.Held))
                .sorted(Comparator.comparing((Finding finding) -> finding instanceof Finding.Undecided)
                        .thenComparing(Finding::check))
                .toList();
    }

    /**
     * This verdict with what others saw: the EK's findings, the activation, the host's witness (rules 1, 5, 6, 37). Of two
     * answers to one check the one that does not hold stays.
     */
    public Verdict with(List<Finding> others) {
        Map<Check, Finding> all = new EnumMap<>(Check.class);
        Stream.concat(findings.stream(), others.stream())
                .forEach(finding -> all.merge(
                        finding.check(), finding, (first, second) -> first instanceof Finding.Held ? second : first));
        return new Verdict(machine, at, List.copyOf(all.values()));
    }

    /**
     * This verdict, with each check that nobody answered as undecided: what a machine with a vTPM needs before its verdict
     * may count. A finding that was forgotten is then a refusal, not a pass.
     */
    public Verdict complete() {
        return with(Check.ofNode().stream()
                .filter(check -> findings.stream().noneMatch(finding -> finding.check() == check))
                .map(check -> Finding.undecided(check, "an answer: nobody looked"))
                .toList());
    }
}
