package dev.sigillo.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Since when nodes of one cluster can attest themselves without a pause: who could not do so gets the time to do it first. */
final class Grace {
    private final Clock clock;
    private final Duration lapse;
    private volatile Instant since;
    private volatile Instant looked;

    Grace(Clock clock, Duration lapse) {
        this.clock = clock;
        this.lapse = lapse;
        this.since = clock.instant();
        this.looked = since;
    }

    /** This server looks; it begins anew after a pause: the host may have slept, or the clock been set. */
    void looks() {
        Instant now = clock.instant();
        if (now.isAfter(looked.plus(lapse))) {
            since = now;
        }
        looked = now;
    }

    /** The control plane is not prepared: the door answers everybody 503. */
    void nobodyCan() {
        since = clock.instant();
    }

    boolean isOver() {
        return since.plus(lapse).isBefore(clock.instant());
    }
}
