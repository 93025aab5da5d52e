package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A disk's partitions: GPT (UEFI 5.3), or MBR with its logical ones where there is no GPT. */
final class PartitionTable {
    private static final int SECTOR = 512;
    private static final int ROWS = 446;
    private static final int FIRST_LOGICAL = 5;
    private static final int MAX_LOGICAL = 256;
    private static final Set<Integer> EXTENDED = Set.of(0x05, 0x0F, 0x85);

    private PartitionTable() {}

    /** All of them, also those that the disk is too short for; one that fills the disk when it has no table. */
    static List<Partition> of(Volume disk) throws IOException {
        for (int sector : new int[] {SECTOR, 4096}) {
            if (disk.size() > 3L * sector && disk.read(sector, 8).equals(Bytes.utf8("EFI PART"))) {
                return gpt(disk, sector);
            }
        }
        boolean fileSystem = FatTree.is(disk) || Ext4Tree.is(disk) || Erofs.is(disk);
        List<Partition> found = new ArrayList<>();
        List<Partition> rows = isTable(disk, 0) ? mbr(disk) : List.of();
        if (fileSystem || rows.isEmpty()) {
            found.add(Partition.whole(disk));
        }
        if (!fileSystem || isSound(rows, disk)) {
            found.addAll(rows); // a file system at the start does not hide the partitions behind it
        }
        return found;
    }

    private static List<Partition> gpt(Volume disk, int sector) throws IOException {
        Bytes header = disk.read(sector, 92);
        long entries = Volume.little(header, 72, 8);
        long count = Volume.little(header, 80, 4);
        long size = Volume.little(header, 84, 4);
        if (size < 128 || size > 4096 || count > 4096 || entries < 0 || entries > disk.size() / sector) {
            throw new IOException("damaged: a GPT of %d entries of %d bytes".formatted(count, size));
        }
        Bytes rows = disk.read(entries * sector, (int) (count * size));
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Bytes row = rows.slice(i * (int) size, i * (int) size + 128);
            if (!row.slice(0, 16).allAre(0)) {
                long first = Volume.little(row, 32, 8);
                long last = Volume.little(row, 40, 8);
                boolean sound = first > 0 && last >= first && last < Long.MAX_VALUE / sector;
                partitions.add(new Partition(
                        i + 1,
                        PartitionType.guid(row.slice(0, 16)),
                        sound ? first * sector : 0,
                        sound ? (last - first + 1) * sector : -1));
            }
        }
        return partitions;
    }

    private static boolean isTable(Volume disk, long at) throws IOException {
        return disk.size() >= SECTOR
                && at <= disk.size() - SECTOR
                && disk.read(at + 510, 2).equals(Bytes.of((byte) 0x55, (byte) 0xAA));
    }

    /** One of a table's four rows. */
    private record Row(int type, long first, long count) {
        static Row of(Bytes table, int index) {
            int at = ROWS + index * 16;
            return new Row(table.at(at + 4), Volume.little(table, at + 8, 4), Volume.little(table, at + 12, 4));
        }

        boolean isEmpty() {
            return type == 0 || count == 0;
        }

        boolean isExtended() {
            return EXTENDED.contains(type);
        }

        Partition partition(int number, long base) {
            return new Partition(number, PartitionType.mbr(type), (base + first) * SECTOR, count * SECTOR);
        }
    }

    private static List<Partition> mbr(Volume disk) throws IOException {
        Bytes table = disk.read(0, SECTOR);
        List<Partition> partitions = new ArrayList<>();
        List<Partition> logical = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Row row = Row.of(table, i);
            if (!row.isEmpty() && row.isExtended()) {
                logical(disk, row, logical);
            } else if (!row.isEmpty()) {
                partitions.add(row.partition(i + 1, 0));
            }
        }
        partitions.addAll(logical);
        return partitions;
    }

    /** A chain of tables, each with one partition and where the next table is; a chain that breaks off is a row without bytes. */
    private static void logical(Volume disk, Row extended, List<Partition> into) throws IOException {
        Set<Long> seen = new HashSet<>();
        long at = extended.first();
        while (true) {
            if (into.size() >= MAX_LOGICAL || !seen.add(at) || !isTable(disk, at * SECTOR)) {
                into.add(new Partition(
                        FIRST_LOGICAL + into.size(), PartitionType.mbr(extended.type()), at * SECTOR, -1));
                return;
            }
            Bytes table = disk.read(at * SECTOR, SECTOR);
            long next = 0;
            for (int i = 0; i < 4; i++) {
                Row row = Row.of(table, i);
                if (!row.isEmpty() && row.isExtended()) {
                    next = next == 0 ? extended.first() + row.first() : next;
                } else if (!row.isEmpty()) {
                    into.add(row.partition(FIRST_LOGICAL + into.size(), at));
                }
            }
            if (next == 0) {
                return;
            }
            at = next;
        }
    }

    /** As EDK2 tells a table from the code of a boot sector. */
    private static boolean isSound(List<Partition> rows, Volume disk) throws IOException {
        for (Partition row : rows) {
            boolean apart = rows.stream().noneMatch(other -> !other.equals(row) && other.overlaps(row));
            if (row.start() == 0 || row.in(disk).isEmpty() || !apart) {
                return false;
            }
        }
        return true;
    }
}
