package dev.sigillo.bytes;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;

/** Builds structures field by field; a value that does not fit its field is a mistake of ours and throws. */
public final class ByteWriter {

    private byte[] array = new byte[256];
    private int size;

    @CanIgnoreReturnValue
    public ByteWriter u8(int value) {
        return bigEndian(value, 1);
    }

    @CanIgnoreReturnValue
    public ByteWriter u16be(int value) {
        return bigEndian(value, 2);
    }

    @CanIgnoreReturnValue
    public ByteWriter u16le(int value) {
        return littleEndian(value, 2);
    }

    @CanIgnoreReturnValue
    public ByteWriter u32be(long value) {
        return bigEndian(value, 4);
    }

    @CanIgnoreReturnValue
    public ByteWriter u32le(long value) {
        return littleEndian(value, 4);
    }

    @CanIgnoreReturnValue
    public ByteWriter u64be(long value) {
        return bigEndian(value, 8);
    }

    @CanIgnoreReturnValue
    public ByteWriter u64le(long value) {
        return littleEndian(value, 8);
    }

    @CanIgnoreReturnValue
    public ByteWriter bytes(Bytes value) {
        ensure(value.size());
        value.copyTo(array, size);
        size += value.size();
        return this;
    }

    /** A UINT16 size, big-endian, then the bytes: any TPM2B_* structure. */
    @CanIgnoreReturnValue
    public ByteWriter sized16be(Bytes value) {
        return u16be(value.size()).bytes(value);
    }

    public int size() {
        return size;
    }

    /** What was written so far. */
    public Bytes toBytes() {
        return Bytes.of(array, 0, size);
    }

    @CanIgnoreReturnValue
    private ByteWriter bigEndian(long value, int width) {
        fits(value, width);
        ensure(width);
        for (int i = width - 1; i >= 0; i--) {
            array[size++] = (byte) (value >>> (8 * i));
        }
        return this;
    }

    @CanIgnoreReturnValue
    private ByteWriter littleEndian(long value, int width) {
        fits(value, width);
        ensure(width);
        for (int i = 0; i < width; i++) {
            array[size++] = (byte) (value >>> (8 * i));
        }
        return this;
    }

    private static void fits(long value, int width) {
        if (width < 8 && value >>> (8 * width) != 0) {
            throw new IllegalArgumentException(value + " does not fit " + width + " unsigned bytes");
        }
    }

    private void ensure(int more) {
        if (more > array.length - size) {
            array = Arrays.copyOf(array, Math.max(Math.addExact(size, more), 2 * array.length));
        }
    }
}
