package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("When the agent asks for a new verdict")
class LeaseTest {

    private static final Instant START = Instant.parse("2026-11-25T09:00:00Z");

    private Duration passed = Duration.ZERO;

    /** @param skew what this machine's clock is ahead of the server's */
    private Duration waited(Duration skew, Duration renewAfter, Duration life) throws InterruptedException {
        InstantSource now = () -> START.plus(skew).plus(passed);
        Clock clock = now.withZone(ZoneOffset.UTC);
        new Lease(clock, () -> passed.toNanos(), time -> passed = passed.plus(time))
                .await(START.plus(life), renewAfter);
        return passed;
    }

    @Test
    @DisplayName("after as many seconds as the server said, whatever this machine's clock says")
    void seconds() throws Exception {
        assertThat(waited(Duration.ofMinutes(-20), Duration.ofMinutes(4), Duration.ofMinutes(10)))
                .isEqualTo(Duration.ofMinutes(4));
    }

    @Test
    @DisplayName("earlier when the certificate is about to end")
    void nearTheEnd() throws Exception {
        assertThat(waited(Duration.ZERO, Duration.ofHours(1), Duration.ofMinutes(10)))
                .isBetween(Duration.ofMinutes(8), Duration.ofMinutes(8).plusSeconds(10));
    }

    @Test
    @DisplayName("not more often than every 30 seconds with a clock that is far ahead")
    void clockAhead() throws Exception {
        assertThat(waited(Duration.ofHours(1), Duration.ofMinutes(4), Duration.ofMinutes(10)))
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(40));
    }
}
