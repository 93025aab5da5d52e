package dev.sigillo.eventlog;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.Optional;

/**
 * The header of a crypto-agile log: Platform Firmware Profile, 10.4.5.1, TCG_EfiSpecIdEvent inside a legacy TCG_PCR_EVENT.
 *
 */
final class SpecId {

    static final Bytes SIGNATURE = Bytes.utf8("Spec ID Event03\0");

    private static final int MAX_UNKNOWN_DIGEST = 128;

    private final int[] ids;
    private final int[] sizes;
    private final Event event;
    private final int encodedSize;

    private SpecId(int[] ids, int[] sizes, Event event, int encodedSize) {
        this.ids = ids;
        this.sizes = sizes;
        this.event = event;
        this.encodedSize = encodedSize;
    }

    /** TPM_ALG_ID of each algorithm, in the table's order. */
    int[] ids() {
        return ids;
    }

    /** Bytes of a digest of each. */
    int[] sizes() {
        return sizes;
    }

    /** The header as an event without a number. */
    Event event() {
        return event;
    }

    /** Bytes of the whole header event. */
    int encodedSize() {
        return encodedSize;
    }

    /** Nothing if the log begins otherwise: then it is a legacy log. */
    static Optional<SpecId> read(Bytes log) throws MalformedException {
        ByteReader in = new ByteReader(log);
        long pcr = in.u32le("pcrIndex");
        long type = in.u32le("eventType");
        in.skip("digest", HashAlgorithm.SHA1.size());
        ByteReader event = in.view("event", in.u32le("eventSize"));
        if (type != EventType.EV_NO_ACTION || !event.peek().startsWith(SIGNATURE)) {
            return Optional.empty();
        }
        // A CCEL's header stands in register 1, an OpenPOWER log's has a digest: neither is measured.
        if (pcr >= LogParser.REGISTERS) {
            throw in.malformed("pcrIndex", pcr + ", 0 to 23 expected");
        }
        Event header = new Event(EventForm.legacy(log), 0, -1);
        return Optional.of(table(event, header, in.offset()));
    }

    private static SpecId table(ByteReader event, Event header, int encodedSize) throws MalformedException {
        event.bytes("signature", SIGNATURE.size());
        event.u32le("platformClass");
        event.bytes("specVersion", 3);
        event.u8("uintnSize");
        long count = event.u32le("numberOfAlgorithms");
        if (count < 1 || count > EventLog.MAX_ALGORITHMS) {
            throw event.malformed("numberOfAlgorithms", count + ", 1 to " + EventLog.MAX_ALGORITHMS + " expected");
        }
        int[] ids = new int[(int) count];
        int[] sizes = new int[(int) count];
        for (int i = 0; i < count; i++) {
            int id = event.u16le("digestSizes.algorithmId");
            int size = event.u16le("digestSizes.digestSize");
            Optional<HashAlgorithm> known = HashAlgorithm.fromTpmId(id);
            boolean right = known.isPresent() ? size == known.get().size() : size > 0 && size <= MAX_UNKNOWN_DIGEST;
            for (int before = 0; before < i; before++) {
                right &= ids[before] != id;
            }
            if (!right) {
                throw event.malformed(
                        "digestSizes", "0x" + Integer.toHexString(id) + " with " + size + " bytes, or a second time");
            }
            ids[i] = id;
            sizes[i] = size;
        }
        event.bytes("vendorInfo", event.u8("vendorInfoSize"));
        event.requireEnd("TCG_EfiSpecIdEvent");
        return new SpecId(ids, sizes, header, encodedSize);
    }
}
