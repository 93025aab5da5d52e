package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.ParsedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is unusual about a log is said in a sentence each")
class LogQuirksTest {

    private static final HashAlgorithm BANK = HashAlgorithm.SHA256;
    private static final String SUCCESS = "Exit Boot Services Returned with Success";

    private final List<Event> events = new ArrayList<>();
    private final Event header = event(0, EventType.EV_NO_ACTION, Bytes.utf8("Spec ID Event03"), Digest.zero(BANK));

    private Event event(int pcr, int type, Bytes payload, Digest digest) {
        return new Event(events.size(), pcr, type, Map.of(BANK, digest), Map.of(), payload);
    }

    private LogQuirksTest add(int pcr, int type, Bytes payload) {
        events.add(event(pcr, type, payload, Digest.of(BANK, payload)));
        return this;
    }

    private LogQuirksTest exit() {
        return add(5, EventType.EV_EFI_ACTION, Bytes.utf8(SUCCESS));
    }

    private List<String> quirks() {
        return LogQuirks.of(log(true, Optional.of(header), List.of()));
    }

    private ParsedLog log(boolean cryptoAgile, Optional<Event> first, List<ParsedLog> earlier) {
        return new ParsedLog(cryptoAgile, first, List.of(BANK), events, OptionalInt.empty(), false, earlier, 0);
    }

    @Test
    @DisplayName("nothing of a log that measures what it says and ends by ExitBootServices; GRUB's PCRs may go on")
    void honest() {
        add(0, EventType.EV_SEPARATOR, Bytes.zeros(4)).exit().add(8, EventType.EV_IPL, Bytes.utf8("later"));
        assertThat(quirks()).isEmpty();
    }

    @Test
    @DisplayName("a legacy log, several boots, a locality, an H-CRTM without one, Windows' trust point")
    void whole() {
        exit();
        ParsedLog earlier = log(true, Optional.of(header), List.of());
        assertThat(LogQuirks.of(log(false, Optional.empty(), List.of()))).containsExactly("legacy log: SHA-1 alone");
        assertThat(LogQuirks.of(log(true, Optional.of(header), List.of(earlier, earlier))))
                .containsExactly("3 boots in one file: only the last one is replayed and shown");
        assertThat(LogQuirks.of(new ParsedLog(
                        true, Optional.of(header), List.of(BANK), events, OptionalInt.of(3), true, List.of(), 0)))
                .containsExactly("StartupLocality 3", "closes with a Windows trust point (PCR 0xFFFFFFFF)");
        events.addFirst(event(0, EventType.EV_EFI_HCRTM_EVENT, Bytes.utf8("HCRTM"), Digest.of(BANK, Bytes.utf8("x"))));
        assertThat(quirks()).contains("an H-CRTM event in PCR 0: its initial value is that of locality 4");
        assertThat(LogQuirks.of(new ParsedLog(
                        true, Optional.of(header), List.of(BANK), events, OptionalInt.of(4), false, List.of(), 0)))
                .contains("StartupLocality 4")
                .noneMatch(quirk -> quirk.startsWith("an H-CRTM"));
    }

    @Test
    @DisplayName("a CCEL: its actions are in its second register, and it goes on after them")
    void ccel() {
        Event first = event(1, EventType.EV_NO_ACTION, Bytes.utf8("Spec ID Event03"), Digest.zero(BANK));
        add(2, EventType.EV_EFI_ACTION, Bytes.utf8(SUCCESS)).add(3, EventType.EV_IPL, Bytes.utf8("later"));
        assertThat(LogQuirks.of(log(true, Optional.of(first), List.of())))
                .containsExactly("a CCEL of a confidential guest: PCR means measurement register (1-4 are RTMR 0-3)");
        assertThat(quirks())
                .as("elsewhere PCR 2 is no place for it")
                .containsExactly("no ExitBootServices: anything may have been extended after the last event");
    }

    @Test
    @DisplayName("banks that nobody here knows, once each, and types that the profile lacks, counted")
    void unknown() {
        exit();
        for (int i = 0; i < 2; i++) {
            events.add(new Event(
                    events.size(),
                    9,
                    0x1234,
                    Map.of(BANK, Digest.of(BANK, Bytes.zeros(1))),
                    Map.of(0x27, Bytes.zeros(32), 0x26, Bytes.zeros(32)),
                    Bytes.zeros(1)));
        }
        assertThat(quirks())
                .containsExactly(
                        "bank 0x0026 is unknown: carried, not judged",
                        "bank 0x0027 is unknown: carried, not judged",
                        "event type 0x1234 is none of the profile's (2)");
    }

    @Test
    @DisplayName("a digest that no PCR holds, or that does not bear out its payload; nothing of one that is all zeros")
    void digests() {
        events.add(event(0, EventType.EV_NO_ACTION, Bytes.utf8("x"), Digest.zero(BANK)));
        events.add(event(0, EventType.EV_NO_ACTION, Bytes.utf8("x"), Digest.of(BANK, Bytes.utf8("x"))));
        events.add(event(7, EventType.EV_SEPARATOR, Bytes.zeros(4), Digest.of(BANK, Bytes.utf8("another"))));
        exit();
        assertThat(quirks())
                .containsExactly(
                        "event 1: EV_NO_ACTION with a digest, which no PCR holds",
                        "event 2: the digest does not bear out the payload, which its type says it hashes");
    }

    @Test
    @DisplayName("an authority with one byte more than was measured")
    void authority() {
        Logged authority = HonestBoot.authority(HonestBoot.OWNER, "db", HonestBoot.DB.encode(), "db");
        Bytes longer = Bytes.concat(authority.payload(), Bytes.zeros(1));
        events.add(event(7, EventType.EV_EFI_VARIABLE_AUTHORITY, longer, authority.digest()));
        exit();
        assertThat(quirks()).containsExactly("event 0: one byte more than was measured, as shim before 15.3 logs it");
        events.set(0, event(7, EventType.EV_EFI_VARIABLE_AUTHORITY, authority.payload(), authority.digest()));
        assertThat(quirks()).isEmpty();
    }

    @Test
    @DisplayName("the firmware's error separator, in its PCRs, by digest whatever the type says")
    void errorSeparator() {
        Bytes error = Bytes.fromHex("00000001");
        add(3, EventType.EV_SEPARATOR, error)
                .add(7, EventType.EV_ACTION, error)
                .add(8, EventType.EV_IPL, error)
                .exit();
        assertThat(quirks())
                .containsExactly("event 0: the firmware's error separator", "event 1: the firmware's error separator");
    }

    @Test
    @DisplayName(
            "firmware PCRs that are extended after ExitBootServices, from the first of several on; none without it")
    void afterwards() {
        exit().add(7, EventType.EV_ACTION, Bytes.utf8("a")).exit().add(0, EventType.EV_ACTION, Bytes.utf8("b"));
        assertThat(quirks())
                .containsExactly(
                        "event 1: extends PCR 7 after ExitBootServices",
                        "event 2: extends PCR 5 after ExitBootServices",
                        "event 3: extends PCR 0 after ExitBootServices");
        events.clear();
        add(4, EventType.EV_EFI_ACTION, Bytes.utf8(SUCCESS)).add(0, EventType.EV_ACTION, Bytes.utf8("b"));
        assertThat(quirks())
                .containsExactly("no ExitBootServices: anything may have been extended after the last event");
    }

    @Test
    @DisplayName("at most a hundred of them, those about the whole log first")
    void most() {
        Digest digest = Digest.of(BANK, Bytes.utf8("x"));
        for (int i = 0; i < 100; i++) {
            events.add(event(0, EventType.EV_NO_ACTION, Bytes.utf8("x"), digest));
        }
        List<String> quirks = quirks();
        assertThat(quirks).hasSize(100);
        assertThat(quirks.getFirst()).startsWith("no ExitBootServices");
        assertThat(quirks.getLast()).startsWith("event 98:");
        events.removeLast();
        assertThat(quirks()).hasSize(100).last().asString().startsWith("event 98:");
    }
}
