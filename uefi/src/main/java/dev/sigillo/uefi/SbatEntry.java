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

    public SbatEntry {
        fields = List.copyOf(fields);
    }

    /**
     * Parses CSV text; zero bytes at the end (section padding) are dropped.
     *
     * @throws MalformedException if there are more than {@link #MAX_SIZE} bytes, or a line has no component and
     *     generation
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
        int line = 0;
        int start = 0;
        while (start < end) {
            line++;
            int stop = start;
            while (stop < end && csv.at(stop) != '\n') {
                stop++;
            }
            boolean carriage = stop > start && csv.at(stop - 1) == '\r';
            String text = csv.slice(start, carriage ? stop - 1 : stop).utf8();
            start = stop + 1;
            if (text.isBlank()) {
                continue;
            }
            List<String> columns = List.of(text.split(",", -1));
            if (columns.size() < 2) {
                throw new MalformedException("sbat line " + line, 0, "component,generation expected");
            }
            entries.add(new SbatEntry(
                    columns.getFirst(), generation(columns.get(1), line), columns.subList(2, columns.size())));
        }
        return List.copyOf(entries);
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
