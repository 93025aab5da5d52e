package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SecretCheckTest {
    private static final String HASH = SecretHash.of("right");

    @Test
    @DisplayName("right is right and wrong is wrong, also after a right one")
    void outcomes() {
        SecretCheck check = new SecretCheck(Duration.ofSeconds(10));
        assertThat(check.of("a", "wrong", HASH)).isEqualTo(SecretCheck.Outcome.WRONG);
        assertThat(check.of("a", "right", HASH)).isEqualTo(SecretCheck.Outcome.RIGHT);
        assertThat(check.of("a", "right", HASH)).isEqualTo(SecretCheck.Outcome.RIGHT);
        assertThat(check.of("a", "wrong", HASH)).isEqualTo(SecretCheck.Outcome.WRONG);
        assertThat(check.of("b", "wrong", HASH)).isEqualTo(SecretCheck.Outcome.WRONG);
    }

    @Test
    @DisplayName("a secret that was replaced is wrong, however often it was right before")
    void replaced() {
        SecretCheck check = new SecretCheck(Duration.ofSeconds(10));
        assertThat(check.of("a", "right", HASH)).isEqualTo(SecretCheck.Outcome.RIGHT);
        assertThat(check.of("a", "right", SecretHash.of("new"))).isEqualTo(SecretCheck.Outcome.WRONG);
    }

    @Test
    @DisplayName("whoever would wait too long is told to come again")
    void patience() {
        SecretCheck check = new SecretCheck(Duration.ofNanos(1));
        assertThat(check.of("a", "right", HASH)).isEqualTo(SecretCheck.Outcome.BUSY);
    }

    @Test
    @DisplayName("a flood of guesses is turned away, and keeps nobody out who logged in before")
    void flood() throws Exception {
        SecretCheck check = new SecretCheck(Duration.ofSeconds(20));
        assertThat(check.of("a", "right", HASH)).isEqualTo(SecretCheck.Outcome.RIGHT);
        List<Future<SecretCheck.Outcome>> guesses = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int guess = 0; guess < 100; guess++) {
                String secret = "guess " + guess;
                guesses.add(executor.submit(() -> check.of("a", secret, HASH)));
            }
            for (int login = 0; login < 20; login++) {
                assertThat(check.of("a", "right", HASH)).isEqualTo(SecretCheck.Outcome.RIGHT);
            }
        }
        List<SecretCheck.Outcome> outcomes = new ArrayList<>();
        for (Future<SecretCheck.Outcome> guess : guesses) {
            outcomes.add(guess.get());
        }
        assertThat(outcomes)
                .contains(SecretCheck.Outcome.BUSY, SecretCheck.Outcome.WRONG)
                .doesNotContain(SecretCheck.Outcome.RIGHT);
    }
}
