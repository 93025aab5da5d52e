package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import java.math.BigInteger;

/** The one DER structure that Java wants of an ECDSA signature. */
final class Der {

    private Der() {}

    static Bytes sequenceOfIntegers(Bytes r, Bytes s) {
        ByteWriter body = new ByteWriter();
        integer(body, r);
        integer(body, s);
        ByteWriter out = new ByteWriter().u8(0x30);
        if (body.size() > 127) {
            out.u8(0x81);
        }
        return out.u8(body.size()).bytes(body.toBytes()).toBytes();
    }

    private static void integer(ByteWriter out, Bytes unsigned) {
        byte[] value = new BigInteger(1, unsigned.toByteArray()).toByteArray();
        out.u8(0x02).u8(value.length).bytes(Bytes.of(value));
    }
}
