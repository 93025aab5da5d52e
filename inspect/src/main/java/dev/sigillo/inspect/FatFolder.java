package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A folder of FAT: entries of 32 bytes, a long name in those before the one that it belongs to. */
final class FatFolder {
    static final int ENTRY = 32;
    /** A long name has at most 255 characters, 13 in each part. */
    private static final int MAX_PARTS = 20;

    private final List<Node> nodes = new ArrayList<>();
    private final List<String> parts = new ArrayList<>();
    private int count;
    /** The number of the part that has to come next; 0 when all are there. */
    private int next;

    private int sum;

    private FatFolder() {}

    /**
     * One name in a folder.
     *
     * @param first its first cluster
     * @param again a folder that another entry has already named
     */
    record Node(String name, boolean folder, int first, long size, boolean again) {
        Node asAgain() {
            return new Node(name, folder, first, size, true);
        }
    }

    /** In the order of the disk, which is the one that the firmware looks in. */
    static List<Node> nodes(Bytes raw, boolean wide) {
        FatFolder folder = new FatFolder();
        for (int at = 0; at + ENTRY <= raw.size() && raw.at(at) != 0; at += ENTRY) {
            folder.entry(raw.slice(at, at + ENTRY), wide);
        }
        return folder.nodes;
    }

    private void entry(Bytes entry, boolean wide) {
        int attributes = entry.at(11);
        if (entry.at(0) != 0xE5 && attributes == 0x0F) {
            part(entry);
            return;
        }
        if (entry.at(0) != 0xE5 && (attributes & 0x08) == 0) { // not deleted, nor the volume's label
            boolean folder = (attributes & 0x10) != 0;
            String name = name(entry, folder);
            int first = (int) (Volume.little(entry, 26, 2) | (wide ? Volume.little(entry, 20, 2) << 16 : 0));
            if (!name.equals(".") && !name.equals("..") && !name.contains("/")) {
                nodes.add(new Node(name, folder, first, Volume.little(entry, 28, 4), false));
            }
        }
        count = 0;
    }

    /** Parts come last first, each with its number and the sum of the short name. */
    private void part(Bytes entry) {
        int number = entry.at(0) & 0x3F;
        if ((entry.at(0) & 0x40) != 0) {
            count = number <= MAX_PARTS ? number : 0;
            next = count;
            sum = entry.at(13);
            parts.clear();
        }
        if (count == 0 || number == 0 || number != next || entry.at(13) != sum) {
            count = 0;
            return;
        }
        next--;
        parts.addFirst(text(entry));
    }

    /** The long name, if it is whole and this entry's own; the firmware finds a folder EFI also by its short name. */
    private String name(Bytes entry, boolean folder) {
        String small = shortName(entry);
        boolean efi = folder && small.equalsIgnoreCase("EFI");
        return count > 0 && next == 0 && sum == sum(entry) && !efi ? String.join("", parts) : small;
    }

    private static int sum(Bytes entry) {
        int sum = 0;
        for (int i = 0; i < 11; i++) {
            sum = (((sum & 1) << 7) + (sum >> 1) + entry.at(i)) & 0xFF;
        }
        return sum;
    }

    private static String text(Bytes entry) {
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
}
