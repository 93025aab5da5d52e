package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests within and over the limit, on a clock that stands until the test moves it. */
class ThrottleTest {
    private static final String GROUP = ArmHarness.S + "/resourceGroups/rg";
    private static final String BODY = "{\"location\":\"eastus\"}";

    private final SettableClock clock = new SettableClock(Instant.now());
    private final Throttle throttle = new Throttle(new Limits(2, 1, 1), clock);

    private int granted(String principal, String method, int times) {
        int granted = 0;
        for (int time = 0; time < times; time++) {
            granted += throttle.take(principal, method).granted() ? 1 : 0;
        }
        return granted;
    }

    @Test
    @DisplayName("what ten seconds bring may come at once; then as many as each second brings")
    void bucket() {
        assertThat(throttle.take("a", "GET").left()).isEqualTo(19);
        assertThat(granted("a", "GET", 100)).isEqualTo(19);
        clock.advance(Duration.ofMillis(500));
        assertThat(granted("a", "GET", 100)).isEqualTo(1);
        clock.advance(Duration.ofSeconds(3));
        assertThat(granted("a", "GET", 100)).isEqualTo(6);
        clock.advance(Duration.ofDays(1));
        assertThat(granted("a", "GET", 100)).isEqualTo(20);
    }

    @Test
    @DisplayName("the wait that is told is long enough, and not by a second too long")
    void waits() {
        granted("a", "PUT", 10);
        Throttle.Taken refused = throttle.take("a", "PUT");
        assertThat(refused.granted()).isFalse();
        assertThat(refused.waitSeconds()).isEqualTo(1);
        clock.advance(Duration.ofMillis(999));
        assertThat(throttle.take("a", "PUT").granted()).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(throttle.take("a", "PUT").granted()).isTrue();
    }

    @Test
    @DisplayName("reads, writes and deletes have buckets of their own, and so has each principal")
    void apart() {
        assertThat(granted("a", "PUT", 6) + granted("a", "POST", 3) + granted("a", "PATCH", 3))
                .isEqualTo(10);
        assertThat(granted("a", "DELETE", 100)).isEqualTo(10);
        assertThat(granted("a", "GET", 10) + granted("a", "HEAD", 90)).isEqualTo(20);
        assertThat(granted("b", "PUT", 100)).isEqualTo(10);
    }

    @Test
    @DisplayName("a clock that is set back neither fills a bucket nor keeps it empty")
    void setBack() {
        granted("a", "PUT", 10);
        clock.advance(Duration.ofHours(-1));
        assertThat(throttle.take("a", "PUT").granted()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(granted("a", "PUT", 100)).isEqualTo(1);
    }

    @Test
    @DisplayName("who was here a moment ago is remembered whatever number of others comes in between")
    void bounded() {
        granted("a", "PUT", 10);
        for (int other = 0; other < 4000; other++) {
            throttle.take("p" + other, "PUT");
        }
        assertThat(throttle.take("a", "PUT").granted()).isFalse();
    }

    @Test
    @DisplayName("limits have defaults above Azure's, and each is set by a variable of its own")
    void settings() {
        assertThat(Limits.of(Map.of())).isEqualTo(new Limits(100, 20, 20));
        assertThat(Limits.of(Map.of(
                        "SIGILLO_READS_PER_SECOND", "7",
                        "SIGILLO_WRITES_PER_SECOND", "8",
                        "SIGILLO_DELETES_PER_SECOND", "1000000")))
                .isEqualTo(new Limits(7, 8, 1_000_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "ten", "1000001", "9999999999999999999"})
    @DisplayName("a limit that is no whole number from 1 to a million stops the start, in a sentence")
    void badSettings(String bad) {
        assertThatThrownBy(() -> Limits.of(Map.of("SIGILLO_WRITES_PER_SECOND", bad)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SIGILLO_WRITES_PER_SECOND is \"" + bad + "\"; it is a whole number from 1 to 1000000");
    }

    @Test
    @DisplayName(
            "over the limit the API answers 429 with the seconds to wait, and does nothing; then the same PUT holds")
    void repeatedPut(@TempDir Path folder) {
        try (ArmHarness arm =
                new ArmHarness(folder, ArmHarness.freePort(), clock, new Limits(1, 1, 1), OptionalLong.empty())) {
            Reply first = arm.put(GROUP, BODY);
            assertThat(first.status()).isEqualTo(201);
            assertThat(first.raw().headers().firstValue("x-ms-ratelimit-remaining-subscription-writes"))
                    .contains("9");
            for (int time = 0; time < 9; time++) {
                assertThat(arm.put(GROUP, BODY).status()).isEqualTo(200);
            }
            String cluster = arm.mc("one");
            String asked = "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":"
                    + "[{\"name\":\"nodepool1\",\"count\":1,\"mode\":\"System\"}]}}";
            int audited = arm.store.audit().before(Long.MAX_VALUE, 1000).size();
            Reply over = arm.put(cluster, asked);
            assertThat(over.status()).isEqualTo(429);
            assertThat(over.code()).isEqualTo("TooManyRequests");
            assertThat(over.message()).contains("writes", "1 a second", "after '1' seconds");
            assertThat(over.raw().headers().firstValue("Retry-After")).contains("1");
            assertThat(over.raw().headers().firstValue("x-ms-ratelimit-remaining-subscription-writes"))
                    .contains("0");
            assertThat(arm.store.clusters().list()).isEmpty();
            assertThat(arm.store.audit().before(Long.MAX_VALUE, 1000)).hasSize(audited);

            Reply read = arm.get(GROUP);
            assertThat(read.status()).as("reads are not writes").isEqualTo(200);
            assertThat(read.raw().headers().firstValue("x-ms-ratelimit-remaining-subscription-reads"))
                    .contains("9");
            arm.reconciler.sleep(true);
            clock.advance(Duration.ofSeconds(1));
            assertThat(arm.put(cluster, asked).status()).isEqualTo(201);
            assertThat(arm.put(cluster, asked).status()).isEqualTo(429);
            clock.advance(Duration.ofSeconds(1));
            assertThat(arm.put(cluster, asked).status()).isEqualTo(200);
            assertThat(arm.store.clusters().list()).hasSize(1);
            assertThat(arm.store.operations().open()).hasSize(1);
        }
    }

    @Test
    @DisplayName("a refused request counts, tells what is left, and one without a token counts for nobody")
    void refusals(@TempDir Path folder) {
        try (ArmHarness arm =
                new ArmHarness(folder, ArmHarness.freePort(), clock, new Limits(1, 1, 1), OptionalLong.empty())) {
            Reply refused = arm.get(GROUP + "?api-version=x");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.raw().headers().firstValue("x-ms-ratelimit-remaining-subscription-reads"))
                    .contains("9");
            for (int time = 0; time < 20; time++) {
                assertThat(arm.exchange("GET", GROUP, "", Map.of()).status()).isEqualTo(401);
            }
            assertThat(arm.get(GROUP).raw().headers().firstValue("x-ms-ratelimit-remaining-subscription-reads"))
                    .contains("8");
        }
    }
}
