package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.Register;
import java.util.List;

/**
 * The events that one PCR must hold: the same digests, in the same order, the same number of times.
 *
 * @param value what the register then holds, from its initial value of zero; always worked out from the events
 */
public record PcrReference(int pcr, List<ExpectedEvent> events, Digest value) {

    /** @throws IllegalArgumentException if the events lead to another value */
    public PcrReference {
        events = List.copyOf(events);
        if (!value.equals(replay(events))) {
            throw new IllegalArgumentException("the events of PCR " + pcr + " do not lead to " + value);
        }
    }

    public PcrReference(int pcr, List<ExpectedEvent> events) {
        this(pcr, events, replay(events));
    }

    private static Digest replay(List<ExpectedEvent> events) {
        Register register = new Register(Digest.zero(HashAlgorithm.SHA256));
        for (ExpectedEvent event : events) {
            register.extend(event.digest().value(), 0);
        }
        return register.value();
    }
}
