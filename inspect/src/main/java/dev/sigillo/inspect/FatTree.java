package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.inspect.FatFolder.Node;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A FAT12, FAT16 or FAT32 file system, as EFI system partitions are (UEFI 13.3; Microsoft's "FAT General Overview of
 * On-Disk Format", 1.03). Read here rather than by the kernel: the image may be hostile.
 */
final class FatTree implements Tree {
    private static final int MAX_FOLDER = 4 << 20;

    private final Volume volume;
    private final String label;
    private final FatLayout layout;
    private final Bytes table;
    private final Budget budget;
    /** By first cluster: each folder is read once. */
    private final Map<Integer, Map<String, Node>> folders = new HashMap<>();
    /** The first clusters of folders that an entry has named: a second one would make a circle. */
    private final Set<Integer> named = new HashSet<>();

    private FatTree(Volume volume, String label) throws IOException {
        this.volume = volume;
        this.label = label;
        layout = FatLayout.of(volume);
        table = volume.read(layout.table(), layout.tableSize());
        budget = new Budget(volume.size());
        named.add(layout.rootCluster());
    }

    static boolean is(Volume volume) throws IOException {
        return FatLayout.is(volume);
    }

    static FatTree open(Volume volume, String label) throws IOException {
        return new FatTree(volume, label);
    }

    private int next(int number) {
        return switch (layout.bits()) {
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
        while (left > 0 && number >= 2 && number < layout.clusters() + 2) {
            int run = 1; // neighbours are read at once
            int after = next(number);
            while (after == number + run && (long) run * layout.cluster() < left && run < 1024) {
                after = next(number + run);
                run++;
            }
            int count = (int) Math.min(left, (long) run * layout.cluster());
            parts.add(volume.read(layout.data() + (number - 2L) * layout.cluster(), count));
            left -= count;
            number = after;
        }
        return Bytes.concat(parts.toArray(Bytes[]::new));
    }

    /** By name in lower case, in the order of the disk. */
    private synchronized Map<String, Node> nodes(int cluster) throws IOException {
        Map<String, Node> known = folders.get(cluster);
        if (known != null) {
            return known;
        }
        boolean wide = layout.bits() == 32;
        long most = Math.min(MAX_FOLDER, (long) layout.clusters() * layout.cluster());
        Bytes raw = cluster == 0 && !wide ? volume.read(layout.root(), layout.rootSize()) : chain(cluster, most);
        budget.folder(raw.size());
        Map<String, Node> nodes = new LinkedHashMap<>();
        for (Node node : FatFolder.nodes(raw, wide)) {
            budget.name();
            boolean again = node.folder() && !named.add(node.first());
            if (nodes.putIfAbsent(key(node.name()), again ? node.asAgain() : node) != null) {
                throw new IOException("damaged: a folder with two files of one name");
            }
        }
        folders.put(cluster, nodes);
        return nodes;
    }

    private static String key(String name) {
        return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private Node node(String path) throws IOException {
        Node at = new Node("", true, layout.rootCluster(), 0, false);
        boolean root = true;
        for (String name : path.split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            Node next = at.folder() ? nodes(at, root).get(key(name)) : null;
            if (next == null) {
                throw new NoSuchFileException(path);
            }
            at = next;
            root = false;
        }
        return at;
    }

    private Map<String, Node> nodes(Node folder, boolean root) throws IOException {
        if (!root && (folder.first() == 0 || folder.again())) {
            throw new IOException("damaged: a folder that is in two places, or nowhere");
        }
        return nodes(folder.first());
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        return nodes(node(folder), folder.isEmpty()).values().stream()
                .sorted(Comparator.comparing(Node::name))
                .map(node -> new Entry(node.name(), node.folder() ? Kind.FOLDER : Kind.FILE))
                .toList();
    }

    @Override
    public Kind kind(String path) throws IOException {
        try {
            return node(path).folder() ? Kind.FOLDER : Kind.FILE;
        } catch (NoSuchFileException absent) {
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
        budget.content(node.size());
        Bytes content = chain(node.first(), node.size());
        if (content.size() != node.size()) {
            throw new IOException("damaged: it has %d of %d bytes".formatted(content.size(), node.size()));
        }
        return content;
    }

    @Override
    public Bytes head(String file, int count) throws IOException {
        Node node = node(file);
        long wanted = Math.min(count, node.size());
        budget.content(wanted);
        return chain(node.first(), wanted);
    }

    @Override
    public String label() {
        return label;
    }
}
