package dev.sigillo.bytes;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.IntPredicate;

/**
 * Bytes that never change, so that a record may hold them. A slice shares the memory of the whole.
 *
 * <p>Two of them are equal when their contents are; compare secrets with {@link #equalsConstantTime}.
 */
public final class Bytes {

    private static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);
    private static final int SHOWN = 64;
    private static final int SMALL = 128;

    private final byte[] array;
    private final int start;
    private final int size;

    private Bytes(byte[] array, int start, int size) {
        this.array = array;
        this.start = start;
        this.size = size;
    }

    public static Bytes empty() {
        return EMPTY;
    }

    /** A copy of what the array holds now. */
    public static Bytes of(byte... array) {
        return array.length == 0 ? EMPTY : new Bytes(array.clone(), 0, array.length);
    }

    /** A copy of {@code size} bytes of the array from {@code start}. */
    public static Bytes of(byte[] array, int start, int size) {
        return new Bytes(Arrays.copyOfRange(array, start, start + size), 0, size);
    }

    /** Takes the array without a copy; the caller gives up every other reference to it. */
    static Bytes owned(byte[] array, int size) {
        return new Bytes(array, 0, size);
    }

    public static Bytes utf8(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        return owned(encoded, encoded.length);
    }

    /** Zero bytes, {@code size} of them. */
    public static Bytes zeros(int size) {
        return owned(new byte[size], size);
    }

    /**
     * @param hex pairs of hexadecimal digits in either case, nothing between them
     * @throws IllegalArgumentException naming the first character that is none, or an odd length
     */
    public static Bytes fromHex(String hex) {
        if ((hex.length() & 1) != 0) {
            throw new IllegalArgumentException("hex of odd length " + hex.length() + ": two digits a byte expected");
        }
        byte[] array = new byte[hex.length() / 2];
        for (int i = 0; i < array.length; i++) {
            array[i] = (byte) (nibble(hex.charAt(2 * i), 2 * i) << 4 | nibble(hex.charAt(2 * i + 1), 2 * i + 1));
        }
        return owned(array, array.length);
    }

    /** The same of the text's bytes. */
    public static Bytes fromHex(Bytes hex) {
        if ((hex.size & 1) != 0) {
            throw new IllegalArgumentException("hex of odd length " + hex.size + ": two digits a byte expected");
        }
        byte[] array = new byte[hex.size / 2];
        for (int i = 0; i < array.length; i++) {
            array[i] = (byte) (nibble((char) hex.at(2 * i), 2 * i) << 4 | nibble((char) hex.at(2 * i + 1), 2 * i + 1));
        }
        return owned(array, array.length);
    }

    private static int nibble(char digit, int at) {
        if (digit >= '0' && digit <= '9') {
            return digit - '0';
        }
        int letter = digit | 0x20;
        if (digit > '9' && letter >= 'a' && letter <= 'f') {
            return letter - 'a' + 10;
        }
        throw new IllegalArgumentException("no hexadecimal digit at " + at + ": U+" + Integer.toHexString(digit));
    }

    /** @throws IllegalArgumentException if the text is not standard Base64 with padding (RFC 4648 section 4) */
    public static Bytes fromBase64(String base64) {
        byte[] decoded = Base64.getDecoder().decode(base64);
        return owned(decoded, decoded.length);
    }

    /** The same of the text's bytes, without a copy of them. */
    public static Bytes fromBase64(Bytes base64) {
        return decoded(Base64.getDecoder(), base64);
    }

    /** The same in the alphabet of RFC 4648, section 5, as tokens have it. */
    public static Bytes fromBase64Url(Bytes base64) {
        return decoded(Base64.getUrlDecoder(), base64);
    }

    private static Bytes decoded(Base64.Decoder decoder, Bytes base64) {
        if (base64.size < SMALL) { // a copy is smaller than two buffers
            byte[] decoded = decoder.decode(base64.toByteArray());
            return owned(decoded, decoded.length);
        }
        ByteBuffer decoded = decoder.decode(ByteBuffer.wrap(base64.array, base64.start, base64.size));
        return owned(decoded.array(), decoded.remaining());
    }

    public static Bytes concat(Bytes... parts) {
        int total = 0;
        for (Bytes part : parts) {
            total = Math.addExact(total, part.size);
        }
        byte[] all = new byte[total];
        int at = 0;
        for (Bytes part : parts) {
            System.arraycopy(part.array, part.start, all, at, part.size);
            at += part.size;
        }
        return owned(all, total);
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** The byte at {@code index} as 0 to 255. */
    public int at(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("byte " + index + " of " + size);
        }
        return array[start + index] & 0xFF;
    }

    /** A view of {@code [from, to)}. */
    public Bytes slice(int from, int to) {
        if (from < 0 || from > to || to > size) {
            throw new IndexOutOfBoundsException("slice " + from + " to " + to + " of " + size + " bytes");
        }
        return from == to ? EMPTY : new Bytes(array, start + from, to - from);
    }

    public boolean startsWith(Bytes prefix) {
        return holds(0, prefix);
    }

    /** Whether {@code part} stands at {@code from}; false where it would not fit. */
    public boolean holds(int from, Bytes part) {
        return from >= 0
                && from <= size - part.size
                && Arrays.equals(
                        array, start + from, start + from + part.size, part.array, part.start, part.start + part.size);
    }

    /** Where {@code part} stands first at {@code from} or behind it; -1 if nowhere. */
    public int indexOf(Bytes part, int from) {
        for (int at = Math.max(from, 0); at <= size - part.size; at++) {
            if (holds(at, part)) {
                return at;
            }
        }
        return -1;
    }

    /** Those that pass, in their order. */
    public Bytes filter(IntPredicate kept) {
        byte[] passing = new byte[size];
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (kept.test(at(i))) {
                passing[count++] = array[start + i];
            }
        }
        return owned(passing, count);
    }

    /** The UINT16 at {@code index}, little-endian. */
    public int u16le(int index) {
        return at(index) | at(index + 1) << 8;
    }

    /** The UINT32 at {@code index}, little-endian. */
    public long u32le(int index) {
        return u16le(index) | (long) u16le(index + 2) << 16;
    }

    /** True if every byte has this value; of no bytes it is true. */
    public boolean allAre(int value) {
        return allAre(value, 0, size);
    }

    /** The same of {@code [from, to)}. */
    public boolean allAre(int value, int from, int to) {
        for (int i = from; i < to; i++) {
            if (at(i) != value) {
                return false;
            }
        }
        return true;
    }

    /** What a library reads them from without a copy. */
    public InputStream stream() {
        return new ByteArrayInputStream(array, start, size);
    }

    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, start, start + size);
    }

    /** Copies all bytes into the target from {@code at}. */
    public void copyTo(byte[] target, int at) {
        System.arraycopy(array, start, target, at, size);
    }

    byte[] array() {
        return array;
    }

    int start() {
        return start;
    }

    public String hex() {
        char[] digits = new char[size * 2];
        for (int i = 0; i < size; i++) {
            int value = array[start + i] & 0xFF;
            digits[2 * i] = Character.forDigit(value >> 4, 16);
            digits[2 * i + 1] = Character.forDigit(value & 0xF, 16);
        }
        return new String(digits);
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(toByteArray());
    }

    /** As UTF-8; what is not UTF-8 becomes U+FFFD. Hostile text: make it printable before it is shown. */
    public String utf8() {
        return new String(array, start, size, StandardCharsets.UTF_8);
    }

    /** The same answer as {@link #equals}, in a time that depends on the sizes only. */
    public boolean equalsConstantTime(Bytes other) {
        int difference = size ^ other.size;
        int common = Math.min(size, other.size);
        for (int i = 0; i < common; i++) {
            difference |= array[start + i] ^ other.array[other.start + i];
        }
        return difference == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that
                && Arrays.equals(array, start, start + size, that.array, that.start, that.start + that.size);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < size; i++) {
            hash = 31 * hash + array[start + i];
        }
        return hash;
    }

    /** Hexadecimal, cut after 64 bytes with the size told. */
    @Override
    public String toString() {
        return size <= SHOWN ? hex() : slice(0, SHOWN).hex() + "… (" + size + " bytes)";
    }
}
