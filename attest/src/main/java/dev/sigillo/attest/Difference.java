package dev.sigillo.attest;

import dev.sigillo.eventlog.Event;
import java.util.Optional;

/** Where the logged events of a PCR part from the expected: changed (both), missing (expected only), or extra. */
record Difference(Optional<ExpectedEvent> expected, Optional<Event> was) {

    boolean names(String component) {
        return expected.filter(event -> event.component().equals(component)).isPresent();
    }
}
