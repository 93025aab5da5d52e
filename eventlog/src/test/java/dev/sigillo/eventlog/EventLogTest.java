package dev.sigillo.eventlog;

import static dev.sigillo.bytes.HashAlgorithm.SHA1;
import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.bytes.HashAlgorithm.SM3_256;
import static dev.sigillo.eventlog.EventType.EV_SEPARATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EventLogTest {

    private static final Bytes SEPARATOR = Bytes.zeros(4);

    private static LogBytes twoEvents() {
        return new LogBytes(SHA1, SHA256)
                .measured(7, EV_SEPARATOR, SEPARATOR)
                .measured(4, EventType.EV_EFI_ACTION, Bytes.utf8("Calling EFI Application from Boot Option"));
    }

    private static void refused(LogBytes log, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> EventLog.parse(log.bytes()))
                .withMessageContaining(why);
    }

    @Test
    @DisplayName("Rule 20: each register is extended by its own events, in order, in every bank")
    void replay() throws MalformedException {
        ParsedLog log = EventLog.parse(twoEvents().bytes());
        assertThat(log.banks()).containsExactly(SHA1, SHA256);
        for (HashAlgorithm bank : log.banks()) {
            assertThat(log.replay(bank).get(7)).isEqualTo(Digest.zero(bank).extend(Digest.of(bank, SEPARATOR)));
        }
        assertThat(log.events().get(0).bindsPayload(SHA256)).isTrue();
        assertThat(log.replay(SM3_256)).isEmpty();
    }

    @Test
    @DisplayName("Rule 20: a register that no event covers must hold its initial value")
    void unexplained() throws MalformedException {
        ParsedLog log = EventLog.parse(twoEvents().bytes());
        SortedMap<Integer, Digest> quoted = log.replay(SHA256);
        quoted.put(12, Digest.zero(SHA256));
        assertThat(log.verify(quoted).replays()).isTrue();
        quoted.put(12, Digest.of(SHA256, SEPARATOR));
        assertThat(log.verify(quoted).mismatches())
                .extracting(VerifiedLog.Mismatch::pcr)
                .containsExactly(12);
    }

    @Test
    @DisplayName("Rule 15: a bank that the log lacks explains no register, be it at its initial value")
    void lackingBank() throws MalformedException {
        ParsedLog log = EventLog.parse(twoEvents().bytes());
        SortedMap<Integer, Digest> quoted = new TreeMap<>();
        quoted.put(12, Digest.zero(HashAlgorithm.SHA384));
        VerifiedLog verified = log.verify(quoted);
        assertThat(verified.replays()).isFalse();
        assertThat(verified.mismatches().getFirst().computed()).isEmpty();
        assertThat(verified.events()).isEmpty();
    }

    @Test
    @DisplayName("Rule 18: an event relabelled EV_NO_ACTION extends nothing, so its register no longer replays")
    void relabelled() throws MalformedException {
        Bytes honest = twoEvents().bytes();
        SortedMap<Integer, Digest> quoted = EventLog.parse(honest).replay(SHA256);
        ParsedLog forged = EventLog.parse(new LogBytes(SHA1, SHA256)
                .measured(7, EventType.EV_NO_ACTION, SEPARATOR)
                .bytes());
        assertThat(forged.verify(quoted).mismatches())
                .extracting(VerifiedLog.Mismatch::pcr)
                .containsExactly(4, 7);
        assertThat(forged.events().getFirst().hasNonZeroDigest()).isTrue();
    }

    @Test
    @DisplayName("Rule 19: StartupLocality is the last byte of PCR 0's initial value")
    void locality() throws MalformedException {
        ParsedLog log = EventLog.parse(new LogBytes(SHA256)
                .locality(0, 3)
                .measured(0, EV_SEPARATOR, SEPARATOR)
                .bytes());
        Digest start = Digest.fromHex(SHA256, "00".repeat(31) + "03");
        assertThat(log.replay(SHA256).get(0)).isEqualTo(start.extend(Digest.of(SHA256, SEPARATOR)));
        assertThat(log.startupLocality()).hasValue(3);
    }

    @Test
    @DisplayName("Rule 19: twice, late, for another register, of another value or size: refused")
    void wrongLocality() {
        refused(new LogBytes(SHA256).locality(0, 3).locality(0, 3), "StartupLocality");
        refused(new LogBytes(SHA256).measured(0, EV_SEPARATOR, SEPARATOR).locality(0, 3), "StartupLocality");
        refused(new LogBytes(SHA256).locality(1, 3), "StartupLocality");
        refused(new LogBytes(SHA256).locality(0, 1), "0, 3 or 4 expected");
        refused(new LogBytes(SHA256).noAction(0, StartupLocality.SIGNATURE), "needs 1 bytes");
        refused(
                new LogBytes(SHA256).noAction(0, Bytes.concat(StartupLocality.SIGNATURE, Bytes.zeros(2))),
                "trailing bytes");
    }

    @Test
    @DisplayName("Rule 17: a second Spec ID is refused")
    void secondHeader() {
        refused(twoEvents().noAction(0, SpecId.SIGNATURE), "a second one");
    }

    @Test
    @DisplayName("PFP 10.2: several boots in one file: the registers hold what the last one extended")
    void boots() throws MalformedException {
        Bytes first = new LogBytes(SHA256)
                .locality(0, 3)
                .measured(0, EV_SEPARATOR, SEPARATOR)
                .bytes();
        Bytes last =
                new LogBytes(SHA1, SHA256).measured(7, EV_SEPARATOR, SEPARATOR).bytes();
        ParsedLog log = EventLog.parse(Bytes.concat(first, twoEvents().bytes(), last));
        assertThat(log.earlierBoots()).hasSize(2);
        assertThat(log.earlierBoots().getFirst().startupLocality()).hasValue(3);
        assertThat(log.startupLocality()).isEmpty();
        assertThat(log.replay(SHA256)).isEqualTo(EventLog.parse(last).replay(SHA256));
        assertThat(log.events().getFirst().index()).isZero();
        assertThat(log.banks()).containsExactly(SHA1, SHA256);
        Bytes many = Bytes.concat(java.util.stream.Stream.generate(() -> first)
                .limit(EventLog.MAX_BOOTS + 1L)
                .toArray(Bytes[]::new));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> EventLog.parse(many))
                .withMessageContaining("64 boots");
    }

    @Test
    @DisplayName("what begins like the header of another boot, and is too short to be one, is an event of this boot")
    void headerThatIsNone() {
        ByteWriter none = new ByteWriter().u32le(0).u32le(EventType.EV_NO_ACTION);
        none.bytes(Bytes.zeros(20)).u32le(3).bytes(SpecId.SIGNATURE).bytes(Bytes.zeros(20));
        refused(twoEvents().raw(none.toBytes()), "0, the header's table has 2 algorithms");
    }

    @Test
    @DisplayName(
            "TPM 2.0 Part 1: an H-CRTM event first in PCR 0 means locality 4, unless StartupLocality says otherwise")
    void hcrtm() throws MalformedException {
        LogBytes bytes = new LogBytes(SHA256).measured(0, EventType.EV_EFI_HCRTM_EVENT, Bytes.utf8("HCRTM"));
        ParsedLog log = EventLog.parse(bytes.bytes());
        assertThat(log.hasHcrtm()).isTrue();
        assertThat(log.initialValue(SHA256, 0).hex()).endsWith("04");
        assertThat(EventLog.parse(twoEvents().bytes()).initialValue(SHA256, 0)).isEqualTo(Digest.zero(SHA256));
    }

    @Test
    @DisplayName("Rule 17: an event holds exactly the table's algorithms, once each, in any order")
    void algorithms() throws MalformedException {
        Bytes sha1 = new ByteWriter().u16le(4).bytes(Bytes.zeros(20)).toBytes();
        Bytes sha256 = new ByteWriter().u16le(11).bytes(Bytes.zeros(32)).toBytes();
        Bytes empty = Bytes.zeros(4);
        Bytes start = Bytes.fromHex("0700000004000000");
        Bytes two = Bytes.fromHex("02000000");
        assertThat(EventLog.parse(new LogBytes(SHA1, SHA256)
                                .raw(Bytes.concat(start, two, sha256, sha1, empty))
                                .bytes())
                        .events())
                .hasSize(1);
        refused(new LogBytes(SHA1, SHA256).raw(Bytes.concat(start, two, sha1, sha1, empty)), "twice");
        refused(
                new LogBytes(SHA1, SHA256).raw(Bytes.concat(start, Bytes.fromHex("01000000"), sha256, empty)),
                "digests.count");
        refused(new LogBytes(SHA256).raw(Bytes.concat(start, Bytes.fromHex("01000000"), sha1, empty)), "table");
    }

    @Test
    @DisplayName("Rule 17: an algorithm that we do not know is carried by the table's size, and judged nowhere")
    void unknownAlgorithm() throws MalformedException {
        Bytes table = new ByteWriter()
                .u32le(2)
                .u16le(0x0B)
                .u16le(32)
                .u16le(0x7777)
                .u16le(5)
                .u8(0)
                .toBytes();
        Bytes event = new ByteWriter()
                .u32le(7)
                .u32le(EV_SEPARATOR)
                .u32le(2)
                .u16le(0x7777)
                .bytes(Bytes.utf8("abcde"))
                .u16le(0x0B)
                .bytes(Digest.of(SHA256, SEPARATOR).value())
                .u32le(4)
                .bytes(SEPARATOR)
                .toBytes();
        ParsedLog log = EventLog.parse(new LogBytes(table, SHA256).raw(event).bytes());
        assertThat(log.banks()).containsExactly(SHA256);
        assertThat(log.events().getFirst().unknownDigests()).containsEntry(0x7777, Bytes.utf8("abcde"));
    }

    @Test
    @DisplayName("Rule 16: a table of none, of 17, twice the same, or of a wrong size is refused")
    void tables() {
        refused(new LogBytes(Bytes.fromHex("0000000000")), "numberOfAlgorithms");
        refused(new LogBytes(Bytes.fromHex("11000000")), "numberOfAlgorithms");
        refused(new LogBytes(Bytes.fromHex("FFFFFFFF")), "numberOfAlgorithms");
        refused(new LogBytes(Bytes.fromHex("0200000004001400040014000000")), "second time");
        refused(new LogBytes(Bytes.fromHex("010000000B00140000")), "20 bytes");
        refused(new LogBytes(Bytes.fromHex("010000000B00FFFF00")), "65535 bytes");
        refused(new LogBytes(Bytes.fromHex("010000000B0020000000")), "trailing");
        refused(new LogBytes(Bytes.fromHex("010000000B00200005")), "vendorInfo");
    }

    @Test
    @DisplayName("Rule 26: zeros or ones may follow the last event, nothing else")
    void padding() throws MalformedException {
        for (int filler : new int[] {0x00, 0xFF}) {
            for (int size : new int[] {1, 7, 12, 500}) {
                byte[] tail = new byte[size];
                java.util.Arrays.fill(tail, (byte) filler);
                assertThat(EventLog.parse(twoEvents().raw(Bytes.of(tail)).bytes())
                                .events())
                        .hasSize(2);
            }
        }
        refused(twoEvents().raw(Bytes.zeros(40)).raw(Bytes.fromHex("01")), "padding");
        refused(twoEvents().raw(Bytes.fromHex("010203")), "pcrIndex");
        refused(
                twoEvents().noAction(0xFFFFFFFFL, Bytes.utf8("trust")).measured(5, EV_SEPARATOR, SEPARATOR),
                "pcrIndex");
        assertThat(EventLog.parse(twoEvents()
                                .noAction(0xFFFFFFFFL, Bytes.utf8("trust"))
                                .bytes())
                        .events())
                .hasSize(2);
    }

    @Test
    @DisplayName("Rule 16: a register above 23, an eventSize of 4 GiB, 10,001 events, a log above 1 MiB: refused")
    void ceilings() {
        refused(new LogBytes(SHA256).measured(24, EV_SEPARATOR, SEPARATOR), "0 to 23");
        Bytes digest = Bytes.zeros(32);
        refused(
                new LogBytes(SHA256)
                        .raw(Bytes.concat(
                                Bytes.fromHex("0700000004000000010000000B00"), digest, Bytes.fromHex("FFFFFFFF"))),
                "needs 4294967295 bytes");
        LogBytes many = new LogBytes(SHA1);
        for (int i = 0; i <= EventLog.MAX_EVENTS; i++) {
            many.measured(7, EV_SEPARATOR, Bytes.empty());
        }
        refused(many, "10000 events");
        refused(twoEvents().raw(Bytes.zeros(EventLog.MAX_SIZE)), "at most 1048576");
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> EventLog.parse(Bytes.empty()));
    }

    @Test
    @DisplayName("Rule 16: hostile bytes end in one checked exception, in a time that their size bounds")
    void hostile() {
        Bytes honest = twoEvents().locality(1, 0).bytes();
        Assertions.assertThatCode(() -> ForAll.seeds(3000, random -> {
                    byte[] changed = honest.toByteArray();
                    for (int i = random.nextInt(1, 4); i > 0; i--) {
                        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                    }
                    parses(Bytes.of(changed).slice(0, random.nextInt(changed.length + 1)));
                }))
                .doesNotThrowAnyException();
        Bytes zeros = Bytes.concat(Bytes.zeros(EventLog.MAX_SIZE - 1), Bytes.of((byte) 1));
        org.junit.jupiter.api.Assertions.assertTimeout(Duration.ofSeconds(2), () -> parses(zeros));
        org.junit.jupiter.api.Assertions.assertTimeout(
                Duration.ofSeconds(2),
                () -> parses(twoEvents()
                        .raw(Bytes.concat(Bytes.fromHex("01000000"), zeros.slice(1024, zeros.size())))
                        .bytes()));
    }

    private static void parses(Bytes log) {
        try {
            ParsedLog parsed = EventLog.parse(log);
            parsed.banks().forEach(parsed::replay);
        } catch (MalformedException expected) {
            assertThat(expected).hasMessageContaining("offset");
        }
    }
}
