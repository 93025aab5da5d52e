package dev.sigillo.inspect;

import java.io.IOException;
import java.util.Optional;

/**
 * A row of a disk's partition table; whether the disk has such bytes is not yet known.
 *
 * @param number from 1, as Linux counts; 0 is a disk without a table
 * @param type a GUID of GPT, or MBR's type as {@code 0x83}; empty of a disk without a table
 * @param start in bytes
 * @param size in bytes; negative where the table makes no sense
 */
record Partition(int number, String type, long start, long size) {

    static Partition whole(Volume disk) {
        return new Partition(0, "", 0, disk.size());
    }

    /** Its bytes; nothing when it reaches past the end of the disk. */
    Optional<Volume> in(Volume disk) throws IOException {
        return size <= 0 || start < 0 || size > disk.size() || start > disk.size() - size
                ? Optional.empty()
                : Optional.of(disk.part(start, size));
    }

    boolean overlaps(Partition other) {
        return start < other.start + other.size && other.start < start + size;
    }

    String label() {
        return number == 0 ? "disk:" : "p" + number + ":";
    }
}
