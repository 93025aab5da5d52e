package dev.sigillo.evidence;

import dev.sigillo.bytes.Bytes;
import java.nio.charset.StandardCharsets;

/** What stands between the quotes of a JSON string (RFC 8259, section 7), of a text that {@link JsonText} let through. */
final class JsonString {

    private JsonString() {}

    static String decoded(Bytes raw) {
        return raw.isEmpty() ? "" : isPlain(raw) ? raw.utf8() : unescaped(raw);
    }

    /** Whether it means what it says: it has no escapes. */
    static boolean isPlain(Bytes raw) {
        for (int i = 0; i < raw.size(); i++) {
            if (raw.at(i) == '\\') {
                return false;
            }
        }
        return true;
    }

    /** In UTF-8, which is never longer than what is escaped; half a pair is U+FFFD. */
    private static String unescaped(Bytes raw) {
        byte[] text = new byte[raw.size()];
        int size = 0;
        int at = 0;
        while (at < raw.size()) {
            int c = raw.at(at++);
            if (c == '\\') {
                c = raw.at(at++);
                int which = "bfnrt".indexOf(c);
                if (c == 'u') {
                    int point = unit(raw, at);
                    at += 4;
                    if (Character.isHighSurrogate((char) point)
                            && at + 5 < raw.size()
                            && raw.at(at) == '\\'
                            && raw.at(at + 1) == 'u'
                            && Character.isLowSurrogate((char) unit(raw, at + 2))) {
                        point = Character.toCodePoint((char) point, (char) unit(raw, at + 2));
                        at += 6;
                    }
                    size = append(text, size, point);
                    continue;
                }
                c = which < 0 ? c : "\b\f\n\r\t".charAt(which);
            }
            text[size++] = (byte) c;
        }
        return new String(text, 0, size, StandardCharsets.UTF_8);
    }

    private static int unit(Bytes raw, int at) {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            unit = unit << 4 | Character.digit(raw.at(at + i), 16);
        }
        return unit;
    }

    private static int append(byte[] text, int size, int point) {
        int at = size;
        int scalar = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point;
        if (scalar < 0x80) {
            text[at++] = (byte) scalar;
            return at;
        }
        if (scalar < 0x800) {
            text[at++] = (byte) (0xC0 | scalar >> 6);
        } else {
            if (scalar < 0x10000) {
                text[at++] = (byte) (0xE0 | scalar >> 12);
            } else {
                text[at++] = (byte) (0xF0 | scalar >> 18);
                text[at++] = (byte) (0x80 | scalar >> 12 & 0x3F);
            }
            text[at++] = (byte) (0x80 | scalar >> 6 & 0x3F);
        }
        text[at++] = (byte) (0x80 | scalar & 0x3F);
        return at;
    }
}
