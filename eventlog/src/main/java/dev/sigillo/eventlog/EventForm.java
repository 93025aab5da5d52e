package dev.sigillo.eventlog;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the events of one boot lie in their log, so that an event is no more than a place in it: all events of a log have the
 * digests of its table, so the payload stands at the same distance from the start of each.
 */
final class EventForm {

    private static final int LEGACY_DIGEST = 8;
    private static final int AGILE_DIGESTS = 12;
    private static final int ID = 2;
    private static final int PAYLOAD_SIZE = 4;

    private final Bytes log;
    private final boolean legacy;
    private final int[] ids;
    private final int[] sizes;
    private final @Nullable HashAlgorithm[] banks;
    private final int payload;

    private EventForm(Bytes log, boolean legacy, int[] ids, int[] sizes) {
        this.log = log;
        this.legacy = legacy;
        this.ids = ids;
        this.sizes = sizes;
        banks = new HashAlgorithm[ids.length];
        int digests = 0;
        for (int row = 0; row < ids.length; row++) {
            banks[row] = HashAlgorithm.fromTpmId(ids[row]).orElse(null);
            digests += sizes[row] + ID;
        }
        payload = PAYLOAD_SIZE + (legacy ? LEGACY_DIGEST + sizes[0] : AGILE_DIGESTS + digests);
    }

    /** TCG_PCR_EVENT: one SHA-1 digest. */
    static EventForm legacy(Bytes log) {
        return new EventForm(log, true, new int[] {HashAlgorithm.SHA1.tpmId()}, new int[] {HashAlgorithm.SHA1.size()});
    }

    /** TCG_PCR_EVENT2, with the digests that the header's table lists. */
    static EventForm agile(Bytes log, SpecId header) {
        return new EventForm(log, false, header.ids(), header.sizes());
    }

    /** A log of one event at its start. */
    static EventForm of(
            int pcr, int type, Map<HashAlgorithm, Digest> digests, Map<Integer, Bytes> unknownDigests, Bytes payload) {
        SortedMap<Integer, Bytes> values = new TreeMap<>(unknownDigests);
        digests.forEach((bank, digest) -> values.put(bank.tpmId(), digest.value()));
        ByteWriter out = new ByteWriter()
                .u32le(pcr & 0xFFFFFFFFL)
                .u32le(type & 0xFFFFFFFFL)
                .u32le(values.size());
        values.forEach((id, value) -> out.u16le(id).bytes(value));
        return new EventForm(
                out.u32le(payload.size()).bytes(payload).toBytes(),
                false,
                values.keySet().stream().mapToInt(id -> id).toArray(),
                values.values().stream().mapToInt(Bytes::size).toArray());
    }

    /** Algorithms in the table. */
    int count() {
        return ids.length;
    }

    /** The algorithm's row in the table, or -1. */
    int row(int id) {
        for (int row = 0; row < ids.length; row++) {
            if (ids[row] == id) {
                return row;
            }
        }
        return -1;
    }

    /** Bytes of a digest. */
    int size(int row) {
        return sizes[row];
    }

    int pcr(int event) {
        return (int) log.u32le(event);
    }

    int type(int event) {
        return (int) log.u32le(event + 4);
    }

    Bytes payload(int event) {
        int from = event + payload;
        return log.slice(from, from + (int) log.u32le(from - PAYLOAD_SIZE));
    }

    boolean payloadStartsWith(int event, Bytes prefix) {
        int from = event + payload;
        return log.u32le(from - PAYLOAD_SIZE) >= prefix.size() && log.holds(from, prefix);
    }

    Bytes log() {
        return log;
    }

    /** Where an event's digest of a bank stands; -1 if the log lacks the bank. */
    int digestAt(int event, HashAlgorithm bank) {
        if (legacy) {
            return bank == HashAlgorithm.SHA1 ? event + LEGACY_DIGEST : -1;
        }
        int at = event + AGILE_DIGESTS;
        for (int i = 0; i < ids.length; i++) {
            int id = log.u16le(at);
            if (id == bank.tpmId()) {
                return at + ID;
            }
            at += ID + sizes[row(id)];
        }
        return -1;
    }

    /** The banks that we know. */
    List<HashAlgorithm> banks() {
        List<HashAlgorithm> known = new ArrayList<>(banks.length);
        for (HashAlgorithm bank : banks) {
            if (bank != null) {
                known.add(bank);
            }
        }
        return known;
    }

    Map<HashAlgorithm, Digest> digests(int event) {
        List<HashAlgorithm> known = banks();
        if (known.size() == 1) {
            return Map.of(known.getFirst(), digest(event, known.getFirst()));
        }
        Map<HashAlgorithm, Digest> digests = new EnumMap<>(HashAlgorithm.class);
        known.forEach(bank -> digests.put(bank, digest(event, bank)));
        return digests;
    }

    private Digest digest(int event, HashAlgorithm bank) {
        int at = digestAt(event, bank);
        return new Digest(bank, log.slice(at, at + bank.size()));
    }

    Map<Integer, Bytes> unknownDigests(int event) {
        Map<Integer, Bytes> unknown = new HashMap<>();
        int at = event + AGILE_DIGESTS;
        for (int i = 0; !legacy && i < ids.length; i++) {
            int id = log.u16le(at);
            int row = row(id);
            at += ID + sizes[row];
            if (banks[row] == null) {
                unknown.put(id, log.slice(at - sizes[row], at));
            }
        }
        return unknown;
    }

    /** Whether a digest of the event is not zero, of whatever bank. */
    boolean hasNonZeroDigest(int event) {
        int at = event + (legacy ? LEGACY_DIGEST : AGILE_DIGESTS);
        for (int i = 0; i < ids.length; i++) {
            int size = legacy ? sizes[0] : sizes[row(log.u16le(at))];
            at += legacy ? 0 : ID;
            if (!log.allAre(0, at, at + size)) {
                return true;
            }
            at += size;
        }
        return false;
    }
}
