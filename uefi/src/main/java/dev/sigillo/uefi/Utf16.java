package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.nio.charset.StandardCharsets;

/** CHAR16 text: UTF-16, little-endian. */
final class Utf16 {

    private static final char MALFORMED = '\uFFFD';

    private Utf16() {}

    /**
     * As Java's UTF-16LE decodes it, in a third of the memory: what is no text becomes U+FFFD, among it the half of a pair
     * together with what stands in the other's place.
     */
    static String text(Bytes bytes) {
        StringBuilder text = new StringBuilder((bytes.size() + 1) / 2);
        int at = 0;
        while (at < bytes.size()) {
            char unit = at + 1 < bytes.size() ? (char) bytes.u16le(at) : MALFORMED;
            boolean high = Character.isHighSurrogate(unit);
            if (high && at + 3 < bytes.size() && Character.isLowSurrogate((char) bytes.u16le(at + 2))) {
                text.append(unit).append((char) bytes.u16le(at + 2));
            } else {
                text.append(Character.isSurrogate(unit) ? MALFORMED : unit);
            }
            at += high ? 4 : 2;
        }
        return text.toString();
    }

    static Bytes bytes(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_16LE));
    }

    /** Reads up to and over the terminating zero. */
    static String terminated(ByteReader in, String field) throws MalformedException {
        Bytes left = in.peek();
        int end = 0;
        while (end + 1 < left.size() && left.u16le(end) != 0) {
            end += 2;
        }
        StringBuilder text = new StringBuilder(end / 2); // as large as it will be: the name may be all there is
        for (int at = 0; at < end; at += 2) {
            text.append((char) left.u16le(at));
        }
        in.skip(field, end);
        in.skip(field, 2);
        return text.toString();
    }
}
