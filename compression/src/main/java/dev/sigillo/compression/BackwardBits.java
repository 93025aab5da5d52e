package dev.sigillo.compression;

import dev.sigillo.bytes.MalformedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** RFC 8878, 4.1 and 4.2: bits that were written forwards and are read from the end; a final 1 marks where they stop. */
final class BackwardBits {
    /** How many bytes the array must have after the last one that is read. */
    static final int PADDING = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] array;
    private final int start;
    private int left;

    /** @param array with {@link #PADDING} bytes after {@code end} */
    BackwardBits(byte[] array, int start, int end) throws MalformedException {
        if (end <= start || array[end - 1] == 0) {
            throw new MalformedException("bitstream", start, "of no bytes, or without its final bit");
        }
        this.array = array;
        this.start = start;
        left = (end - start) * 8 - 1 - (Integer.numberOfLeadingZeros(array[end - 1] & 0xFF) - 24);
    }

    /** How many bits are left; negative after more were read than there are, which gave zeros. */
    int left() {
        return left;
    }

    /** The next {@code count} bits, at most 32, and moves past them. */
    int read(int count) {
        int value = peek(count);
        left -= count;
        return value;
    }

    /** The next {@code count} bits, at most 32, without moving. */
    int peek(int count) {
        int at = left - count;
        if (at >= 0) {
            long word = (long) LONG.get(array, start + (at >>> 3)) >>> (at & 7);
            return (int) (word & ((1L << count) - 1));
        }
        if (left <= 0) {
            return 0;
        }
        long word = (long) LONG.get(array, start) & ((1L << left) - 1);
        return (int) (word << -at);
    }

    void skip(int count) {
        left -= count;
    }

    void requireEnd(String what) throws MalformedException {
        if (left != 0) {
            throw new MalformedException(what, start, left + " bits are left over");
        }
    }
}
