package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;

/**
 * Where the descriptors of an ext4 file system's block groups lie: behind the superblock; with the feature META_BG those of
 * later groups in the first group of each run that fills a block (Linux, fs/ext4/super.c, descriptor_loc()).
 *
 * @param descriptor bytes of one
 * @param first the block that holds the superblock
 * @param perGroup blocks of a group
 * @param spread the first block of descriptors that lies among its groups; without META_BG there is none
 * @param backups which groups begin with a copy of the superblock
 */
record Ext4Groups(int block, int descriptor, long first, long perGroup, long spread, Backups backups) {
    static final int SMALL = 32;
    private static final long INCOMPAT_64BIT = 0x80;
    private static final long INCOMPAT_META_BG = 0x10;
    private static final long COMPAT_SPARSE_SUPER2 = 0x200;
    private static final long RO_COMPAT_SPARSE_SUPER = 0x1;

    /**
     * @param sparse powers of 3, 5 and 7 only
     * @param two only these two groups, if {@code named}
     */
    record Backups(boolean sparse, boolean named, long one, long two) {
        boolean in(long group) {
            if (group == 0) {
                return true;
            }
            if (named) {
                return group == one || group == two;
            }
            return !sparse || group == 1 || isPower(group, 3) || isPower(group, 5) || isPower(group, 7);
        }

        private static boolean isPower(long number, long base) {
            long power = base;
            while (power < number) {
                power *= base;
            }
            return power == number;
        }
    }

    static Ext4Groups of(Bytes superblock, int block) {
        long incompatible = Volume.little(superblock, 96, 4);
        int size = (int) Volume.little(superblock, 254, 2);
        return new Ext4Groups(
                block,
                (incompatible & INCOMPAT_64BIT) != 0 && size >= 64 ? size : SMALL,
                Volume.little(superblock, 20, 4),
                Volume.little(superblock, 32, 4),
                (incompatible & INCOMPAT_META_BG) != 0 ? Volume.little(superblock, 260, 4) : Long.MAX_VALUE,
                new Backups(
                        (Volume.little(superblock, 100, 4) & RO_COMPAT_SPARSE_SUPER) != 0,
                        (Volume.little(superblock, 92, 4) & COMPAT_SPARSE_SUPER2) != 0,
                        Volume.little(superblock, 588, 4),
                        Volume.little(superblock, 592, 4)));
    }

    /** The first byte of a group's descriptor. */
    long at(long group) {
        int perBlock = block / descriptor;
        long row = group / perBlock;
        long within = group % perBlock * descriptor;
        if (row < spread) {
            return (first + 1 + row) * block + within;
        }
        long leader = row * perBlock;
        long begin = first + leader * perGroup + (backups.in(leader) ? 1 : 0);
        return begin * block + within;
    }
}
