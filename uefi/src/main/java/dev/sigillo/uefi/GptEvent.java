package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * UEFI_GPT_DATA of the TCG PC Client Platform Firmware Profile: what EV_EFI_GPT_EVENT in PCR 5 hashes. The 92 bytes of
 * the GPT header, a UINT64 count, and the partition entries that are in use.
 *
 * @param header EFI_PARTITION_TABLE_HEADER, 92 bytes
 * @param entries those whose type GUID is not zero
 */
public record GptEvent(Bytes header, List<Bytes> entries) {

    private static final int HEADER = 92;
    private static final int SECTOR = 512;
    private static final Bytes SIGNATURE = Bytes.utf8("EFI PART");

    public GptEvent {
        entries = List.copyOf(entries);
    }

    /** Parses the payload of an event. */
    public static GptEvent parse(Bytes payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        Bytes header = in.bytes("UEFIPartitionHeader", HEADER);
        long size = entrySize(header);
        long count = in.u64le("NumberOfPartitions");
        if (count < 0 || count > in.remaining() / size) {
            throw in.malformed("NumberOfPartitions", count + " entries of " + size + ", has " + in.remaining());
        }
        List<Bytes> entries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            entries.add(in.bytes("Partitions", size));
        }
        in.requireEnd("UEFI_GPT_DATA");
        return new GptEvent(header, entries);
    }

    /**
     * What the firmware will measure of a disk with 512-byte sectors.
     *
     * @param start of the disk: protective MBR, header and the whole entry array (17 KiB as a rule)
     */
    public static GptEvent ofDisk(Bytes start) throws MalformedException {
        ByteReader in = new ByteReader(start);
        in.bytes("protective MBR", SECTOR);
        Bytes header = in.bytes("EFI_PARTITION_TABLE_HEADER", HEADER);
        ByteReader fields = new ByteReader(header);
        if (!header.startsWith(SIGNATURE)) {
            throw new MalformedException("Signature", SECTOR, "no EFI PART at sector 1");
        }
        fields.bytes("fields before PartitionEntryLBA", 72);
        long at = fields.u64le("PartitionEntryLBA");
        long count = fields.u32le("NumberOfPartitionEntries");
        long size = entrySize(header);
        if (at < 2 || at > start.size() / SECTOR || count > start.size() / size) {
            throw new MalformedException(
                    "PartitionEntryLBA",
                    SECTOR + 72,
                    "sector " + at + ", " + count + " entries: beyond the bytes given");
        }
        in = new ByteReader(start);
        in.bytes("sectors before the entries", at * SECTOR);
        List<Bytes> used = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            Bytes entry = in.bytes("partition entry", size);
            if (!entry.slice(0, 16).allAre(0)) {
                used.add(entry);
            }
        }
        return new GptEvent(header, used);
    }

    private static long entrySize(Bytes header) throws MalformedException {
        ByteReader fields = new ByteReader(header);
        fields.bytes("fields before SizeOfPartitionEntry", 84);
        long size = fields.u32le("SizeOfPartitionEntry");
        if (size < 128 || size > 4096) {
            throw fields.malformed("SizeOfPartitionEntry", size + ", 128 expected");
        }
        return size;
    }

    /** The bytes that the firmware hashes. */
    public Bytes encode() {
        ByteWriter out = new ByteWriter().bytes(header).u64le(entries.size());
        entries.forEach(out::bytes);
        return out.toBytes();
    }
}
