package dev.sigillo.eventlog;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One pass over a log; every size is checked against what is left before it is used. */
final class LogParser {

    private static final long NO_PCR = 0xFFFFFFFFL;
    static final int REGISTERS = 24;

    private static final int EVENT_HEAD = 12;
    private static final int HEADER_DIGEST = 8;
    private static final int HEADER_SIGNATURE = 32;

    private static final Bytes NO_ACTION = Bytes.fromHex("03000000");

    /** How legacy headers begin: "Spec ID Event00" (BIOS) and "Spec ID Event02" (UEFI). */
    private static final Bytes LEGACY_SIGNATURE = Bytes.utf8("Spec ID Event0");

    private final ByteReader in;
    private final Bytes log;
    private final List<ParsedLog> boots = new ArrayList<>();
    private int earlierEvents;
    private boolean legacyHeader;
    private List<Event> events = new ArrayList<>();
    private OptionalInt locality = OptionalInt.empty();
    private EventForm form;
    private boolean pcr0Extended;
    private boolean trustPoint;
    private int padding;

    LogParser(Bytes log) {
        this.log = log;
        this.in = new ByteReader(log);
        this.form = EventForm.legacy(log);
    }

    ParsedLog parse() throws MalformedException {
        if (log.size() > EventLog.MAX_SIZE) {
            throw in.malformed("log", log.size() + " bytes, at most " + EventLog.MAX_SIZE + " expected");
        }
        if (log.isEmpty()) {
            throw in.malformed("log", "empty; the first event expected");
        }
        Optional<SpecId> header = SpecId.read(log);
        if (header.isPresent()) {
            begin(header.get());
        }
        while (in.remaining() > 0) {
            Optional<SpecId> another = header.isPresent() && atHeader() ? SpecId.read(in.peek()) : Optional.empty();
            if (another.isPresent()) {
                close(header);
                header = another;
                begin(another.get());
            } else {
                next(header);
            }
        }
        return boot(header, boots);
    }

    /** From here on events have that header's digests. */
    private void begin(SpecId header) throws MalformedException {
        in.skip("header", header.encodedSize());
        form = EventForm.agile(log, header);
    }

    private ParsedLog boot(Optional<SpecId> header, List<ParsedLog> earlier) {
        return new ParsedLog(
                header.isPresent(),
                header.map(SpecId::event),
                form.banks(),
                events,
                locality,
                trustPoint,
                earlier,
                padding);
    }

    /** Ends a boot: what follows begins with registers that were reset. */
    private void close(Optional<SpecId> header) throws MalformedException {
        boots.add(boot(header, List.of()));
        if (boots.size() == EventLog.MAX_BOOTS) {
            throw in.malformed("log", "more than " + EventLog.MAX_BOOTS + " boots");
        }
        earlierEvents += events.size();
        events = new ArrayList<>();
        locality = OptionalInt.empty();
        pcr0Extended = false;
        legacyHeader = false;
    }

    /** An event has as many digests as the table, at least one, where a header has 20 bytes of zeros. */
    private boolean atHeader() {
        int end = HEADER_SIGNATURE + SpecId.SIGNATURE.size();
        if (in.remaining() < end || log.at(in.offset() + HEADER_DIGEST) != 0) {
            return false;
        }
        int at = in.offset();
        return log.holds(at + 4, NO_ACTION)
                && log.allAre(0, at + HEADER_DIGEST, at + HEADER_DIGEST + HashAlgorithm.SHA1.size())
                && log.holds(at + HEADER_SIGNATURE, SpecId.SIGNATURE);
    }

    /** Reads one event, or what the log ends with. */
    private void next(Optional<SpecId> header) throws MalformedException {
        if (atPadding()) {
            padding = in.remaining();
            in.rest();
            return;
        }
        int start = in.offset();
        long pcr = in.u32le("pcrIndex");
        int type = (int) in.u32le("eventType");
        if (header.isPresent()) {
            digests();
        } else {
            in.skip("digest", HashAlgorithm.SHA1.size());
        }
        in.skip("event", in.u32le("eventSize"));
        if (pcr == NO_PCR) {
            trustPoint(type);
            return;
        }
        if (pcr >= REGISTERS) {
            throw in.malformed("pcrIndex", pcr + ", 0 to 23 expected");
        }
        if (earlierEvents + events.size() == EventLog.MAX_EVENTS) {
            throw in.malformed("log", "more than " + EventLog.MAX_EVENTS + " events");
        }
        Event event = new Event(form, start, events.size());
        if (header.isEmpty() && event.isNoAction() && event.payloadStartsWith(LEGACY_SIGNATURE)) {
            if (legacyHeader) {
                close(header);
            }
            legacyHeader = true;
            event = new Event(form, start, events.size());
        }
        unmeasured(event);
        events.add(event);
    }

    /** Padding begins where PCR, type and digest count (legacy: four bytes of digest) are zeros or ones. */
    private boolean atPadding() throws MalformedException {
        int at = in.offset();
        int first = log.at(at);
        boolean filler = first == 0 || first == 0xFF;
        if (!filler || !log.allAre(first, at, Math.min(at + EVENT_HEAD, log.size()))) {
            return false;
        }
        if (!log.allAre(first, at, log.size())) {
            throw in.malformed("padding", "other bytes behind it; the log ends with its last event or with padding");
        }
        return true;
    }

    /** Goes over an event's digests: each algorithm of the table once, in whatever order. */
    private void digests() throws MalformedException {
        long count = in.u32le("digests.count");
        if (count != form.count()) {
            throw in.malformed("digests.count", count + ", the header's table has " + form.count() + " algorithms");
        }
        int seen = 0;
        for (long i = 0; i < count; i++) {
            int id = in.u16le("digests.hashAlg");
            int row = form.row(id);
            if (row < 0) {
                throw in.malformed("digests.hashAlg", "0x" + Integer.toHexString(id) + " is not in the header's table");
            }
            in.skip("digests.digest", form.size(row));
            if ((seen & 1 << row) != 0) {
                throw in.malformed("digests.hashAlg", "0x" + Integer.toHexString(id) + " twice in one event");
            }
            seen |= 1 << row;
        }
    }

    /** Windows closes its log with an EV_NO_ACTION at PCR 0xFFFFFFFF: unmeasured, without a number, nothing may follow. */
    private void trustPoint(int type) throws MalformedException {
        Bytes left = in.peek();
        if (type != EventType.EV_NO_ACTION || (!left.allAre(0) && !left.allAre(0xFF))) {
            throw in.malformed("pcrIndex", "4294967295 before the end of the log; 0 to 23 expected");
        }
        padding = left.size();
        in.rest();
        trustPoint = true;
    }

    private void unmeasured(Event event) throws MalformedException {
        if (!event.isNoAction()) {
            pcr0Extended |= event.pcr() == 0;
            return;
        }
        if (event.payloadStartsWith(SpecId.SIGNATURE)) {
            throw in.malformed("Spec ID Event03", "a second one; the header stands first and once");
        }
        if (event.payloadStartsWith(StartupLocality.SIGNATURE)) {
            if (event.pcr() != 0 || pcr0Extended || locality.isPresent()) {
                throw in.malformed("StartupLocality", "one, for PCR 0, before PCR 0 is extended, expected");
            }
            locality = OptionalInt.of(StartupLocality.read(event.payload()));
        }
    }
}
