package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.util.List;

/**
 * The files of one file system, read only. Paths have no leading slash, {@code ""} is the root; symbolic links are told,
 * never followed: {@link Walk} follows them inside the tree.
 */
interface Tree {
    /** What a name stands for. */
    enum Kind {
        FILE,
        FOLDER,
        LINK,
        /** Device, socket, FIFO. */
        OTHER,
        ABSENT
    }

    /** One name in a folder. */
    record Entry(String name, Kind kind) {}

    /** Names are unique but for their case on FAT; sorted. */
    List<Entry> list(String folder) throws IOException;

    Kind kind(String path) throws IOException;

    /** The target of a symbolic link, as it is written. */
    String target(String link) throws IOException;

    /**
     * The content of a file.
     *
     * @param most the largest size in bytes that is read
     * @throws IOException if it cannot be read, or is larger
     */
    Bytes read(String file, int most) throws IOException;

    /** Its first bytes, at most {@code count}. */
    Bytes head(String file, int count) throws IOException;

    /** What stands in front of a path when it is shown: empty for a folder, a partition for a disk. */
    String label();

    /** A path as it is shown. */
    default String shown(String path) {
        return label() + "/" + path;
    }

    static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }
}
