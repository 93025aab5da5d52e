package dev.sigillo.agent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/** Waits until a lease is to be renewed: by a clock that never jumps, and by the certificate's end where that is nearer. */
final class Lease {

    /** Not even a server that says so is asked more often, nor one whose clock is far from this machine's. */
    private static final Duration LEAST = Duration.ofSeconds(5);

    private static final Duration LEAST_BEFORE_END = Duration.ofSeconds(30);
    private static final Duration NEAR_END = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final Clock clock;
    private final LongSupplier monotonic;
    private final Agent.Pause pause;

    Lease(Clock clock, LongSupplier monotonic, Agent.Pause pause) {
        this.clock = clock;
        this.monotonic = monotonic;
        this.pause = pause;
    }

    /**
     * @param expires the certificate's end
     * @param renewAfter counted from now
     * @return whether it is the certificate's end that cut the wait short
     */
    boolean await(Instant expires, Duration renewAfter) throws InterruptedException {
        long start = monotonic.getAsLong();
        pause.sleep(LEAST);
        while (true) {
            Duration passed = Duration.ofNanos(monotonic.getAsLong() - start);
            Duration rest = renewAfter.minus(passed);
            boolean ending = Duration.between(clock.instant(), expires).compareTo(NEAR_END) < 0;
            boolean cut = ending && passed.compareTo(LEAST_BEFORE_END) >= 0;
            if (cut || !rest.isPositive()) {
                return cut;
            }
            pause.sleep(rest.compareTo(LOOK) > 0 ? LOOK : rest);
        }
    }
}
