package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A FAT12, FAT16 or FAT32 file system, as EFI system partitions are (UEFI 13.3; Microsoft's "FAT General Overview of
 * On-Disk Format", 1.03). Read here rather than by the kernel: the image may be hostile.
 */
final class FatTree implements Tree {
    private static final int MAX_CLUSTERS = 1 << 22;
    private static final int MAX_FOLDER = 4 << 20;
    private static final int ENTRY = 32;

    private final Volume volume;
    private final String label;
    private final int cluster;
    private final long dataStart;
    private final long rootStart;
    private final int rootSize;
    private final int rootCluster;
    private final int clusters;
    private final int bits;
    private final Bytes table;

    private FatTree(Volume volume, String label) throws IOException {
        this.volume = volume;
        this.label = label;
        Bytes boot = volume.read(0, 512);
        int sector = (int) Volume.little(boot, 11, 2);
        int perCluster = boot.at(13);
        long reserved = Volume.little(boot, 14, 2);
        int copies = boot.at(16);
        int rootEntries = (int) Volume.little(boot, 17, 2);
        long total = Volume.little(boot, 19, 2) == 0 ? Volume.little(boot, 32, 4) : Volume.little(boot, 19, 2);
        long perTable = Volume.little(boot, 22, 2) == 0 ? Volume.little(boot, 36, 4) : Volume.little(boot, 22, 2);
        if (sector < 512 || sector > 4096 || perCluster == 0 || copies == 0 || reserved == 0 || perTable == 0) {
            throw new IOException("damaged: no FAT boot sector");
        }
        cluster = sector * perCluster;
        rootStart = (reserved + copies * perTable) * sector;
        rootSize = rootEntries * ENTRY;
        dataStart = rootStart + (rootSize + sector - 1) / sector * (long) sector;
        long count = (total * sector - dataStart) / cluster;
        if (count < 1 || count > MAX_CLUSTERS || total * sector > volume.size()) {
            throw new IOException("damaged: %d clusters of %d bytes".formatted(count, cluster));
        }
        clusters = (int) count;
        bits = rootEntries == 0 ? 32 : clusters < 4085 ? 12 : 16;
        rootCluster = bits == 32 ? (int) Volume.little(boot, 44, 4) : 0;
        long needed = ((clusters + 2L) * bits + 7) / 8;
        if (needed > perTable * sector) {
            throw new IOException("damaged: its table is too small for its clusters");
        }
        table = volume.read(reserved * sector, (int) needed);
    }

    static boolean is(Volume volume) throws IOException {
        if (volume.size() < 1024) {
            return false;
        }
        Bytes boot = volume.read(0, 512);
        return boot.at(510) == 0x55
                && boot.at(511) == 0xAA
                && (boot.slice(54, 59).utf8().startsWith("FAT")
                        || boot.slice(82, 87).utf8().startsWith("FAT"));
    }

    static FatTree open(Volume volume, String label) throws IOException {
        return new FatTree(volume, label);
    }

    /** A directory entry with its long name, if it has one. */
    private record Node(String name, boolean folder, int first, long size) {}

    private int next(int number) {
        return switch (bits) {
            case 12 -> {
                int pair = (int) Volume.little(table, number + number / 2, 2);
                yield (number & 1) == 0 ? pair & 0xFFF : pair >> 4;
            }
            case 16 -> (int) Volume.little(table, number * 2, 2);
            default -> (int) Volume.little(table, number * 4, 4) & 0x0FFFFFFF;
        };
    }

    /** The content of a chain of clusters; a circle ends at the bound. */
    private Bytes chain(int first, long size) throws IOException {
        List<Bytes> parts = new ArrayList<>();
        long left = size;
        int number = first;
        while (left > 0 && number >= 2 && number < clusters + 2) {
            int run = 1; // neighbours are read at once
            int after = next(number);
            while (after == number + run && (long) run * cluster < left && run < 1024) {
                after = next(number + run);
                run++;
            }
            int count = (int) Math.min(left, (long) run * cluster);
            parts.add(volume.read(dataStart + (number - 2L) * cluster, count));
            left -= count;
            number = after;
        }
        return Bytes.concat(parts.toArray(Bytes[]::new));
    }

    private List<Node> nodes(Node folder) throws IOException {
        Bytes raw = folder.first() == 0 && bits != 32
                ? volume.read(rootStart, rootSize)
                : chain(folder.first() == 0 ? rootCluster : folder.first(), MAX_FOLDER);
        List<Node> nodes = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        for (int at = 0; at + ENTRY <= raw.size() && raw.at(at) != 0; at += ENTRY) {
            int attributes = raw.at(at + 11);
            if (raw.at(at) == 0xE5) {
                name.setLength(0);
            } else if (attributes == 0x0F) {
                name.insert(0, longPart(raw.slice(at, at + ENTRY)));
            } else if ((attributes & 0x08) != 0) {
                name.setLength(0); // the volume's label
            } else {
                String shown = name.isEmpty() ? shortName(raw.slice(at, at + ENTRY)) : name.toString();
                name.setLength(0);
                int first = (int)
                        (Volume.little(raw, at + 26, 2) | (bits == 32 ? Volume.little(raw, at + 20, 2) << 16 : 0));
                if (!shown.equals(".") && !shown.equals("..") && !shown.contains("/")) {
                    nodes.add(new Node(shown, (attributes & 0x10) != 0, first, Volume.little(raw, at + 28, 4)));
                }
            }
        }
        nodes.sort(Comparator.comparing(Node::name));
        return nodes;
    }

    private static String longPart(Bytes entry) {
        StringBuilder part = new StringBuilder();
        for (int at = 1; at < ENTRY; at += at == 9 ? 5 : at == 24 ? 4 : 2) {
            char unit = (char) Volume.little(entry, at, 2);
            if (unit == 0) {
                break;
            }
            part.append(unit);
        }
        return part.toString();
    }

    private static String shortName(Bytes entry) {
        String text = new String(entry.slice(0, 11).toByteArray(), StandardCharsets.ISO_8859_1);
        int lower = entry.at(12);
        String base = text.substring(0, 8).stripTrailing();
        String ending = text.substring(8).stripTrailing();
        base = (lower & 0x08) == 0 ? base : base.toLowerCase(Locale.ROOT);
        ending = (lower & 0x10) == 0 ? ending : ending.toLowerCase(Locale.ROOT);
        return ending.isEmpty() ? base : base + "." + ending;
    }

    private Node node(String path) throws IOException {
        Node at = new Node("", true, 0, 0);
        for (String name : path.split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            Node here = at;
            at = (here.folder() ? nodes(here) : List.<Node>of())
                    .stream()
                            .filter(each -> each.name().equalsIgnoreCase(name))
                            .findFirst()
                            .orElseThrow(() -> new java.nio.file.NoSuchFileException(path));
            if (at.folder() && at.first() == 0) {
                throw new IOException("damaged: a folder without a cluster");
            }
        }
        return at;
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        return nodes(node(folder)).stream()
                .map(node -> new Entry(node.name(), node.folder() ? Kind.FOLDER : Kind.FILE))
                .toList();
    }

    @Override
    public Kind kind(String path) throws IOException {
        try {
            return node(path).folder() ? Kind.FOLDER : Kind.FILE;
        } catch (java.nio.file.NoSuchFileException absent) {
            return Kind.ABSENT;
        }
    }

    @Override
    public String target(String link) throws IOException {
        throw new IOException("FAT has no links");
    }

    @Override
    public Bytes read(String file, int most) throws IOException {
        Node node = node(file);
        if (node.size() > most) {
            throw new IOException("larger than the " + most + " bytes that are read");
        }
        Bytes content = chain(node.first(), node.size());
        if (content.size() != node.size()) {
            throw new IOException("damaged: it has %d of %d bytes".formatted(content.size(), node.size()));
        }
        return content;
    }

    @Override
    public Bytes head(String file, int count) throws IOException {
        Node node = node(file);
        return chain(node.first(), Math.min(count, node.size()));
    }

    @Override
    public String label() {
        return label;
    }
}
