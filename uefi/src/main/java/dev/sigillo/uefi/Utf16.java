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
        StringBuilder text = new StringBuilder();
        for (int unit = in.u16le(field); unit != 0; unit = in.u16le(field)) {
            text.append((char) unit);
        }
        return text.toString();
    }
}
