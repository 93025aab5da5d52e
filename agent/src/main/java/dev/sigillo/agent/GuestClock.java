package dev.sigillo.agent;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The node has no time service; a guest whose host slept is behind for good. So its clock follows the server's. */
final class GuestClock {

    /** The server tells whole seconds, and an emulated guest takes some to read them. */
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    private GuestClock() {}

    static void follow(Clock clock, Programs programs, Optional<Instant> serverTime) {
        if (serverTime.isEmpty()) {
            return;
        }
        Duration off = Duration.between(clock.instant(), serverTime.get());
        if (off.abs().compareTo(TOLERANCE) <= 0) {
            return;
        }
        try {
            programs.run(
                    "", List.of("date", "--utc", "--set=@" + serverTime.get().getEpochSecond()));
            Console.say("clock set by " + off.toSeconds() + " s to the server's");
        } catch (IOException failed) {
            Console.say("the clock is off by " + off.toSeconds() + " s and cannot be set: " + failed.getMessage());
        }
    }
}
