package dev.sigillo.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Now, and as much later as a test has said. */
final class MovableClock extends Clock {
    private volatile Duration later = Duration.ZERO;

    void move(Duration by) {
        later = later.plus(by);
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(later);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.offset(Clock.system(zone), later);
    }
}
