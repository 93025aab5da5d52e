package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;

/** An archive of one file as systemd-stub writes it behind the initrd: cpio "newc", folder, file, trailer. */
final class Newc {

    private static final int FOLDER = 0040555;
    private static final int FILE = 0100444;

    private Newc() {}

    /** {@code /.extra/NAME}, readable by all, of no time. */
    static Bytes extra(String name, Bytes content) {
        return Bytes.concat(
                entry(1, FOLDER, ".extra", Bytes.empty()),
                entry(2, FILE, ".extra/" + name, content),
                // Its own writing: a size in capitals, where all others have small letters.
                padded(Bytes.utf8("070701" + "0".repeat(32) + "00000001" + "0".repeat(48) + "0000000B" + "0".repeat(8)
                        + "TRAILER!!!\0")));
    }

    private static Bytes entry(int inode, int mode, String name, Bytes content) {
        int[] fields = {inode, mode, 0, 0, 1, 0, content.size(), 0, 0, 0, 0, name.length() + 1, 0};
        StringBuilder header = new StringBuilder("070701");
        for (int field : fields) {
            header.append("%08x".formatted(field));
        }
        return Bytes.concat(padded(Bytes.utf8(header + name + "\0")), padded(content));
    }

    /** To the next multiple of four. */
    static Bytes padded(Bytes bytes) {
        return Bytes.concat(bytes, Bytes.zeros(-bytes.size() & 3));
    }
}
