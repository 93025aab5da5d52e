package dev.sigillo.e2e;

import java.time.Duration;
import java.time.Instant;

/** Lines of how long things took, for people; no test depends on one. */
final class Timings {

    private Timings() {}

    static Duration say(String what, Instant began) {
        Duration took = Duration.between(began, Instant.now());
        System.out.printf("TIMING %-60s %6.1f s%n", what, took.toMillis() / 1000.0);
        return took;
    }
}
