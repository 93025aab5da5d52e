package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The node's clock")
class GuestClockTest {

    private static final Instant NOW = Instant.parse("2026-11-25T09:00:00Z");

    private final List<String> commands = new ArrayList<>();

    private void follow(Optional<Instant> server) {
        GuestClock.follow(
                Clock.fixed(NOW, ZoneOffset.UTC),
                (patience, input, command) -> {
                    commands.add(String.join(" ", command));
                    return "";
                },
                server);
    }

    @Test
    @DisplayName("is set to the server's when the host has slept")
    void behind() {
        follow(Optional.of(NOW.plusSeconds(600)));
        assertThat(commands)
                .containsExactly("date --utc --set=@" + NOW.plusSeconds(600).getEpochSecond());
    }

    @Test
    @DisplayName("is left alone within the seconds that a slow guest takes, and without word from the server")
    void near() {
        follow(Optional.of(NOW.minusSeconds(9)));
        follow(Optional.empty());
        assertThat(commands).isEmpty();
    }
}
