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
    private static final Place TOP = new Place(0, "");
    /** Compression, journal device, encryption (of names: shown as they are), external inodes: what would be misread. */
    private static final long UNREADABLE = 0x1 | 0x8 | 0x10000;

    private final Volume volume;
    private final String label;
    private final int block;
    private final long perGroup;
    private final int inodeSize;
    private final long inodes;
    private final Ext4Groups groups;
    private final Budget budget;
    /** By inode: each folder is read once. */
    private final Map<Long, Map<String, Long>> folders = new HashMap<>();
    /** Through which entry a folder was entered first: through a second one it would be a circle. */
    private final Map<Long, Place> places = new HashMap<>();

    /** An entry of a folder. */
    private record Place(long folder, String name) {}

    /** Where a path leads. */
    private record Found(long number, Place place) {}

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
        inodes = Volume.little(head, 0, 4);
        perGroup = Volume.little(head, 40, 4);
        inodeSize = Volume.little(head, 76, 4) == 0 ? 128 : (int) Volume.little(head, 88, 2);
        groups = Ext4Groups.of(head, block);
        budget = new Budget(volume.size());
        if (perGroup == 0 || inodeSize < 128 || inodeSize > block || groups.descriptor() > block) {
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
        Bytes entry = volume.read(groups.at(group), groups.descriptor());
        long table = Volume.little(entry, 8, 4)
                | (groups.descriptor() > Ext4Groups.SMALL ? Volume.little(entry, 40, 4) << 32 : 0);
        long at = table * block + (number - 1) % perGroup * inodeSize;
        return new Ext4Inode(volume, block, volume.read(at, inodeSize), budget);
    }

    private Map<String, Long> names(Ext4Inode folder) throws IOException {
        Map<String, Long> names = new HashMap<>();
        Bytes raw = folder.content((int) Math.min(MAX_FOLDER, volume.size()));
        budget.folder(raw.size());
        int from = 0;
        if (folder.isInline()) {
            from = 4; // the parent's number
        }
        for (int at = from; at + 8 <= raw.size(); ) {
            long number = Volume.little(raw, at, 4);
            int length = (int) Volume.little(raw, at + 4, 2);
            int nameLength = raw.at(at + 6);
            if (length < 8 || length > raw.size() - at || nameLength > length - 8) {
                throw new IOException("damaged: a directory entry of " + length + " bytes");
            }
            if (number != 0 && nameLength > 0) {
                String name = raw.slice(at + 8, at + 8 + nameLength).utf8();
                if (!name.equals(".") && !name.equals("..") && !name.contains("/")) {
                    budget.name();
                    names.put(name, number);
                }
            }
            at += length;
        }
        return names;
    }

    /** The names in a folder; @throws NoSuchFileException if it is none */
    private synchronized Map<String, Long> folder(long number, Place place) throws IOException {
        Map<String, Long> known = folders.get(number);
        if (known == null) {
            Ext4Inode inode = inode(number);
            if (inode.kind() != Kind.FOLDER) {
                throw new NoSuchFileException(place.name());
            }
            known = names(inode);
            folders.put(number, known);
        }
        Place first = places.putIfAbsent(number, place);
        if (first != null && !first.equals(place)) {
            throw new IOException("damaged: a folder that is in two places");
        }
        return known;
    }

    private Found find(String path) throws IOException {
        long at = ROOT;
        Place place = TOP;
        for (String name : path.split("/")) {
            if (!name.isEmpty()) {
                Long next = folder(at, place).get(name);
                if (next == null) {
                    throw new NoSuchFileException(path);
                }
                place = new Place(at, name);
                at = next;
            }
        }
        return new Found(at, place);
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        Found found = find(folder);
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, Long> each :
                folder(found.number(), found.place()).entrySet()) {
            entries.add(new Entry(each.getKey(), inode(each.getValue()).kind()));
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public Kind kind(String path) throws IOException {
        try {
            return inode(find(path).number()).kind();
        } catch (NoSuchFileException absent) {
            return Kind.ABSENT;
        }
    }

    @Override
    public String target(String link) throws IOException {
        return inode(find(link).number()).target();
    }

    @Override
    public Bytes read(String file, int most) throws IOException {
        return inode(find(file).number()).content(most);
    }

    @Override
    public Bytes head(String file, int count) throws IOException {
        return inode(find(file).number()).head(count);
    }

    @Override
    public String label() {
        return label;
    }
}
