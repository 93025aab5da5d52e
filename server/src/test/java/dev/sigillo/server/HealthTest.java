package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.reconcile.Workers;
import dev.sigillo.server.ArmHarness.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("GET /healthz and /readyz, for anybody")
class HealthTest {
    private final MovableClock clock = new MovableClock();

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeEach
    void start() {
        arm = new ArmHarness(folder, ArmHarness.freePort(), clock, ArmHarness.UNLIMITED, OptionalLong.empty());
        arm.hostImages = List.of(new HostImages.HostImage(ArmHarness.IMAGE, "1.35.4", "6.12", "c0", "ab", true));
    }

    @AfterEach
    void stop() {
        arm.close();
    }

    /** Answers are kept for a second. */
    private Reply ready() {
        clock.move(Duration.ofSeconds(2));
        return arm.exchange("GET", "/readyz", "", Map.of());
    }

    private static String failing(Reply reply) {
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json().path("ready").asBoolean(true)).isFalse();
        return reply.json()
                .path("parts")
                .valueStream()
                .filter(part -> !part.path("ready").asBoolean(true))
                .map(part -> part.path("name").asString("") + ": "
                        + part.path("reason").asString(""))
                .reduce("", String::concat);
    }

    @Test
    @DisplayName("an alive server that can work is ready in every part")
    void healthy() {
        assertThat(arm.exchange("GET", "/healthz", "", Map.of()).raw().body()).isEqualTo("{\"alive\":true}");
        Reply reply = ready();
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(200);
        assertThat(reply.json()
                        .path("parts")
                        .valueStream()
                        .map(part -> part.path("name").asString("")))
                .containsExactly("database", "reconciler", "image");
    }

    @Test
    @DisplayName(
            "without a node image, with a worker that is behind or missing, or at its end it is not, and says which")
    void notReady() {
        List<HostImages.HostImage> images = arm.hostImages;
        arm.hostImages = List.of();
        assertThat(failing(ready())).startsWith("image: there is no node image");
        arm.hostImages = images;
        arm.workers = new Workers(1, 0, 0, false);
        assertThat(failing(ready())).isEqualTo("reconciler: 1 clusters have no worker, 0 workers are behind");
        arm.workers = new Workers(0, 2, 5, false);
        assertThat(failing(ready())).contains("2 workers are behind");
        arm.workers = new Workers(0, 0, 5, true);
        assertThat(failing(ready())).contains("being stopped");
        arm.workers = new Workers(0, 0, 5, false);
        assertThat(ready().status()).isEqualTo(200);
    }

    @Test
    @DisplayName("a database that takes no write is told without its path or its cause; the server stays alive")
    void database() {
        arm.store.close();
        new java.io.File(folder.toFile(), "sigillo.db").delete();
        assertThat(folder.resolve("sigillo.db").toFile().mkdir()).isTrue();
        Reply reply = ready();
        assertThat(failing(reply)).contains("database: it takes no write");
        assertThat(reply.raw().body()).doesNotContain(folder.toString(), "sqlite", "SQL");
        assertThat(arm.exchange("GET", "/healthz", "", Map.of()).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("one answer serves all who ask within a second")
    void kept() {
        assertThat(ready().status()).isEqualTo(200);
        arm.workers = new Workers(1, 0, 0, false);
        assertThat(arm.exchange("GET", "/readyz", "", Map.of()).status()).isEqualTo(200);
        assertThat(ready().status()).isEqualTo(503);
    }
}
