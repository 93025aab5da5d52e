package dev.sigillo.attest;

import java.util.List;

/** The events that one PCR must hold. */
public record PcrReference(int pcr, Match match, List<ExpectedEvent> events) {
    public PcrReference {
        events = List.copyOf(events);
    }
}
