package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;

/** One inode of ext2 to ext4 with its content: extents, block maps, or data in the inode itself. */
final class Ext4Inode {
    private static final int EXTENTS = 0x80000;
    private static final int INLINE = 0x10000000;
    private static final int ENCRYPTED = 0x800;
    private static final int MAP = 40;
    private static final int MAX_DEPTH = 5;

    private final Volume volume;
    private final int block;
    private final Bytes raw;
    private final Budget budget;
    /** How many bytes may still be read for it: extents that name the same blocks again and again end here. */
    private long own;

    Ext4Inode(Volume volume, int block, Bytes raw, Budget budget) {
        this.volume = volume;
        this.block = block;
        this.raw = raw;
        this.budget = budget;
    }

    Tree.Kind kind() {
        return switch ((int) Volume.little(raw, 0, 2) & 0xF000) {
            case 0x8000 -> Tree.Kind.FILE;
            case 0x4000 -> Tree.Kind.FOLDER;
            case 0xA000 -> Tree.Kind.LINK;
            default -> Tree.Kind.OTHER;
        };
    }

    private long flags() {
        return Volume.little(raw, 32, 4);
    }

    boolean isInline() {
        return (flags() & INLINE) != 0;
    }

    private long size() {
        return Volume.little(raw, 4, 4) | Volume.little(raw, 108, 4) << 32;
    }

    /** A short target lies where the map would be. */
    String target() throws IOException {
        if (kind() != Tree.Kind.LINK || size() > 4096 || size() < 0) {
            throw new IOException("damaged: no symbolic link");
        }
        boolean inside = size() < 60 && (flags() & EXTENTS) == 0;
        return (inside ? raw.slice(MAP, MAP + (int) size()) : content(4096)).utf8();
    }

    Bytes content(int most) throws IOException {
        if (size() > most || size() < 0) {
            throw new IOException("larger than the " + most + " bytes that are read");
        }
        return head((int) size());
    }

    Bytes head(int count) throws IOException {
        int wanted = (int) Math.min(count, size());
        if ((flags() & ENCRYPTED) != 0) {
            throw new IOException("encrypted (fscrypt)");
        }
        if (isInline()) {
            if (wanted > 60) {
                throw new IOException("its data lies in extended attributes, which are not read here");
            }
            return raw.slice(MAP, MAP + wanted);
        }
        budget.content(wanted);
        byte[] content = new byte[wanted];
        own = 2L * wanted + 64L * block;
        if ((flags() & EXTENTS) != 0) {
            extents(raw.slice(MAP, MAP + 60), content, MAX_DEPTH);
        } else {
            blocks(content);
        }
        return Bytes.of(content);
    }

    /** ext4_extent_header and what is below it. */
    private void extents(Bytes node, byte[] content, int depth) throws IOException {
        int count = (int) Volume.little(node, 2, 2);
        int level = (int) Volume.little(node, 6, 2);
        if (Volume.little(node, 0, 2) != 0xF30A || level > depth || 12 + count * 12 > node.size()) {
            throw new IOException("damaged: no extent header");
        }
        for (int i = 0; i < count; i++) {
            int at = 12 + i * 12;
            long logical = Volume.little(node, at, 4);
            if (logical * block >= content.length) {
                return; // extents are sorted
            }
            if (level > 0) {
                long leaf = Volume.little(node, at + 4, 4) | Volume.little(node, at + 8, 2) << 32;
                spend(block);
                extents(volume.read(leaf * block, block), content, level - 1);
                continue;
            }
            int length = (int) Volume.little(node, at + 4, 2);
            if (length > 32768) {
                continue; // unwritten: zeros
            }
            long physical = Volume.little(node, at + 8, 4) | Volume.little(node, at + 6, 2) << 32;
            copy(physical, logical, length, content);
        }
    }

    private void copy(long physical, long logical, int length, byte[] content) throws IOException {
        int at = (int) (logical * block);
        int count = (int) Math.min((long) length * block, content.length - (long) at);
        spend(count);
        volume.read(physical * block, count).copyTo(content, at);
    }

    private void spend(int count) throws IOException {
        budget.content(count);
        own -= count;
        if (own < 0) {
            throw new IOException("damaged: its blocks are named more than once");
        }
    }

    /** ext2's map: twelve blocks, then one, two and three times indirect. */
    private void blocks(byte[] content) throws IOException {
        long logical = 0;
        for (int i = 0; i < 15 && logical * block < content.length; i++) {
            long physical = Volume.little(raw, MAP + i * 4, 4);
            logical = i < 12 ? direct(physical, logical, content) : indirect(physical, logical, i - 11, content);
        }
    }

    private long direct(long physical, long logical, byte[] content) throws IOException {
        if (physical != 0) {
            copy(physical, logical, 1, content);
        }
        return logical + 1;
    }

    private long indirect(long physical, long logical, int depth, byte[] content) throws IOException {
        if (physical == 0) {
            long hole = 1;
            for (int i = 0; i < depth; i++) {
                hole *= block / 4;
            }
            return logical + hole;
        }
        spend(block);
        Bytes map = volume.read(physical * block, block);
        long at = logical;
        for (int i = 0; i < block / 4 && at * block < content.length; i++) {
            long next = Volume.little(map, i * 4, 4);
            at = depth == 1 ? direct(next, at, content) : indirect(next, at, depth - 1, content);
        }
        return at;
    }
}
