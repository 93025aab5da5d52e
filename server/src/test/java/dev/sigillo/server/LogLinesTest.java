package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.arm.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("SIGILLO_LOG=json")
@ExtendWith(ArmHarness.OfClass.class)
class LogLinesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static ObjectNode line(LogRecord entry) {
        String line = new JsonLines().format(entry);
        assertThat(line).endsWith("\n");
        assertThat(line.strip()).doesNotContain("\n");
        return Json.object(line);
    }

    /** What the handler would write of requests for {@code path}; a request's entry comes after its reply. */
    private static ObjectNode entry(String path, Runnable work) {
        List<ObjectNode> lines = Collections.synchronizedList(new ArrayList<>());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                lines.add(line(entry));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger access = Logger.getLogger("dev.sigillo.access");
        access.addHandler(handler);
        try {
            work.run();
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (System.nanoTime() < deadline) {
                for (ObjectNode line : List.copyOf(lines)) {
                    if (line.path("path").asString("").equals(path)) {
                        return line;
                    }
                }
                Thread.onSpinWait();
            }
            throw new AssertionError("no entry of " + path + " in " + lines);
        } finally {
            access.removeHandler(handler);
        }
    }

    @Test
    @DisplayName("each request is one object: method, path, status, duration, principal, correlation and trace")
    void request(ArmHarness arm) {
        String path = ArmHarness.S + "/resourceGroups/none";
        List<String> correlation = new ArrayList<>();
        ObjectNode line = entry(
                path,
                () -> correlation.add(arm.exchange(
                                "GET",
                                path + "?api-version=2026-06-01&secret=s3cret",
                                "",
                                Map.of(
                                        "Authorization",
                                        "Bearer " + arm.token(),
                                        "traceparent",
                                        "00-" + TRACE + "-00f067aa0ba902b7-01"))
                        .raw()
                        .headers()
                        .firstValue("x-ms-correlation-request-id")
                        .orElse("")));
        assertThat(line.path("method").asString()).isEqualTo("GET");
        assertThat(line.path("path").asString()).isEqualTo(path);
        assertThat(line.path("status").asInt()).isEqualTo(404);
        assertThat(line.path("durationMs").isIntegralNumber()).isTrue();
        assertThat(line.path("principal").asString())
                .isEqualTo(arm.credentials.path("clientId").asString(""));
        assertThat(List.of(line.path("correlationId").asString())).isEqualTo(correlation);
        assertThat(line.path("requestId").asString()).hasSize(36);
        assertThat(line.path("traceId").asString()).isEqualTo(TRACE);
        assertThat(line.toString()).doesNotContain("s3cret", arm.token());
    }

    @Test
    @DisplayName("no text in an entry makes a line or a field of its own")
    void hostile() {
        LogRecord entry = new LogRecord(Level.WARNING, "x\n{\"level\":\"SEVERE\"}\u001b[2J");
        entry.setLoggerName("a\"b");
        entry.setThrown(new IllegalStateException("first\nsecond", new IllegalArgumentException("cause")));
        ObjectNode line = line(entry);
        assertThat(line.path("level").asString()).isEqualTo("WARNING");
        assertThat(line.path("message").asString()).isEqualTo("x\n{\"level\":\"SEVERE\"}\u001b[2J");
        assertThat(line.path("error").asString()).contains("first\nsecond", "caused by", "cause");
    }

    @Test
    @DisplayName("what else is logged while a request is answered bears the request's trace")
    void trace() {
        ObjectNode line = ScopedValue.where(
                        TraceContext.CURRENT, TraceContext.of(Optional.of("00-" + TRACE + "-00f067aa0ba902b7-01")))
                .call(() -> line(new LogRecord(Level.INFO, "something")));
        assertThat(line.path("traceId").asString()).isEqualTo(TRACE);
        assertThat(line(new LogRecord(Level.INFO, "outside")).has("traceId")).isFalse();
    }

    @Test
    @DisplayName("a form that there is none of stops the start and says which there are")
    void unknown() {
        assertThatThrownBy(() -> JsonLines.configure(Map.of("SIGILLO_LOG", "xml")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("json or text");
    }
}
