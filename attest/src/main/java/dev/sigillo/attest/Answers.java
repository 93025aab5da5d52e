package dev.sigillo.attest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The findings of one policy: each check that it asks is answered exactly once, and no other. What nobody answered is
 * undecided in the end, never left out; an answer that nobody asked for is dropped where it holds nothing up.
 */
final class Answers {

    private final Set<Check> asked;
    private final Map<Check, Finding> byCheck = new EnumMap<>(Check.class);

    Answers(Set<Check> asked) {
        this.asked = asked;
    }

    boolean asks(Check check) {
        return asked.contains(check);
    }

    /** Of two answers to one check the one that does not hold stays: golden values and a manifest may both speak of a PCR. */
    void add(Finding finding) {
        if (asked.contains(finding.check())) {
            byCheck.merge(finding.check(), finding, (first, second) -> first instanceof Finding.Held ? second : first);
        }
    }

    void addAll(List<Finding> findings) {
        findings.forEach(this::add);
    }

    boolean holds(Check check) {
        return byCheck.get(check) instanceof Finding.Held;
    }

    /** One finding for each check asked; those not reached lack what is named. */
    List<Finding> complete(String missing) {
        List<Finding> all = new ArrayList<>();
        for (Check check : asked) {
            Finding finding = byCheck.get(check);
            all.add(finding == null ? Finding.undecided(check, missing) : finding);
        }
        return all;
    }
}
