package dev.sigillo.eventlog;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.List;

/** Writes crypto-agile logs, right ones unless asked otherwise. */
final class LogBytes {

    private final ByteWriter out = new ByteWriter();
    private final List<HashAlgorithm> banks;

    LogBytes(HashAlgorithm... banks) {
        this.banks = List.of(banks);
        ByteWriter table = new ByteWriter().u32le(banks.length);
        for (HashAlgorithm bank : banks) {
            table.u16le(bank.tpmId()).u16le(bank.size());
        }
        header(table.u8(0).toBytes());
    }

    /** A header whose bytes from numberOfAlgorithms on are given. */
    LogBytes(Bytes table, HashAlgorithm... banks) {
        this.banks = List.of(banks);
        header(table);
    }

    private void header(Bytes table) {
        Bytes event = Bytes.concat(SpecId.SIGNATURE, Bytes.fromHex("0000000000020002"), table);
        out.u32le(0)
                .u32le(EventType.EV_NO_ACTION)
                .bytes(Bytes.zeros(20))
                .u32le(event.size())
                .bytes(event);
    }

    /** An event whose digests are those of its payload. */
    @CanIgnoreReturnValue
    LogBytes measured(long pcr, int type, Bytes payload) {
        out.u32le(pcr).u32le(type & 0xFFFFFFFFL).u32le(banks.size());
        for (HashAlgorithm bank : banks) {
            out.u16le(bank.tpmId()).bytes(bank.hash(payload));
        }
        out.u32le(payload.size()).bytes(payload);
        return this;
    }

    /** EV_NO_ACTION with digests of zeros. */
    @CanIgnoreReturnValue
    LogBytes noAction(long pcr, Bytes payload) {
        out.u32le(pcr).u32le(EventType.EV_NO_ACTION).u32le(banks.size());
        for (HashAlgorithm bank : banks) {
            out.u16le(bank.tpmId()).bytes(Digest.zero(bank).value());
        }
        out.u32le(payload.size()).bytes(payload);
        return this;
    }

    @CanIgnoreReturnValue
    LogBytes locality(int pcr, int locality) {
        return noAction(pcr, Bytes.concat(StartupLocality.SIGNATURE, Bytes.of((byte) locality)));
    }

    @CanIgnoreReturnValue
    LogBytes raw(Bytes bytes) {
        out.bytes(bytes);
        return this;
    }

    Bytes bytes() {
        return out.toBytes();
    }
}
