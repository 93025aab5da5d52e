package dev.sigillo.attest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects one finding per check; what nobody answered is undecided in the end, never left out. */
final class Findings {

    /** Answered by others, and added with {@link Verdict#with}. */
    private static final Set<Check> ELSEWHERE = EnumSet.of(
            Check.EK_CERTIFICATE,
            Check.EK_SUBJECT,
            Check.EK_KEY,
            Check.ACTIVATION,
            Check.ONE_NODE,
            Check.CSR_KEY,
            Check.HOST_WITNESS);

    private final Map<Check, Finding> byCheck = new EnumMap<>(Check.class);

    void add(Finding finding) {
        Finding before = byCheck.putIfAbsent(finding.check(), finding);
        if (before != null) {
            throw new IllegalStateException(
                    "two findings for " + finding.check().id());
        }
    }

    void addAll(List<Finding> findings) {
        findings.forEach(this::add);
    }

    boolean holds(Check... checks) {
        for (Check check : checks) {
            if (!(byCheck.get(check) instanceof Finding.Held)) {
                return false;
            }
        }
        return true;
    }

    /** What was added, in the order of {@link Check}. */
    List<Finding> all() {
        return List.copyOf(byCheck.values());
    }

    /** Every check of the judge that is asked of a node; those not reached lack what is named. */
    List<Finding> complete(String missing) {
        List<Finding> all = new ArrayList<>();
        for (Check check : Check.ofNode()) {
            Finding finding = byCheck.get(check);
            if (finding != null) {
                all.add(finding);
            } else if (!ELSEWHERE.contains(check)) {
                all.add(Finding.undecided(check, missing));
            }
        }
        return all;
    }
}
