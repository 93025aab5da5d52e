package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.math.BigInteger;
import java.util.List;

/** The one DER structure that Java wants, and tools write, of an ECDSA signature. */
final class Der {

    static final int SEQUENCE = 0x30;
    static final int INTEGER = 0x02;

    private Der() {}

    /** Reads a tag that must be this one, and the length of what follows: one byte, or 0x81 and one byte. */
    static int length(ByteReader in, int tag, String field) throws MalformedException {
        int was = in.u8(field + ".tag");
        int length = in.u8(field + ".length");
        if (length == 0x81) {
            length = in.u8(field + ".length");
        } else if (length > 0x7F) {
            throw in.malformed(field + ".length", "0x" + Integer.toHexString(length) + ", at most 255 bytes expected");
        }
        if (was != tag) {
            throw in.malformed(
                    field + ".tag", "0x" + Integer.toHexString(was) + ", 0x" + Integer.toHexString(tag) + " expected");
        }
        return length;
    }

    /** r, then s. */
    static List<Bytes> twoIntegers(Bytes sequence) throws MalformedException {
        ByteReader in = new ByteReader(sequence);
        ByteReader inner = in.view("signature", length(in, SEQUENCE, "signature"));
        in.requireEnd("signature");
        Bytes r = inner.bytes("r", length(inner, INTEGER, "r"));
        Bytes s = inner.bytes("s", length(inner, INTEGER, "s"));
        inner.requireEnd("signature");
        return List.of(r, s);
    }

    /** What {@link #twoIntegers} reads; an r that begins with a SEQUENCE's tag is none. */
    static boolean isSequenceOfIntegers(Bytes bytes) {
        try {
            twoIntegers(bytes);
            return true;
        } catch (MalformedException other) {
            return false;
        }
    }

    static Bytes sequenceOfIntegers(Bytes r, Bytes s) {
        ByteWriter body = new ByteWriter();
        integer(body, r);
        integer(body, s);
        ByteWriter out = new ByteWriter().u8(SEQUENCE);
        if (body.size() > 127) {
            out.u8(0x81);
        }
        return out.u8(body.size()).bytes(body.toBytes()).toBytes();
    }

    private static void integer(ByteWriter out, Bytes unsigned) {
        byte[] value = new BigInteger(1, unsigned.toByteArray()).toByteArray();
        out.u8(INTEGER).u8(value.length).bytes(Bytes.of(value));
    }
}
