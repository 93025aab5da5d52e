package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * UEFI_GPT_DATA of the TCG PC Client Platform Firmware Profile: what EV_EFI_GPT_EVENT in PCR 5 hashes. The 92 bytes of
 * the GPT header, a UINT64 count, and the partition entries that are in use.
 *
 * @param header EFI_PARTITION_TABLE_HEADER, 92 bytes
 * @param entries those whose type GUID is not zero
 */
public record GptEvent(Bytes header, List<Bytes> entries) {

    /**
     * One entry of the table.
     *
     * @param type PartitionTypeGUID
     * @param id UniquePartitionGUID
     * @param first StartingLBA
     * @param last EndingLBA
     * @param name PartitionName
     */
    public record Partition(Guid type, Guid id, long first, long last, String name) {

        /** The type in words where it is a common one, else its GUID. */
        public String kind() {
            return KINDS.getOrDefault(type.toString(), type.toString());
        }
    }

    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "EFI System"),
            Map.entry("0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux"),
            Map.entry("4f68bce3-e8cd-4db1-96e7-fbcaf984b709", "Linux root (x86-64)"),
            Map.entry("b921b045-1df0-41c3-af44-4c6f280d3fae", "Linux root (ARM 64)"),
            Map.entry("8484680c-9521-48c6-9c11-b0720656f69e", "Linux /usr (x86-64)"),
            Map.entry("2c7357ed-ebd2-46d9-aec1-23d437ec2bf5", "Linux root verity (x86-64)"),
            Map.entry("77ff5f63-e7b6-4633-acf4-1565b864c0e6", "Linux /usr verity (x86-64)"),
            Map.entry("bc13c2ff-59e6-4262-a352-b275fd6f7172", "Linux extended boot"),
            Map.entry("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", "Linux swap"),
            Map.entry("e6d6d379-f507-44c2-a23c-238f2a3df928", "Linux LVM"),
            Map.entry("21686148-6449-6e6f-744e-656564454649", "BIOS boot"),
            Map.entry("9e1a2d38-c612-4316-aa26-8b49521e5a8b", "PReP boot"),
            Map.entry("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", "Microsoft basic data"),
            Map.entry("e3c9e316-0b5c-4db8-817d-f92df00215ae", "Microsoft reserved"),
            Map.entry("de94bba4-06d1-4d40-a16a-bfd50179d6ac", "Windows recovery"),
            Map.entry("fe3a2a5d-4f32-41a7-b725-accc3285a309", "ChromeOS kernel"),
            Map.entry("3cb8e202-3b7e-47dd-8a3c-7ff2a13cfcec", "ChromeOS root"));

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

    /** DiskGUID of the header. */
    public Guid disk() throws MalformedException {
        ByteReader fields = new ByteReader(header);
        fields.bytes("fields before DiskGUID", 56);
        return Guid.read(fields, "DiskGUID");
    }

    /** The entries, read: UEFI 5.3.3, EFI_PARTITION_ENTRY. */
    public List<Partition> partitions() throws MalformedException {
        List<Partition> partitions = new ArrayList<>();
        for (Bytes entry : entries) {
            ByteReader in = new ByteReader(entry);
            Guid type = Guid.read(in, "PartitionTypeGUID");
            Guid id = Guid.read(in, "UniquePartitionGUID");
            long first = in.u64le("StartingLBA");
            long last = in.u64le("EndingLBA");
            in.u64le("Attributes");
            partitions.add(new Partition(type, id, first, last, MediaNode.text(in.bytes("PartitionName", 72))));
        }
        return List.copyOf(partitions);
    }

    /** The bytes that the firmware hashes. */
    public Bytes encode() {
        Bytes[] parts = new Bytes[2 + entries.size()];
        parts[0] = header;
        parts[1] = new ByteWriter().u64le(entries.size()).toBytes();
        for (int i = 0; i < entries.size(); i++) {
            parts[2 + i] = entries.get(i);
        }
        return Bytes.concat(parts);
    }
}
