package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("W3C Trace Context")
@ExtendWith(ArmHarness.OfClass.class)
class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    @Test
    @DisplayName("§3.2: the sender's trace goes on, under a span of this server's, and the reply says so")
    void continued(ArmHarness arm) {
        String returned = arm.exchange("GET", "/healthz", "", Map.of("traceparent", PARENT))
                .raw()
                .headers()
                .firstValue("traceparent")
                .orElse("");
        assertThat(returned).matches("00-" + TRACE + "-[0-9a-f]{16}-01").isNotEqualTo(PARENT);
    }

    @Test
    @DisplayName("§3.2.4: a later version is read as far as it is known")
    void later() {
        assertThat(TraceContext.of(Optional.of("01-" + TRACE + "-00f067aa0ba902b7-01-more"))
                        .trace())
                .isEqualTo(TRACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\",\"status\":500,\"x\":\"",
                "{0} %s ${jndi:ldap://x}"
            })
    @DisplayName("§3.2.2: whatever is no traceparent begins a trace of its own, and nothing of it is repeated")
    void hostile(String header, ArmHarness arm) {
        String returned = arm.exchange("GET", "/healthz", "", Map.of("traceparent", header))
                .raw()
                .headers()
                .firstValue("traceparent")
                .orElse("");
        assertThat(returned).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00").doesNotContain(TRACE);
    }

    @Test
    @DisplayName("a header of any length costs nothing")
    void longest() {
        assertThat(TraceContext.of(Optional.of("01-" + TRACE + "-00f067aa0ba902b7-01-" + "x".repeat(100_000)))
                        .trace())
                .isNotEqualTo(TRACE);
    }
}
