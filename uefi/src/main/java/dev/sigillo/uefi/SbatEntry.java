package dev.sigillo.uefi;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of SBAT metadata or of an SBAT level (shim's SBAT.md): component, generation, then free fields.
 *
 * @param generation the first that is not revoked (in a level), or the image's own
 * @param fields vendor name, package, version, URL in an image; a date in the level's first line
 */
public record SbatEntry(String component, int generation, List<String> fields) {

    /** Sections and levels in use have some hundred bytes. */
    public static final int MAX_SIZE = 64 << 10;

    /** UTF-8's byte order mark. */
    private static final Bytes MARK = Bytes.utf8("\uFEFF");

    public SbatEntry {
        fields = List.copyOf(fields);
    }

    /**
     * Parses CSV text as shim does: a row ends at a line feed, a carriage return or a zero byte, empty rows count for
     * nothing, and a byte order mark in front is skipped.
     *
     * @throws MalformedException if there are more than {@link #MAX_SIZE} bytes before the padding, or a row has no
     *     component and generation
     */
    public static List<SbatEntry> parse(Bytes csv) throws MalformedException {
        int end = csv.size();
        while (end > 0 && csv.at(end - 1) == 0) {
            end--;
        }
        if (end > MAX_SIZE) {
            throw new MalformedException("sbat", 0, end + " bytes, at most " + MAX_SIZE + " expected");
        }
        List<SbatEntry> entries = new ArrayList<>();
        int row = 0;
        int start = end >= MARK.size() && csv.slice(0, MARK.size()).equals(MARK) ? MARK.size() : 0;
        while (start < end) {
            int stop = start;
            while (stop < end && !endsRow(csv.at(stop))) {
                stop++;
            }
            if (stop > start) {
                row++;
                entries.add(entry(csv.slice(start, stop).utf8(), row));
            }
            start = stop + 1;
        }
        return List.copyOf(entries);
    }

    private static boolean endsRow(int character) {
        return character == '\n' || character == '\r' || character == 0;
    }

    private static SbatEntry entry(String text, int row) throws MalformedException {
        List<String> columns = List.of(text.split(",", -1));
        if (columns.size() < 2 || columns.getFirst().isEmpty()) {
            throw new MalformedException("sbat line " + row, 0, "component,generation expected");
        }
        return new SbatEntry(columns.getFirst(), generation(columns.get(1), row), columns.subList(2, columns.size()));
    }

    private static int generation(String text, int line) throws MalformedException {
        try {
            int value = Integer.parseInt(text.strip());
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // reported below
        }
        throw new MalformedException("sbat line " + line, 0, "a generation of 1 or more expected");
    }
}
