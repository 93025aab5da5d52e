package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A partition of a disk image: GPT (UEFI 5.3), or MBR where there is none.
 *
 * @param number from 1, as Linux counts
 */
record Partition(int number, Volume volume) {
    private static final int MAX = 128;

    /** All of them; one that fills the image when it has no table. */
    static List<Partition> of(Volume disk) throws IOException {
        for (int sector : new int[] {512, 4096}) {
            if (disk.size() > 3L * sector && disk.read(sector, 8).equals(Bytes.utf8("EFI PART"))) {
                return gpt(disk, sector);
            }
        }
        boolean fileSystem = FatTree.is(disk) || Ext4Tree.is(disk);
        if (!fileSystem && disk.size() > 512 && disk.read(510, 2).equals(Bytes.of((byte) 0x55, (byte) 0xAA))) {
            return mbr(disk);
        }
        return List.of(new Partition(0, disk));
    }

    private static List<Partition> gpt(Volume disk, int sector) throws IOException {
        Bytes header = disk.read(sector, 92);
        long entries = Volume.little(header, 72, 8);
        long count = Volume.little(header, 80, 4);
        int size = (int) Volume.little(header, 84, 4);
        if (size < 128 || size > 4096 || count > 4096 || entries < 0 || entries > disk.size() / sector) {
            throw new IOException("damaged: a GPT of %d entries of %d bytes".formatted(count, size));
        }
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < Math.min(count, MAX); i++) {
            Bytes entry = disk.read(entries * sector + (long) i * size, 128);
            long first = Volume.little(entry, 32, 8);
            long last = Volume.little(entry, 40, 8);
            if (!entry.slice(0, 16).allAre(0) && first > 0 && last >= first && last < disk.size() / sector) {
                partitions.add(new Partition(i + 1, disk.part(first * sector, (last - first + 1) * sector)));
            }
        }
        return partitions;
    }

    private static List<Partition> mbr(Volume disk) throws IOException {
        Bytes table = disk.read(446, 64);
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            long first = Volume.little(table, i * 16 + 8, 4);
            long count = Volume.little(table, i * 16 + 12, 4);
            if (table.at(i * 16 + 4) != 0 && count > 0 && (first + count) * 512 <= disk.size()) {
                partitions.add(new Partition(i + 1, disk.part(first * 512, count * 512)));
            }
        }
        return partitions;
    }

    String label() {
        return number == 0 ? "disk:" : "p" + number + ":";
    }
}
