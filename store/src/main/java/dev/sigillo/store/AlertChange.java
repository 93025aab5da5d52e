package dev.sigillo.store;

import java.time.Instant;

/**
 * Something about an alert that somebody is to be told.
 *
 * @param number their order
 * @param alert {@link AlertRecord#name()}
 * @param status the alert's status after it
 */
public record AlertChange(long number, String alert, Kind kind, AlertStatus status, Instant at) {
    /** What changed. That a cause is seen once more is no change: a repetition tells nobody anything new. */
    public enum Kind {
        RAISED,
        /** A person set its status. */
        STATUS,
        /** Its cause ended. */
        ENDED
    }
}
