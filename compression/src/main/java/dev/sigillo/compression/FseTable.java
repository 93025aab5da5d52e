package dev.sigillo.compression;

import dev.sigillo.bytes.MalformedException;

/** RFC 8878, 4.1: a finite state entropy decoding table. */
final class FseTable {
    private static final int MAX_SYMBOLS = 256;

    private final int log;
    private final byte[] symbols;
    private final byte[] bits;
    private final short[] baselines;

    private FseTable(int log) {
        this.log = log;
        symbols = new byte[1 << log];
        bits = new byte[1 << log];
        baselines = new short[1 << log];
    }

    /** One symbol that takes no bits: mode RLE. */
    static FseTable of(int symbol) {
        FseTable table = new FseTable(0);
        table.symbols[0] = (byte) symbol;
        return table;
    }

    /** 4.1.1: from probabilities, -1 for "less than one". */
    static FseTable of(int log, short[] probabilities) {
        FseTable table = new FseTable(log);
        int size = 1 << log;
        int high = size;
        int[] next = new int[probabilities.length];
        for (int symbol = 0; symbol < probabilities.length; symbol++) {
            if (probabilities[symbol] == -1) {
                table.symbols[--high] = (byte) symbol;
                next[symbol] = 1;
            }
        }
        int step = (size >> 1) + (size >> 3) + 3;
        int at = 0;
        for (int symbol = 0; symbol < probabilities.length; symbol++) {
            if (probabilities[symbol] <= 0) {
                continue;
            }
            next[symbol] = probabilities[symbol];
            for (int i = 0; i < probabilities[symbol]; i++) {
                table.symbols[at] = (byte) symbol;
                do {
                    at = (at + step) & (size - 1);
                } while (at >= high);
            }
        }
        for (int state = 0; state < size; state++) {
            int value = next[table.symbols[state] & 0xFF]++;
            int count = log - (31 - Integer.numberOfLeadingZeros(value));
            table.bits[state] = (byte) count;
            table.baselines[state] = (short) ((value << count) - size);
        }
        return table;
    }

    /** A table with the place behind its description. */
    record Read(FseTable table, int end) {}

    /**
     * 4.1.1: the description of a table.
     *
     * @param maxLog the highest accuracy that is allowed
     * @param maxSymbol the highest symbol that is allowed
     */
    static Read read(byte[] in, int start, int end, int maxLog, int maxSymbol) throws MalformedException {
        if (start >= end) {
            throw new MalformedException("FSE table", start, "is missing");
        }
        int log = (in[start] & 15) + 5;
        if (log > maxLog) {
            throw new MalformedException("Accuracy_Log", start, log + ", at most " + maxLog);
        }
        short[] probabilities = new short[Math.min(MAX_SYMBOLS, maxSymbol + 1)];
        long at = start * 8L + 4;
        int left = 1 << log;
        int symbol = 0;
        while (left > 0) {
            if (symbol > maxSymbol) {
                throw new MalformedException("FSE table", start, "more than " + (maxSymbol + 1) + " symbols");
            }
            int width = 32 - Integer.numberOfLeadingZeros(left + 1);
            int value = forward(in, at, width, end);
            int low = (1 << (width - 1)) - 1;
            int threshold = (1 << width) - 1 - (left + 1);
            if ((value & low) < threshold) {
                value &= low;
                at += width - 1;
            } else {
                value = value > low ? value - threshold : value;
                at += width;
            }
            int probability = value - 1;
            left -= Math.abs(probability);
            probabilities[symbol++] = (short) probability;
            if (probability == 0) {
                int zeros;
                do {
                    zeros = forward(in, at, 2, end);
                    at += 2;
                    symbol += zeros;
                } while (zeros == 3 && symbol <= maxSymbol);
            }
        }
        int behind = (int) ((at + 7) / 8);
        if (left < 0 || behind > end || symbol > maxSymbol + 1) {
            throw new MalformedException("FSE table", start, "probabilities do not add up to " + (1 << log));
        }
        return new Read(of(log, probabilities), behind);
    }

    private static int forward(byte[] in, long at, int count, int end) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            int octet = (int) ((at + i) / 8);
            if (octet < end && (in[octet] >> ((at + i) & 7) & 1) != 0) {
                value |= 1 << i;
            }
        }
        return value;
    }

    /** The first state. */
    int start(BackwardBits in) {
        return in.read(log);
    }

    int symbol(int state) {
        return symbols[state] & 0xFF;
    }

    /** The state after this one. */
    int next(int state, BackwardBits in) {
        return baselines[state] + in.read(bits[state]);
    }

    /** How many bits lead to the next state. */
    int bits(int state) {
        return bits[state];
    }
}
