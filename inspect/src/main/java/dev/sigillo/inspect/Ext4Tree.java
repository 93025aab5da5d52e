package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An ext2, ext3 or ext4 file system (Linux, Documentation/filesystems/ext4). Read here rather than by the kernel: the image
 * may be hostile. A journal that was not replayed is not looked at: what is read is what the last checkpoint wrote.
 */
final class Ext4Tree implements Tree {
    private static final int SUPERBLOCK = 1024;
    private static final int MAX_FOLDER = 64 << 20;
    private static final int ROOT = 2;
    private static final long INCOMPAT_64BIT = 0x80;
    /** Compression, journal device, encryption (of names: shown as they are), external inodes: what would be misread. */
    private static final long UNREADABLE = 0x1 | 0x8 | 0x10000;

    private final Volume volume;
    private final String label;
    private final int block;
    private final long perGroup;
    private final int inodeSize;
    private final int descriptor;
    private final long firstBlock;
    private final long inodes;
    private final Map<String, Integer> known = new HashMap<>();

    private Ext4Tree(Volume volume, String label) throws IOException {
        this.volume = volume;
        this.label = label;
        Bytes head = volume.read(SUPERBLOCK, 1024);
        long shift = Volume.little(head, 24, 4);
        long incompatible = Volume.little(head, 96, 4);
        if (shift > 6 || (incompatible & UNREADABLE) != 0) {
            throw new IOException(
                    "an ext4 file system with features that are not read here (0x%x)".formatted(incompatible));
        }
        block = 1024 << shift;
        firstBlock = Volume.little(head, 20, 4);
        inodes = Volume.little(head, 0, 4);
        perGroup = Volume.little(head, 40, 4);
        inodeSize = Volume.little(head, 76, 4) == 0 ? 128 : (int) Volume.little(head, 88, 2);
        int size = (int) Volume.little(head, 254, 2);
        descriptor = (incompatible & INCOMPAT_64BIT) != 0 && size >= 64 ? size : 32;
        if (perGroup == 0 || inodeSize < 128 || inodeSize > block || descriptor > block) {
            throw new IOException("damaged: no ext4 superblock");
        }
    }

    static boolean is(Volume volume) throws IOException {
        return volume.size() > 4096 && Volume.little(volume.read(SUPERBLOCK + 56, 2), 0, 2) == 0xEF53;
    }

    static Ext4Tree open(Volume volume, String label) throws IOException {
        return new Ext4Tree(volume, label);
    }

    private Ext4Inode inode(long number) throws IOException {
        if (number < 1 || number > inodes) {
            throw new IOException("damaged: inode " + number + " of " + inodes);
        }
        long group = (number - 1) / perGroup;
        Bytes entry = volume.read((firstBlock + 1) * block + group * descriptor, descriptor);
        long table = Volume.little(entry, 8, 4) | (descriptor > 32 ? Volume.little(entry, 40, 4) << 32 : 0);
        long at = table * block + (number - 1) % perGroup * inodeSize;
        return new Ext4Inode(volume, block, volume.read(at, inodeSize));
    }

    private Map<String, Integer> names(Ext4Inode folder) throws IOException {
        Map<String, Integer> names = new HashMap<>();
        Bytes raw = folder.content(MAX_FOLDER);
        int from = 0;
        if (folder.isInline()) {
            from = 4; // the parent's number
        }
        for (int at = from; at + 8 <= raw.size(); ) {
            int number = (int) Volume.little(raw, at, 4);
            int length = (int) Volume.little(raw, at + 4, 2);
            int nameLength = raw.at(at + 6);
            if (length < 8 || length > raw.size() - at || nameLength > length - 8) {
                throw new IOException("damaged: a directory entry of " + length + " bytes");
            }
            if (number != 0 && nameLength > 0) {
                String name = raw.slice(at + 8, at + 8 + nameLength).utf8();
                if (!name.equals(".") && !name.equals("..") && !name.contains("/")) {
                    names.put(name, number);
                }
            }
            at += length;
        }
        return names;
    }

    private synchronized Ext4Inode find(String path) throws IOException {
        Integer remembered = known.get(path);
        if (remembered != null) {
            return inode(remembered);
        }
        Ext4Inode at = inode(ROOT);
        String done = "";
        for (String name : path.split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            done = Tree.join(done, name);
            Integer number = known.get(done);
            if (number == null) {
                if (at.kind() != Kind.FOLDER) {
                    throw new NoSuchFileException(path);
                }
                for (Map.Entry<String, Integer> each : names(at).entrySet()) {
                    known.put(
                            Tree.join(done.substring(0, Math.max(0, done.length() - name.length() - 1)), each.getKey()),
                            each.getValue());
                }
                number = known.get(done);
            }
            if (number == null) {
                throw new NoSuchFileException(path);
            }
            at = inode(number);
        }
        return at;
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, Integer> each : names(find(folder)).entrySet()) {
            entries.add(new Entry(each.getKey(), inode(each.getValue()).kind()));
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public Kind kind(String path) throws IOException {
        try {
            return find(path).kind();
        } catch (NoSuchFileException absent) {
            return Kind.ABSENT;
        }
    }

    @Override
    public String target(String link) throws IOException {
        return find(link).target();
    }

    @Override
    public Bytes read(String file, int most) throws IOException {
        return find(file).content(most);
    }

    @Override
    public Bytes head(String file, int count) throws IOException {
        return find(file).head(count);
    }

    @Override
    public String label() {
        return label;
    }
}
