package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.nio.charset.StandardCharsets;

/** CHAR16 text: UTF-16, little-endian. */
final class Utf16 {

    private Utf16() {}

    static String text(Bytes bytes) {
        return new String(bytes.toByteArray(), StandardCharsets.UTF_16LE);
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
