package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Writes event logs of any form. Other banks than SHA-256 get the hash of the payload. */
public final class LogForge {

    public List<HashAlgorithm> banks = List.of(HashAlgorithm.SHA256);

    /** Whether each second event has its digests in the reverse of the table's order. */
    public boolean shuffled;

    public boolean legacy;
    public Optional<Bytes> startupLocality = Optional.empty();
    public Bytes headerDigest = Bytes.zeros(20);
    public Bytes afterEvents = Bytes.empty();

    public Bytes of(List<Logged> events) {
        ByteWriter out = new ByteWriter();
        if (legacy) {
            events.forEach(event -> legacy(out, event.pcr(), event.type(), event.payload()));
            return out.toBytes();
        }
        ByteWriter specId = new ByteWriter()
                .bytes(Bytes.utf8("Spec ID Event03\0"))
                .u32le(0)
                .u8(0)
                .u8(2)
                .u8(0)
                .u8(2)
                .u32le(banks.size());
        banks.forEach(bank -> specId.u16le(bank.tpmId()).u16le(bank.size()));
        Bytes header = specId.u8(0).toBytes();
        out.u32le(0)
                .u32le(EventType.EV_NO_ACTION)
                .bytes(headerDigest)
                .u32le(header.size())
                .bytes(header);
        startupLocality.ifPresent(payload -> event(
                out, new Logged(0, EventType.EV_NO_ACTION, Digest.zero(HashAlgorithm.SHA256), payload, ""), false));
        boolean reverse = false;
        for (Logged event : events) {
            event(out, event, shuffled && reverse);
            reverse = !reverse;
        }
        return out.bytes(afterEvents).toBytes();
    }

    private void event(ByteWriter out, Logged event, boolean reverse) {
        out.u32le(event.pcr()).u32le(Integer.toUnsignedLong(event.type())).u32le(banks.size());
        List<HashAlgorithm> order = new ArrayList<>(banks);
        if (reverse) {
            Collections.reverse(order);
        }
        for (HashAlgorithm bank : order) {
            out.u16le(bank.tpmId()).bytes(digest(bank, event));
        }
        out.u32le(event.payload().size()).bytes(event.payload());
    }

    static Bytes digest(HashAlgorithm bank, Logged event) {
        if (bank == HashAlgorithm.SHA256) {
            return event.digest().value();
        }
        return event.type() == EventType.EV_NO_ACTION ? Bytes.zeros(bank.size()) : bank.hash(event.payload());
    }

    private static void legacy(ByteWriter out, int pcr, int type, Bytes payload) {
        out.u32le(pcr)
                .u32le(Integer.toUnsignedLong(type))
                .bytes(HashAlgorithm.SHA1.hash(payload))
                .u32le(payload.size())
                .bytes(payload);
    }
}
