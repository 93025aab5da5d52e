package dev.sigillo.compression;

import dev.sigillo.bytes.MalformedException;

/** RFC 8878, 4.2: the code of literals, as a table over the longest code. */
final class HuffmanTable {
    private static final int MAX_BITS = 11;
    private static final int WEIGHT_LOG = 6;

    private final int width;
    private final byte[] symbols;
    private final byte[] lengths;

    private HuffmanTable(int width) {
        this.width = width;
        symbols = new byte[1 << width];
        lengths = new byte[1 << width];
    }

    /** A table with the place behind its description. */
    record Read(HuffmanTable table, int end) {}

    static Read read(byte[] in, int start, int end) throws MalformedException {
        if (start >= end) {
            throw new MalformedException("Huffman_Tree_Description", start, "is missing");
        }
        int header = in[start] & 0xFF;
        int[] weights = new int[256];
        int count;
        int behind;
        if (header >= 128) {
            count = header - 127;
            behind = start + 1 + (count + 1) / 2;
            if (behind > end) {
                throw new MalformedException("weights", start, count + " of them do not fit");
            }
            for (int i = 0; i < count; i++) {
                int pair = in[start + 1 + i / 2] & 0xFF;
                weights[i] = (i & 1) == 0 ? pair >> 4 : pair & 15;
            }
        } else {
            behind = start + 1 + header;
            if (behind > end) {
                throw new MalformedException("weights", start, header + " bytes do not fit");
            }
            count = compressedWeights(in, start + 1, behind, weights);
        }
        return new Read(of(weights, count, start), behind);
    }

    /** 4.2.1.2: two states take turns until the bits run out. */
    private static int compressedWeights(byte[] in, int start, int end, int[] weights) throws MalformedException {
        FseTable.Read read = FseTable.read(in, start, end, WEIGHT_LOG, 255);
        BackwardBits bits = new BackwardBits(in, read.end(), end);
        FseTable table = read.table();
        int state = table.start(bits);
        int other = table.start(bits);
        int count = 0;
        while (count < 254) {
            weights[count++] = table.symbol(state);
            if (bits.left() < table.bits(state)) {
                weights[count++] = table.symbol(other);
                return count;
            }
            int next = table.next(state, bits);
            state = other;
            other = next;
        }
        throw new MalformedException("weights", start, "more than 255");
    }

    private static HuffmanTable of(int[] weights, int count, int at) throws MalformedException {
        int total = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > MAX_BITS) {
                throw new MalformedException("weight", at, weights[i] + ", at most " + MAX_BITS);
            }
            total += weights[i] == 0 ? 0 : 1 << (weights[i] - 1);
        }
        int width = 32 - Integer.numberOfLeadingZeros(total);
        int rest = (1 << width) - total;
        if (total == 0 || width > MAX_BITS || Integer.bitCount(rest) != 1) {
            throw new MalformedException("weights", at, "add up to " + total + ": no last weight completes them");
        }
        weights[count] = 32 - Integer.numberOfLeadingZeros(rest); // the last weight is implied
        HuffmanTable table = new HuffmanTable(width);
        int place = 0;
        for (int weight = 1; weight <= width; weight++) {
            for (int symbol = 0; symbol <= count; symbol++) {
                if (weights[symbol] != weight) {
                    continue;
                }
                for (int i = 0; i < 1 << (weight - 1); i++) {
                    table.symbols[place] = (byte) symbol;
                    table.lengths[place++] = (byte) (width + 1 - weight);
                }
            }
        }
        return table;
    }

    /** Decodes exactly {@code count} symbols from bits that end with them. */
    void decode(BackwardBits in, byte[] out, int from, int count) throws MalformedException {
        for (int i = from; i < from + count; i++) {
            int index = in.peek(width);
            out[i] = symbols[index];
            in.skip(lengths[index]);
        }
        in.requireEnd("Huffman-coded stream");
    }
}
