package dev.sigillo.eventlog;

import static dev.sigillo.bytes.HashAlgorithm.SHA1;
import static dev.sigillo.eventlog.EventType.EV_ACTION;
import static dev.sigillo.eventlog.EventType.EV_NO_ACTION;
import static dev.sigillo.eventlog.EventType.EV_PREBOOT_CERT;
import static dev.sigillo.eventlog.EventType.EV_SEPARATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("PFP 10.2.1: the legacy form, TCG_PCR_EVENT with one SHA-1 digest")
class LegacyLogTest {

    private static final Bytes SEPARATOR = Bytes.zeros(4);
    private static final Bytes HEADER = event(0, EV_NO_ACTION, Bytes.zeros(20), Bytes.utf8("Spec ID Event02\0"));

    private static Bytes event(int pcr, int type, Bytes digest, Bytes payload) {
        return new ByteWriter()
                .u32le(pcr)
                .u32le(type)
                .bytes(digest)
                .u32le(payload.size())
                .bytes(payload)
                .toBytes();
    }

    private static Bytes separator(int pcr) {
        return event(pcr, EV_SEPARATOR, SHA1.hash(SEPARATOR), SEPARATOR);
    }

    @Test
    @DisplayName("Its only bank is SHA-1, and its header is an event like any other")
    void events() throws MalformedException {
        ParsedLog log = EventLog.parse(Bytes.concat(HEADER, separator(7)));
        assertThat(log.cryptoAgile()).isFalse();
        assertThat(log.header()).isEmpty();
        assertThat(log.banks()).containsExactly(SHA1);
        assertThat(log.events()).extracting(Event::pcr).containsExactly(0, 7);
        assertThat(log.earlierBoots()).isEmpty();
        assertThat(log.replay(SHA1)).containsOnlyKeys(7);
        assertThat(log.replay(SHA1).get(7)).isEqualTo(Digest.zero(SHA1).extend(Digest.of(SHA1, SEPARATOR)));
        VerifiedLog verified = log.verify(log.replay(SHA1));
        assertThat(verified.cryptoAgile()).isFalse();
        assertThat(verified.unmeasured()).hasSize(1);
        assertThat(log.replay(HashAlgorithm.SHA256)).isEmpty();
    }

    @Test
    @DisplayName("Another header begins another boot")
    void boots() throws MalformedException {
        Bytes first = Bytes.concat(HEADER, separator(7), separator(4));
        ParsedLog log = EventLog.parse(Bytes.concat(first, HEADER, separator(5)));
        assertThat(log.earlierBoots()).hasSize(1);
        assertThat(log.earlierBoots().getFirst().events()).hasSize(3);
        assertThat(log.replay(SHA1)).containsOnlyKeys(5);
        assertThat(log.events()).extracting(Event::index).containsExactly(0, 1);
        ParsedLog three = EventLog.parse(Bytes.concat(first, HEADER, HEADER));
        assertThat(three.earlierBoots()).hasSize(2);
    }

    @Test
    @DisplayName("A measured event with the header's words, or such an event in a crypto-agile log, begins none")
    void noBoot() throws MalformedException {
        Bytes words = Bytes.utf8("Spec ID Event02\0");
        Bytes claim = event(0, EV_ACTION, SHA1.hash(words), words);
        assertThat(EventLog.parse(Bytes.concat(HEADER, claim, claim)).earlierBoots())
                .isEmpty();
        Bytes note = event(0, EV_NO_ACTION, Bytes.zeros(20), Bytes.utf8("a note"));
        assertThat(EventLog.parse(Bytes.concat(HEADER, note, note)).earlierBoots())
                .isEmpty();
        assertThat(EventLog.parse(new LogBytes(SHA1)
                                .noAction(0, words)
                                .noAction(0, words)
                                .bytes())
                        .earlierBoots())
                .isEmpty();
    }

    @Test
    @DisplayName("An event of PCR 0 and type 0 begins with eight zeros and is no padding")
    void noPadding() throws MalformedException {
        Bytes event = event(0, EV_PREBOOT_CERT, SHA1.hash(SEPARATOR), SEPARATOR);
        ParsedLog log = EventLog.parse(Bytes.concat(HEADER, event, Bytes.zeros(40)));
        assertThat(log.events()).hasSize(2);
        assertThat(log.replay(SHA1)).containsOnlyKeys(0);
    }

    @Test
    @DisplayName("A cut event is refused")
    void cut() {
        Bytes log = Bytes.concat(HEADER, separator(7));
        for (int size = HEADER.size() + 1; size < log.size(); size++) {
            Bytes part = log.slice(0, size);
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> EventLog.parse(part));
        }
    }
}
