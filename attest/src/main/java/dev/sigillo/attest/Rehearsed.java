package dev.sigillo.attest;

import java.util.List;

/**
 * What a {@link Rehearsal} says of one machine.
 *
 * @param findings what would not hold, broken ones first; empty if everything would
 */
public record Rehearsed(List<Finding> findings) {

    /** What would become of the machine's trust. */
    public enum Outcome {
        STAYS_TRUSTED,
        WOULD_GO_UNTRUSTED,
        CANNOT_BE_KNOWN
    }

    public Rehearsed {
        findings = List.copyOf(findings);
    }

    /** A machine of which the evidence cannot tell. */
    public static Rehearsed unknown(Check check, String component, String missing) {
        return new Rehearsed(List.of(new Finding.Undecided(check, component, missing)));
    }

    /** Nothing is known to hold that is not known: one broken finding decides, one undecided leaves it open. */
    public Outcome outcome() {
        if (findings.stream().anyMatch(Finding.Broken.class::isInstance)) {
            return Outcome.WOULD_GO_UNTRUSTED;
        }
        return findings.isEmpty() ? Outcome.STAYS_TRUSTED : Outcome.CANNOT_BE_KNOWN;
    }
}
