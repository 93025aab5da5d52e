package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;

/**
 * Where the parts of a FAT file system lie (Microsoft's "FAT General Overview of On-Disk Format", 1.03), as the firmware
 * understands it: EDK2 looks neither for the text "FAT" nor for the mark at the boot sector's end.
 *
 * @param bits of an entry of the table: 12, 16 or 32
 * @param cluster bytes of one
 * @param table its first byte
 * @param tableSize as many bytes of it as the clusters need
 * @param root the root folder's first byte, of FAT12 and FAT16
 * @param rootSize its bytes; 0 of FAT32
 * @param rootCluster where the root folder begins, of FAT32
 * @param data the first byte of cluster 2
 */
record FatLayout(
        int bits,
        int cluster,
        int clusters,
        long table,
        int tableSize,
        long root,
        int rootSize,
        int rootCluster,
        long data) {
    private static final int MAX_CLUSTERS = 1 << 22;
    private static final int MOST_OF_12_BITS = 4085;

    static boolean is(Volume volume) throws IOException {
        if (volume.size() < 1024) {
            return false;
        }
        Bytes boot = volume.read(0, 512);
        int sector = (int) Volume.little(boot, 11, 2);
        int perCluster = boot.at(13);
        int media = boot.at(21);
        boolean wide = Volume.little(boot, 22, 2) == 0;
        return sector >= 512
                && sector <= 8192
                && Integer.bitCount(sector) == 1
                && Integer.bitCount(perCluster) == 1
                && Volume.little(boot, 14, 2) != 0
                && boot.at(16) != 0
                && total(boot) != 0
                && (media > 0xF7 || media == 0xF0 || media <= 1)
                && (wide ? Volume.little(boot, 36, 4) != 0 : Volume.little(boot, 17, 2) != 0);
    }

    private static long total(Bytes boot) {
        long small = Volume.little(boot, 19, 2);
        return small == 0 ? Volume.little(boot, 32, 4) : small;
    }

    /** @param volume one that {@link #is} */
    static FatLayout of(Volume volume) throws IOException {
        Bytes boot = volume.read(0, 512);
        int sector = (int) Volume.little(boot, 11, 2);
        long perTable = Volume.little(boot, 22, 2);
        boolean wide = perTable == 0;
        if (wide) {
            perTable = Volume.little(boot, 36, 4);
            if ((boot.at(40) & 0x80) != 0) {
                throw new IOException("a FAT file system with only one of its tables in use, which is not read here");
            }
        }
        int cluster = sector * boot.at(13);
        long table = Volume.little(boot, 14, 2) * sector;
        long root = table + boot.at(16) * perTable * sector;
        int rootSize = wide ? 0 : (int) Volume.little(boot, 17, 2) * FatFolder.ENTRY;
        long data = root + (rootSize + sector - 1) / sector * (long) sector;
        long end = total(boot) * sector;
        long count = (end - data) / cluster;
        if (count < 1 || count > MAX_CLUSTERS || end > volume.size()) {
            throw new IOException("damaged: %d clusters of %d bytes".formatted(count, cluster));
        }
        int bits = wide ? 32 : count < MOST_OF_12_BITS ? 12 : 16;
        long needed = ((count + 2) * bits + 7) / 8;
        if (needed > perTable * sector) {
            throw new IOException("damaged: its table is too small for its clusters");
        }
        return new FatLayout(
                bits,
                cluster,
                (int) count,
                table,
                (int) needed,
                root,
                rootSize,
                wide ? (int) Volume.little(boot, 44, 4) : 0,
                data);
    }
}
