package dev.sigillo.compression;

import dev.sigillo.bytes.MalformedException;
import java.util.Arrays;
import java.util.Optional;

/** RFC 8878, 3.1.1.3.1: the literals of one block; the Huffman table lives on for the next. */
final class ZstdLiterals {
    private static final int MAX = 128 << 10;

    private final byte[] buffer = new byte[MAX];
    private Optional<HuffmanTable> table = Optional.empty();
    private int size;

    byte[] buffer() {
        return buffer;
    }

    int size() {
        return size;
    }

    /** Reads the section and returns the place behind it. */
    int read(byte[] in, int start, int end) throws MalformedException {
        require(start + 1, end, start);
        int type = in[start] & 3;
        int format = in[start] >> 2 & 3;
        return type < 2 ? plain(in, start, end, type, format) : coded(in, start, end, type, format);
    }

    private int plain(byte[] in, int start, int end, int type, int format) throws MalformedException {
        int header = format == 1 ? 2 : format == 3 ? 3 : 1;
        require(start + header, end, start);
        size = (int) (little(in, start, header) >> (header == 1 ? 3 : 4));
        require(size <= MAX, start, size + " literals");
        int at = start + header;
        if (type == 1) {
            require(at + 1, end, start);
            Arrays.fill(buffer, 0, size, in[at]);
            return at + 1;
        }
        require(at + size, end, start);
        System.arraycopy(in, at, buffer, 0, size);
        return at + size;
    }

    private int coded(byte[] in, int start, int end, int type, int format) throws MalformedException {
        int header = format < 2 ? 3 : format + 2;
        int width = format < 2 ? 10 : format == 2 ? 14 : 18;
        require(start + header, end, start);
        long sizes = little(in, start, header) >> 4;
        size = (int) (sizes & ((1 << width) - 1));
        int packed = (int) (sizes >> width & ((1 << width) - 1));
        int at = start + header;
        int behind = at + packed;
        require(behind, end, start);
        require(size <= MAX, start, size + " literals");
        if (type == 2) {
            HuffmanTable.Read read = HuffmanTable.read(in, at, behind);
            table = Optional.of(read.table());
            at = read.end();
        }
        HuffmanTable code = table.orElseThrow(
                () -> new MalformedException("Treeless_Literals_Block", start, "no table was there before it"));
        if (format == 0) {
            code.decode(new BackwardBits(in, at, behind), buffer, 0, size);
        } else {
            four(code, in, at, behind);
        }
        return behind;
    }

    private void four(HuffmanTable code, byte[] in, int start, int end) throws MalformedException {
        require(start + 6, end, start);
        int part = (size + 3) / 4;
        require(size >= 6, start, size + " literals in four streams");
        int at = start + 6;
        for (int i = 0; i < 4; i++) {
            int stop = i == 3 ? end : at + (int) little(in, start + 2 * i, 2);
            require(stop, end, start);
            int from = i * part;
            code.decode(new BackwardBits(in, at, stop), buffer, from, i == 3 ? size - from : part);
            at = stop;
        }
    }

    private static long little(byte[] in, int at, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | in[at + i] & 0xFF;
        }
        return value;
    }

    private static void require(int needed, int end, int at) throws MalformedException {
        require(needed <= end, at, "ends at " + needed + ", the block at " + end);
    }

    private static void require(boolean held, int at, String was) throws MalformedException {
        if (!held) {
            throw new MalformedException("Literals_Section", at, was);
        }
    }
}
