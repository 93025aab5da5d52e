package dev.sigillo.compression;

import dev.sigillo.bytes.MalformedException;
import java.util.Optional;

/** RFC 8878, 3.1.1.3: compressed blocks of one frame; tables and repeated offsets live from block to block. */
final class ZstdBlocks {
    private static final int[] LITERAL_BASE = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512,
        1024, 2048, 4096, 8192, 16384, 32768, 65536
    };
    private static final int[] LITERAL_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        16
    };
    private static final int[] MATCH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2,
        2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    };
    private static final int[] MATCH_BASE = matchBase();
    private static final FseTable LITERALS = FseTable.of(6, new short[] {
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1
    });
    private static final FseTable MATCHES = FseTable.of(6, new short[] {
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1
    });
    private static final FseTable OFFSETS = FseTable.of(
            5,
            new short[] {1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1});

    private final Output out;
    private final int first;
    private final ZstdLiterals literals = new ZstdLiterals();
    private final int[] repeated = {1, 4, 8};
    private Optional<FseTable> literalTable = Optional.empty();
    private Optional<FseTable> offsetTable = Optional.empty();
    private Optional<FseTable> matchTable = Optional.empty();
    private int at;

    /** A frame whose content starts where the output ends now. */
    ZstdBlocks(Output out) {
        this.out = out;
        first = out.size();
    }

    private static int[] matchBase() {
        int[] base = new int[MATCH_BITS.length];
        base[0] = 3;
        for (int i = 1; i < base.length; i++) {
            base[i] = base[i - 1] + (1 << MATCH_BITS[i - 1]);
        }
        return base;
    }

    /** Decodes one compressed block; the array has {@link BackwardBits#PADDING} bytes behind {@code end}. */
    void decode(byte[] in, int start, int end) throws MalformedException {
        at = literals.read(in, start, end);
        int count = count(in, end);
        if (count == 0) {
            if (at != end) {
                throw new MalformedException("Sequences_Section", at, (end - at) + " trailing bytes");
            }
            out.append(literals.buffer(), 0, literals.size());
            return;
        }
        int modes = octet(in, end);
        if ((modes & 3) != 0) {
            throw new MalformedException("Symbol_Compression_Modes", at, "reserved bits are set");
        }
        FseTable lengths = table(in, end, modes >> 6, literalTable, LITERALS, 9, 35);
        FseTable offsets = table(in, end, modes >> 4 & 3, offsetTable, OFFSETS, 8, 31);
        FseTable matches = table(in, end, modes >> 2 & 3, matchTable, MATCHES, 9, 52);
        literalTable = Optional.of(lengths);
        offsetTable = Optional.of(offsets);
        matchTable = Optional.of(matches);
        sequences(new BackwardBits(in, at, end), count, lengths, offsets, matches);
    }

    private void sequences(BackwardBits bits, int count, FseTable lengths, FseTable offsets, FseTable matches)
            throws MalformedException {
        int length = lengths.start(bits);
        int offset = offsets.start(bits);
        int match = matches.start(bits);
        int used = 0;
        for (int i = 0; i < count; i++) {
            int offsetCode = offsets.symbol(offset);
            long value = (1L << offsetCode) + Integer.toUnsignedLong(bits.read(offsetCode));
            int matchCode = matches.symbol(match);
            int matchLength = MATCH_BASE[matchCode] + bits.read(MATCH_BITS[matchCode]);
            int literalCode = lengths.symbol(length);
            int literalLength = LITERAL_BASE[literalCode] + bits.read(LITERAL_BITS[literalCode]);
            if (i + 1 < count) {
                length = lengths.next(length, bits);
                match = matches.next(match, bits);
                offset = offsets.next(offset, bits);
            }
            if (bits.left() < 0 || literalLength > literals.size() - used) {
                throw new MalformedException("sequence " + i, at, "needs more bits or literals than there are");
            }
            out.append(literals.buffer(), used, literalLength);
            used += literalLength;
            out.match(first, distance(value, literalLength), matchLength);
        }
        bits.requireEnd("Sequences_Section");
        out.append(literals.buffer(), used, literals.size() - used);
    }

    /** 3.1.1.5: the values 1 to 3 name one of the last three offsets. */
    private int distance(long value, int literalLength) throws MalformedException {
        if (value > 3) {
            if (value - 3 > Integer.MAX_VALUE) {
                throw new MalformedException("offset", at, value + " is beyond any content");
            }
            repeated[2] = repeated[1];
            repeated[1] = repeated[0];
            repeated[0] = (int) (value - 3);
            return repeated[0];
        }
        int index = (int) value - (literalLength == 0 ? 0 : 1);
        int distance = index == 3 ? repeated[0] - 1 : repeated[index];
        if (index > 1) {
            repeated[2] = repeated[1];
        }
        if (index > 0) {
            repeated[1] = repeated[0];
            repeated[0] = distance;
        }
        return distance;
    }

    private int count(byte[] in, int end) throws MalformedException {
        int head = octet(in, end);
        if (head < 128) {
            return head;
        }
        return head < 255 ? ((head - 128) << 8) + octet(in, end) : octet(in, end) + (octet(in, end) << 8) + 0x7F00;
    }

    private FseTable table(
            byte[] in, int end, int mode, Optional<FseTable> before, FseTable predefined, int maxLog, int maxSymbol)
            throws MalformedException {
        return switch (mode) {
            case 0 -> predefined;
            case 1 -> {
                int symbol = octet(in, end);
                if (symbol > maxSymbol) {
                    throw new MalformedException("RLE_Mode", at, "symbol " + symbol + ", at most " + maxSymbol);
                }
                yield FseTable.of(symbol);
            }
            case 2 -> {
                FseTable.Read read = FseTable.read(in, at, end, maxLog, maxSymbol);
                at = read.end();
                yield read.table();
            }
            default ->
                before.orElseThrow(() -> new MalformedException("Repeat_Mode", at, "no table was there before it"));
        };
    }

    private int octet(byte[] in, int end) throws MalformedException {
        if (at >= end) {
            throw new MalformedException("Sequences_Section", at, "ends within its header");
        }
        return in[at++] & 0xFF;
    }
}
