package dev.sigillo.eventlog;

import static dev.sigillo.bytes.HashAlgorithm.SHA1;
import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.eventlog.EventType.EV_PREBOOT_CERT;
import static dev.sigillo.eventlog.EventType.EV_SEPARATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 16: a log at its ceilings parses, one step above it is refused")
class LogLimitsTest {

    private static final Bytes SEPARATOR = Bytes.zeros(4);

    private static void refused(Bytes log, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> EventLog.parse(log))
                .withMessageContaining(why);
    }

    private static LogBytes separators(int count) {
        LogBytes log = new LogBytes(SHA1);
        for (int i = 0; i < count; i++) {
            log.measured(7, EV_SEPARATOR, Bytes.empty());
        }
        return log;
    }

    @Test
    @DisplayName("1 MiB")
    void size() throws MalformedException {
        Bytes log = separators(2).bytes();
        Bytes full = Bytes.concat(log, Bytes.zeros(EventLog.MAX_SIZE - log.size()));
        assertThat(EventLog.parse(full).events()).hasSize(2);
        refused(Bytes.concat(full, Bytes.zeros(1)), "1048577 bytes, at most 1048576");
    }

    @Test
    @DisplayName("10,000 events, those of earlier boots among them")
    void events() throws MalformedException {
        assertThat(EventLog.parse(separators(EventLog.MAX_EVENTS).bytes()).events())
                .hasSize(EventLog.MAX_EVENTS);
        Bytes half = separators(EventLog.MAX_EVENTS / 2).bytes();
        assertThat(EventLog.parse(Bytes.concat(half, half)).events()).hasSize(EventLog.MAX_EVENTS / 2);
        refused(Bytes.concat(half, half, separators(1).bytes()), "more than 10000 events");
    }

    @Test
    @DisplayName("64 boots")
    void boots() throws MalformedException {
        Bytes boot = separators(1).bytes();
        Bytes[] boots = new Bytes[EventLog.MAX_BOOTS];
        java.util.Arrays.fill(boots, boot);
        assertThat(EventLog.parse(Bytes.concat(boots)).earlierBoots()).hasSize(EventLog.MAX_BOOTS - 1);
        refused(Bytes.concat(Bytes.concat(boots), boot), "more than 64 boots");
    }

    /** numberOfAlgorithms on: ids from 0x7700, which nobody knows. */
    private static Bytes table(int count, int size) {
        ByteWriter table = new ByteWriter().u32le(count);
        for (int i = 0; i < count; i++) {
            table.u16le(0x7700 + i).u16le(size);
        }
        return table.u8(0).toBytes();
    }

    @Test
    @DisplayName("16 algorithms; 1 to 128 bytes of one that we do not know")
    void algorithms() throws MalformedException {
        for (int size : new int[] {1, 128}) {
            assertThat(EventLog.parse(new LogBytes(table(16, size)).bytes()).banks())
                    .isEmpty();
        }
        refused(new LogBytes(table(17, 32)).bytes(), "17, 1 to 16 expected");
        refused(new LogBytes(table(1, 0)).bytes(), "0x7700 with 0 bytes");
        refused(new LogBytes(table(1, 129)).bytes(), "0x7700 with 129 bytes");
    }

    @Test
    @DisplayName("A header that stands in register 23, as a CCEL's stands in register 1")
    void headerRegister() throws MalformedException {
        byte[] log = separators(1).bytes().toByteArray();
        log[0] = 23;
        assertThat(EventLog.parse(Bytes.of(log)).header().orElseThrow().pcr()).isEqualTo(23);
        log[0] = 24;
        refused(Bytes.of(log), "24, 0 to 23 expected");
    }

    @Test
    @DisplayName("A second header that is cut behind its signature is a broken header, not an event")
    void cutHeader() {
        Bytes log = separators(1).bytes();
        Bytes header = new LogBytes(SHA1).bytes().slice(0, 48);
        refused(Bytes.concat(log, header), "event at offset");
        byte[] signatureAlone = header.toByteArray();
        signatureAlone[28] = 16;
        refused(Bytes.concat(log, Bytes.of(signatureAlone)), "platformClass");
        refused(Bytes.concat(log, header.slice(0, 47)), "digests.count");
    }

    @Test
    @DisplayName("A header starts another boot only with its type, digest of zeros and signature")
    void otherHeaders() {
        Bytes log = separators(1).bytes();
        for (int at : new int[] {4, 8, 27, 32, 47}) {
            byte[] changed = new LogBytes(SHA1).bytes().toByteArray();
            changed[at] ^= 0x40;
            refused(Bytes.concat(log, Bytes.of(changed)), "");
        }
    }

    @Test
    @DisplayName("An event of PCR 0 and type 0 begins with eight zeros and is no padding")
    void noPadding() throws MalformedException {
        LogBytes log = new LogBytes(SHA256).measured(0, EV_PREBOOT_CERT, SEPARATOR);
        assertThat(EventLog.parse(log.bytes()).events()).hasSize(1);
    }

    @Test
    @DisplayName("Windows' trust point closes the log: padding may follow, another type or event may not")
    void trustPoint() throws MalformedException {
        Bytes trust = Bytes.utf8("trust");
        ParsedLog log = EventLog.parse(new LogBytes(SHA256)
                .noAction(0xFFFFFFFFL, trust)
                .raw(Bytes.fromHex("FFFFFF"))
                .bytes());
        assertThat(log.trustPoint()).isTrue();
        assertThat(log.events()).isEmpty();
        assertThat(EventLog.parse(separators(1).raw(Bytes.zeros(3)).bytes()).trustPoint())
                .isFalse();
        refused(
                new LogBytes(SHA256)
                        .noAction(0xFFFFFFFFL, trust)
                        .raw(Bytes.fromHex("01"))
                        .bytes(),
                "4294967295 before the end");
        refused(
                new LogBytes(SHA256)
                        .measured(0xFFFFFFFFL, EV_SEPARATOR, SEPARATOR)
                        .bytes(),
                "4294967295 before the end");
    }
}
