package dev.sigillo.agent;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;

/** Writes the few DER shapes (X.690) that a PKCS#10 request needs; each method gives one complete TLV. */
final class Der {

    private Der() {}

    static Bytes sequence(Bytes... elements) {
        return tlv(0x30, Bytes.concat(elements));
    }

    static Bytes set(Bytes... elements) {
        return tlv(0x31, Bytes.concat(elements));
    }

    /** A small non-negative INTEGER. */
    static Bytes integer(int value) {
        if (value < 0 || value > 127) {
            throw new IllegalArgumentException("integer " + value + " is not 0 to 127");
        }
        return tlv(0x02, Bytes.of((byte) value));
    }

    static Bytes bitString(Bytes bits) {
        return tlv(0x03, Bytes.concat(Bytes.zeros(1), bits));
    }

    static Bytes octetString(Bytes octets) {
        return tlv(0x04, octets);
    }

    static Bytes utf8String(String text) {
        return tlv(0x0C, Bytes.utf8(text));
    }

    /** UTCTime, given as YYMMDDHHMMSSZ. */
    static Bytes utcTime(String text) {
        return tlv(0x17, Bytes.utf8(text));
    }

    /** OBJECT IDENTIFIER, given as its content octets: the agent uses five, so it carries no encoder for them. */
    static Bytes oid(int... content) {
        byte[] octets = new byte[content.length];
        for (int i = 0; i < content.length; i++) {
            octets[i] = (byte) content[i];
        }
        return tlv(0x06, Bytes.of(octets));
    }

    /** Context-specific, constructed: {@code [n]} around whole elements. */
    static Bytes constructed(int number, Bytes... elements) {
        return tlv(0xA0 | number, Bytes.concat(elements));
    }

    /** Context-specific, primitive: IMPLICIT {@code [n]} in place of the content's own tag. */
    static Bytes primitive(int number, Bytes content) {
        return tlv(0x80 | number, content);
    }

    private static Bytes tlv(int tag, Bytes content) {
        ByteWriter out = new ByteWriter().u8(tag);
        int size = content.size();
        if (size < 0x80) {
            out.u8(size);
        } else if (size <= 0xFF) {
            out.u8(0x81).u8(size);
        } else if (size <= 0xFFFF) {
            out.u8(0x82).u16be(size);
        } else {
            throw new IllegalArgumentException("a DER element of " + size + " bytes; at most 65535 are supported");
        }
        return out.bytes(content).toBytes();
    }
}
