package dev.sigillo.eventlog;

import static dev.sigillo.bytes.HashAlgorithm.SHA1;
import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.bytes.HashAlgorithm.SHA384;
import static dev.sigillo.eventlog.EventType.EV_ACTION;
import static dev.sigillo.eventlog.EventType.EV_NO_ACTION;
import static dev.sigillo.eventlog.EventType.EV_SEPARATOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("PFP 10.2.2: one event")
class EventTest {

    private static final Bytes PAYLOAD = Bytes.utf8("payload");
    private static final Map<HashAlgorithm, Digest> DIGESTS =
            Map.of(SHA1, Digest.of(SHA1, PAYLOAD), SHA256, Digest.of(SHA256, PAYLOAD));
    private static final Event EVENT = new Event(5, 7, EV_ACTION, DIGESTS, Map.of(), PAYLOAD);

    private static Event noAction(Map<HashAlgorithm, Digest> digests, Map<Integer, Bytes> unknown) {
        return new Event(0, 0, EV_NO_ACTION, digests, unknown, PAYLOAD);
    }

    @Test
    @DisplayName("A payload is bound in the banks whose digest is H(payload), in whatever order they are asked")
    void binds() {
        assertThat(EVENT.bindsPayload(SHA1)).isTrue();
        assertThat(EVENT.bindsPayload(SHA256)).isTrue();
        assertThat(EVENT.bindsPayload(SHA1)).isTrue();
        assertThat(EVENT.bindsPayload(SHA384)).as("a bank without a digest").isFalse();
        Map<HashAlgorithm, Digest> oneWrong =
                Map.of(SHA1, Digest.of(SHA1, PAYLOAD), SHA256, Digest.of(SHA256, Bytes.utf8("another")));
        Event half = new Event(5, 7, EV_ACTION, oneWrong, Map.of(), PAYLOAD);
        assertThat(half.bindsPayload(SHA1)).isTrue();
        assertThat(half.bindsPayload(SHA256)).isFalse();
        assertThat(noAction(DIGESTS, Map.of()).bindsPayload(SHA256))
                .as("EV_NO_ACTION extends nothing, so nothing of it is bound")
                .isFalse();
    }

    @Test
    @DisplayName("A digest that is not zero is told, in a bank that we know and in one that we do not")
    void nonZeroDigest() {
        Map<HashAlgorithm, Digest> zeros = Map.of(SHA1, Digest.zero(SHA1), SHA256, Digest.zero(SHA256));
        assertThat(noAction(zeros, Map.of(0x7777, Bytes.zeros(5))).hasNonZeroDigest())
                .isFalse();
        assertThat(noAction(zeros, Map.of(0x7777, Bytes.fromHex("0000000001"))).hasNonZeroDigest())
                .isTrue();
        assertThat(noAction(Map.of(SHA1, Digest.zero(SHA1), SHA256, Digest.of(SHA256)), Map.of())
                        .hasNonZeroDigest())
                .isTrue();
    }

    @Test
    @DisplayName("What was put in is handed out, the digest of one bank too")
    void parts() {
        assertThat(EVENT.index()).isEqualTo(5);
        assertThat(EVENT.pcr()).isEqualTo(7);
        assertThat(EVENT.digest(SHA256)).contains(Digest.of(SHA256, PAYLOAD));
        assertThat(EVENT.digest(SHA384)).isEmpty();
        assertThat(EVENT.typeName()).isEqualTo("EV_ACTION");
        assertThat(EVENT)
                .hasToString("event 5, PCR 7, EV_ACTION, " + EVENT.digests().values() + ", " + PAYLOAD);
    }

    @Test
    @DisplayName("Two events are equal when all of it is")
    void equality() {
        Event same = new Event(5, 7, EV_ACTION, Map.copyOf(DIGESTS), Map.of(), Bytes.utf8("payload"));
        assertThat(same).isEqualTo(EVENT).hasSameHashCodeAs(EVENT);
        for (Event other : List.of(
                new Event(6, 7, EV_ACTION, DIGESTS, Map.of(), PAYLOAD),
                new Event(5, 4, EV_ACTION, DIGESTS, Map.of(), PAYLOAD),
                new Event(5, 7, EV_SEPARATOR, DIGESTS, Map.of(), PAYLOAD),
                new Event(5, 7, EV_ACTION, Map.of(), Map.of(), PAYLOAD),
                new Event(5, 7, EV_ACTION, DIGESTS, Map.of(0x7777, Bytes.zeros(5)), PAYLOAD),
                new Event(5, 7, EV_ACTION, DIGESTS, Map.of(), Bytes.utf8("Payload")))) {
            assertThat(other).isNotEqualTo(EVENT);
            assertThat(other.hashCode()).isNotEqualTo(EVENT.hashCode());
        }
    }
}
