package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.List;

/** The events that one PCR must hold: the same digests, in the same order, the same number of times. */
public record PcrReference(int pcr, List<ExpectedEvent> events) {
    public PcrReference {
        events = List.copyOf(events);
    }

    /** What the register then holds, from its initial value of zero. */
    Digest value() {
        Digest register = Digest.zero(HashAlgorithm.SHA256);
        for (ExpectedEvent event : events) {
            register = register.extend(event.digest());
        }
        return register;
    }
}
