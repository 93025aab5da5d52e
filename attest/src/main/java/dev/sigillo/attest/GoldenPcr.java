package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import java.util.List;

/** What one PCR must hold by a policy: one of three ways to say it. */
public sealed interface GoldenPcr {

    /** One of these values in the end: for registers that never change without a reason. */
    record Values(List<Digest> values) implements GoldenPcr {
        public Values {
            values = List.copyOf(values);
        }
    }

    /** Exactly these events, in this order: a difference names the event. */
    record Events(List<NamedDigest> events) implements GoldenPcr {
        public Events {
            events = List.copyOf(events);
        }
    }

    /**
     * Events of this set alone, in any order and number; those that are needed at least once: for registers in which
     * honest boots differ, such as by boot entries that come and go.
     */
    record Allowed(List<NamedDigest> needed, List<NamedDigest> possible) implements GoldenPcr {
        public Allowed {
            needed = List.copyOf(needed);
            possible = List.copyOf(possible);
        }
    }
}
