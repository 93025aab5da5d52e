package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import java.util.List;

/** Writes event logs: crypto-agile with SHA-256 alone, or legacy. */
final class LogForge {

    private final ByteWriter out = new ByteWriter();

    LogForge() {
        Bytes specId = new ByteWriter()
                .bytes(Bytes.utf8("Spec ID Event03\0"))
                .u32le(0)
                .u8(0)
                .u8(2)
                .u8(0)
                .u8(2)
                .u32le(1)
                .u16le(HashAlgorithm.SHA256.tpmId())
                .u16le(32)
                .u8(0)
                .toBytes();
        out.u32le(0)
                .u32le(EventType.EV_NO_ACTION)
                .bytes(Bytes.zeros(20))
                .u32le(specId.size())
                .bytes(specId);
    }

    void startupLocality(Bytes payload) {
        event(new Logged(0, EventType.EV_NO_ACTION, Digest.zero(HashAlgorithm.SHA256), payload, ""));
    }

    void event(Logged event) {
        out.u32le(event.pcr())
                .u32le(Integer.toUnsignedLong(event.type()))
                .u32le(1)
                .u16le(HashAlgorithm.SHA256.tpmId())
                .bytes(event.digest().value())
                .u32le(event.payload().size())
                .bytes(event.payload());
    }

    Bytes toBytes() {
        return out.toBytes();
    }

    static Bytes legacy(List<Logged> events) {
        ByteWriter out = new ByteWriter();
        for (Logged event : events) {
            out.u32le(event.pcr())
                    .u32le(Integer.toUnsignedLong(event.type()))
                    .bytes(HashAlgorithm.SHA1.hash(event.payload()))
                    .u32le(event.payload().size())
                    .bytes(event.payload());
        }
        return out.toBytes();
    }
}
