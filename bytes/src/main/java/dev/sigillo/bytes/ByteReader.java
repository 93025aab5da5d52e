package dev.sigillo.bytes;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * A cursor over hostile bytes. Each read names its field and fails before it moves if too few bytes are left; a size
 * gives a view, not a copy; offsets are told from the start of the outermost bytes.
 */
public final class ByteReader {

    private final Bytes bytes;
    private final int end;
    private int at;

    public ByteReader(Bytes bytes) {
        this(bytes, 0, bytes.size());
    }

    private ByteReader(Bytes bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    public int offset() {
        return at;
    }

    public int remaining() {
        return end - at;
    }

    public int u8(String field) throws MalformedException {
        return bytes.at(take(field, 1));
    }

    public int u16be(String field) throws MalformedException {
        return (int) bigEndian(take(field, 2), 2);
    }

    public int u16le(String field) throws MalformedException {
        return (int) littleEndian(take(field, 2), 2);
    }

    public long u32be(String field) throws MalformedException {
        return bigEndian(take(field, 4), 4);
    }

    public long u32le(String field) throws MalformedException {
        return littleEndian(take(field, 4), 4);
    }

    /** Above 2^63 - 1 the result is negative: compare with {@link Long#compareUnsigned}. */
    public long u64be(String field) throws MalformedException {
        return bigEndian(take(field, 8), 8);
    }

    /** Above 2^63 - 1 the result is negative: compare with {@link Long#compareUnsigned}. */
    public long u64le(String field) throws MalformedException {
        return littleEndian(take(field, 8), 8);
    }

    /** The next {@code size} bytes; a size as read from the wire may be passed unchecked. */
    public Bytes bytes(String field, long size) throws MalformedException {
        int start = take(field, size);
        return bytes.slice(start, at);
    }

    /**
     * Goes over the next {@code size} bytes; a size as read from the wire may be passed unchecked.
     *
     * @return where they begin, in bytes from the start of the outermost bytes
     */
    @CanIgnoreReturnValue
    public int skip(String field, long size) throws MalformedException {
        return take(field, size);
    }

    /** Fails as the read of so many bytes would, and stays where it is. */
    public void require(String field, long size) throws MalformedException {
        at = take(field, size);
    }

    /** A cursor over the next {@code size} bytes only. */
    public ByteReader view(String field, long size) throws MalformedException {
        int start = take(field, size);
        return new ByteReader(bytes, start, at);
    }

    /** A UINT16 size, big-endian, then that many bytes: any TPM2B_* structure. */
    public Bytes sized16be(String field) throws MalformedException {
        return bytes(field, u16be(field));
    }

    /** All that is left. */
    public Bytes rest() {
        Bytes left = bytes.slice(at, end);
        at = end;
        return left;
    }

    /** What is left, without moving. */
    public Bytes peek() {
        return bytes.slice(at, end);
    }

    /** @throws MalformedException if bytes are left over */
    public void requireEnd(String structure) throws MalformedException {
        if (at != end) {
            throw new MalformedException(structure, at, (end - at) + " trailing bytes");
        }
    }

    /** An exception at the place where the cursor stands. */
    public MalformedException malformed(String field, String detail) {
        return new MalformedException(field, at, detail);
    }

    private int take(String field, long size) throws MalformedException {
        if (size < 0 || size > end - at) { // never at + size > end: the sum can overflow
            throw new MalformedException(field, at, "needs " + size + " bytes, has " + (end - at));
        }
        int start = at;
        at += (int) size;
        return start;
    }

    private long bigEndian(int start, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = (value << 8) | bytes.at(start + i);
        }
        return value;
    }

    private long littleEndian(int start, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = (value << 8) | bytes.at(start + i);
        }
        return value;
    }
}
