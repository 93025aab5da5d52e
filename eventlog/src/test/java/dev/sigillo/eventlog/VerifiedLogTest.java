package dev.sigillo.eventlog;

import static dev.sigillo.bytes.HashAlgorithm.SHA1;
import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.eventlog.EventType.EV_SEPARATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rule 20: what a log says once it is held against quoted registers")
class VerifiedLogTest {

    private static final Bytes SEPARATOR = Bytes.zeros(4);

    private static ParsedLog log() throws MalformedException {
        return EventLog.parse(new LogBytes(SHA1, SHA256)
                .locality(0, 3)
                .measured(7, EV_SEPARATOR, SEPARATOR)
                .measured(4, EV_SEPARATOR, SEPARATOR)
                .noAction(7, Bytes.utf8("a note"))
                .measured(7, EventType.EV_EFI_ACTION, Bytes.utf8("later"))
                .bytes());
    }

    @Test
    @DisplayName("Events are handed out in the log's order, all of them and those of one register")
    void events() throws MalformedException {
        ParsedLog log = log();
        VerifiedLog verified = log.verify(log.replay(SHA256));
        assertThat(verified.replays()).isTrue();
        assertThat(verified.replayed()).containsExactly(4, 7);
        assertThat(verified.events()).extracting(Event::index).containsExactly(1, 2, 4);
        assertThat(verified.events(7)).extracting(Event::index).containsExactly(1, 4);
        assertThat(verified.events(4)).extracting(Event::index).containsExactly(2);
        assertThat(verified.events(12)).isEmpty();
    }

    @Test
    @DisplayName("A register whose value differs names the value that the log leads to, and hands out no event")
    void differs() throws MalformedException {
        ParsedLog log = log();
        SortedMap<Integer, Digest> quoted = log.replay(SHA256);
        Digest right = quoted.get(7);
        Digest wrong = Digest.of(SHA256, Bytes.utf8("another"));
        quoted.put(7, wrong);
        VerifiedLog verified = log.verify(quoted);
        assertThat(verified.replays()).isFalse();
        assertThat(verified.mismatches())
                .containsExactly(new VerifiedLog.Mismatch(7, wrong, java.util.Optional.ofNullable(right)));
        assertThat(verified.replayed()).containsExactly(4);
        assertThat(verified.events()).extracting(Event::index).containsExactly(2);
        assertThat(verified.events(7)).isEmpty();
    }

    @Test
    @DisplayName("Rule 18: EV_NO_ACTION events stand apart, the header first, whatever register they name")
    void unmeasured() throws MalformedException {
        ParsedLog log = log();
        assertThat(log.verify(log.replay(SHA256)).unmeasured())
                .extracting(Event::index)
                .containsExactly(-1, 0, 3);
    }

    @Test
    @DisplayName("The quote's bank and values, and the log itself, can be asked for")
    void parts() throws MalformedException {
        ParsedLog log = log();
        SortedMap<Integer, Digest> quoted = log.replay(SHA1);
        VerifiedLog verified = log.verify(quoted);
        assertThat(verified.bank()).contains(SHA1);
        assertThat(verified.quoted(7)).contains(log.replay(SHA1).get(7));
        assertThat(verified.quoted(12)).isEmpty();
        assertThat(verified.parsed()).isSameAs(log);
        assertThat(verified.cryptoAgile()).isTrue();
        assertThat(verified.banks()).containsExactly(SHA1, SHA256);
        quoted.clear();
        assertThat(verified.quoted(7)).as("a copy").isPresent();
        VerifiedLog nothing = log.verify(new TreeMap<>());
        assertThat(nothing.bank()).isEmpty();
        assertThat(nothing.events()).isEmpty();
    }

    @Test
    @DisplayName("Values of two banks, or of a register that is not 0 to 23, are a caller's mistake")
    void mistakes() throws MalformedException {
        ParsedLog log = log();
        SortedMap<Integer, Digest> two = new TreeMap<>();
        two.put(0, Digest.zero(SHA1));
        two.put(1, Digest.zero(SHA256));
        assertThatIllegalArgumentException().isThrownBy(() -> log.verify(two)).withMessageContaining("one bank");
        for (int pcr : new int[] {-1, 24}) {
            SortedMap<Integer, Digest> outside = new TreeMap<>();
            outside.put(pcr, Digest.zero(SHA256));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> log.verify(outside))
                    .withMessageContaining("is not 0 to 23");
        }
        SortedMap<Integer, Digest> last = new TreeMap<>();
        last.put(23, Digest.zero(SHA256));
        assertThat(log.verify(last).replays()).isTrue();
    }

    @Test
    @DisplayName("Platform TPM Profile 4.6.2: after a reset PCR 17 to 22 hold ones, every other zeros")
    void initialValues() throws MalformedException {
        ParsedLog log = EventLog.parse(new LogBytes(SHA256).bytes());
        for (int pcr = 0; pcr < 24; pcr++) {
            assertThat(log.initialValue(SHA256, pcr).value().allAre(pcr >= 17 && pcr <= 22 ? 0xFF : 0))
                    .as("PCR %d", pcr)
                    .isTrue();
        }
        ParsedLog dynamic = EventLog.parse(
                new LogBytes(SHA256).measured(17, EV_SEPARATOR, SEPARATOR).bytes());
        assertThat(dynamic.replay(SHA256).get(17))
                .isEqualTo(Digest.fromHex(SHA256, "ff".repeat(32)).extend(Digest.of(SHA256, SEPARATOR)));
    }

    @Test
    @DisplayName("TPM 2.0 Part 1: H-CRTM counts only first in PCR 0; StartupLocality goes before it")
    void hcrtm() throws MalformedException {
        Bytes hcrtm = Bytes.utf8("HCRTM");
        int type = EventType.EV_EFI_HCRTM_EVENT;
        LogBytes late =
                new LogBytes(SHA256).measured(0, EV_SEPARATOR, SEPARATOR).measured(0, type, hcrtm);
        assertThat(EventLog.parse(late.bytes()).initialValue(SHA256, 0).hex()).endsWith("00");
        LogBytes elsewhere = new LogBytes(SHA256).measured(1, type, hcrtm).measured(0, EV_SEPARATOR, SEPARATOR);
        assertThat(EventLog.parse(elsewhere.bytes()).hasHcrtm()).isFalse();
        LogBytes behind = new LogBytes(SHA256)
                .noAction(0, Bytes.utf8("a note"))
                .measured(7, EV_SEPARATOR, SEPARATOR)
                .measured(0, type, hcrtm);
        assertThat(EventLog.parse(behind.bytes()).hasHcrtm()).isTrue();
        LogBytes claimed = new LogBytes(SHA256).locality(0, 3).measured(0, type, hcrtm);
        assertThat(EventLog.parse(claimed.bytes()).initialValue(SHA256, 0).hex())
                .endsWith("03");
    }
}
