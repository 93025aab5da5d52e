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

    /** Rows in use: an image has under ten, a level under forty. */
    public static final int MAX_ENTRIES = 128;

    /** Columns of all rows together: shim wants six in a row of an image, two in a level's. */
    public static final int MAX_COLUMNS = 1024;

    /** UTF-8's byte order mark. */
    private static final Bytes MARK = Bytes.utf8("\uFEFF");

    public SbatEntry {
        fields = List.copyOf(fields);
    }

    /**
     * Parses CSV text as shim does: a row ends at a line feed, a carriage return or a zero byte, empty rows count for
     * nothing, and a byte order mark in front is skipped.
     *
     * @throws MalformedException if there are more than {@link #MAX_SIZE} bytes before the padding, {@link #MAX_ENTRIES}
     *     rows or {@link #MAX_COLUMNS} columns, or a row has no component and generation
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
        int columns = 0;
        int start = end >= MARK.size() && csv.slice(0, MARK.size()).equals(MARK) ? MARK.size() : 0;
        while (start < end) {
            int stop = start;
            while (stop < end && !endsRow(csv.at(stop))) {
                stop++;
            }
            if (stop > start) {
                int row = entries.size() + 1;
                if (row > MAX_ENTRIES) {
                    throw new MalformedException("sbat", start, "more than " + MAX_ENTRIES + " rows");
                }
                columns += columns(csv, start, stop);
                if (columns > MAX_COLUMNS) {
                    throw new MalformedException(
                            "sbat line " + row, start, "more than " + MAX_COLUMNS + " columns so far");
                }
                entries.add(entry(csv.slice(start, stop).utf8(), row));
            }
            start = stop + 1;
        }
        return List.copyOf(entries);
    }

    private static boolean endsRow(int character) {
        return character == '\n' || character == '\r' || character == 0;
    }

    private static int columns(Bytes csv, int from, int to) {
        int columns = 1;
        for (int at = from; at < to; at++) {
            columns += csv.at(at) == ',' ? 1 : 0;
        }
        return columns;
    }

    private static SbatEntry entry(String text, int row) throws MalformedException {
        int comma = text.indexOf(',');
        if (comma < 1) {
            throw new MalformedException("sbat line " + row, 0, "component,generation expected");
        }
        String component = text.substring(0, comma);
        int next = text.indexOf(',', comma + 1);
        int generation = generation(text.substring(comma + 1, next < 0 ? text.length() : next), row);
        List<String> fields = new ArrayList<>();
        while (next >= 0) {
            int start = next + 1;
            next = text.indexOf(',', start);
            fields.add(text.substring(start, next < 0 ? text.length() : next));
        }
        return new SbatEntry(component, generation, fields);
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
