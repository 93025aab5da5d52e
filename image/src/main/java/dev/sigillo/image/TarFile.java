package dev.sigillo.image;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import java.nio.charset.StandardCharsets;

/** A POSIX ustar file (IEEE 1003.1, pax, "ustar Interchange Format") of plain files, all of time 0 and owner 0. */
final class TarFile {

    private static final int BLOCK = 512;
    private final ByteWriter out = new ByteWriter();

    TarFile file(String name, Bytes content) {
        return entry(name, content, "0000644");
    }

    TarFile program(String name, Bytes content) {
        return entry(name, content, "0000755");
    }

    Bytes toBytes() {
        return out.bytes(Bytes.zeros(2 * BLOCK)).toBytes();
    }

    private TarFile entry(String name, Bytes content, String mode) {
        byte[] header = new byte[BLOCK];
        put(header, 0, 100, name);
        put(header, 100, 8, mode);
        put(header, 108, 8, "0000000");
        put(header, 116, 8, "0000000");
        put(header, 124, 12, "%011o".formatted(content.size()));
        put(header, 136, 12, "00000000000");
        put(header, 148, 8, "        "); // the checksum counts itself as spaces
        put(header, 156, 1, "0");
        put(header, 257, 8, "ustar\00000");
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xff;
        }
        put(header, 148, 8, "%06o\0 ".formatted(sum));
        out.bytes(Bytes.of(header)).bytes(content).bytes(Bytes.zeros(-content.size() & (BLOCK - 1)));
        return this;
    }

    private static void put(byte[] header, int at, int room, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > room) {
            throw new IllegalArgumentException("tar: \"" + text + "\" is longer than " + room + " bytes");
        }
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
