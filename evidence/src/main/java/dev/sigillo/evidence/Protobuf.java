package dev.sigillo.evidence;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One message of protocol buffers' wire format: field numbers, with numbers and bytes in their order, found in it when asked for. A message inside a
 * message is read from its bytes. Fields that a reader does not ask for are left alone, as the format wants it; groups,
 * which nobody writes any more, are refused.
 */
final class Protobuf {

    private static final int MAX_FIELDS = 4096;
    private static final int MAX_VARINT = 10;
    private static final int NUMBER = 0;
    private static final int BYTES = 2;
    private static final String KEY = " field key";
    private static final String LENGTH = " length";

    private final String what;
    private final Bytes message;

    private Protobuf(String what, Bytes message) {
        this.what = what;
        this.message = message;
    }

    /** @throws MalformedException if bytes run out, or a field's number or wire type is none */
    static Protobuf parse(String what, Bytes message) throws MalformedException {
        Protobuf parsed = new Protobuf(what, message);
        ByteReader in = new ByteReader(message);
        for (int fields = 0; in.remaining() > 0; fields++) {
            if (fields == MAX_FIELDS) {
                throw in.malformed(what, "more than " + MAX_FIELDS + " fields");
            }
            parsed.skip(in, parsed.key(in));
        }
        return parsed;
    }

    /** A field's number, and its wire type in the lowest three bits. */
    private long key(ByteReader in) throws MalformedException {
        long key = varint(in, KEY);
        long number = key >>> 3;
        if (number < 1 || number > (1 << 29) - 1) {
            throw in.malformed(what, "field number " + number);
        }
        return key;
    }

    /** Goes over the value of the field whose key was read. */
    private void skip(ByteReader in, long key) throws MalformedException {
        try {
            switch ((int) (key & 7)) {
                case NUMBER -> varint(in, "");
                case 1 -> in.skip("", 8);
                case BYTES -> in.skip("", varint(in, LENGTH));
                case 5 -> in.skip("", 4);
                default -> throw in.malformed("", "wire type " + (key & 7) + ", 0, 1, 2 or 5 expected");
            }
        } catch (MalformedException malformed) { // the field's name is made for a message alone
            throw new MalformedException(
                    what + "." + (key >>> 3) + malformed.field(), malformed.offset(), malformed.detail());
        }
    }

    private static long varint(ByteReader in, String field) throws MalformedException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT; i++) {
            int next = in.u8(field);
            value |= (long) (next & 0x7F) << (7 * i);
            if (next < 0x80) {
                return value;
            }
        }
        throw in.malformed(field, "a varint of more than " + MAX_VARINT + " bytes");
    }

    /** The field's bytes; empty where it is absent. */
    Bytes bytes(int field) throws MalformedException {
        List<Bytes> all = all(field, 1);
        return all.isEmpty() ? Bytes.empty() : all.getFirst();
    }

    Optional<Bytes> optional(int field) throws MalformedException {
        return Optional.of(bytes(field)).filter(value -> !value.isEmpty());
    }

    /** Every value of a repeated field. */
    List<Bytes> all(int field, int most) throws MalformedException {
        List<Bytes> all = new ArrayList<>();
        ByteReader in = new ByteReader(message);
        while (in.remaining() > 0) {
            long key = key(in);
            if (key != ((long) field << 3 | BYTES)) {
                skip(in, key);
                continue;
            }
            if (all.size() == most) {
                throw in.malformed(what + "." + field, "more than " + most + " values");
            }
            long size = varint(in, LENGTH);
            all.add(in.bytes(what, size));
        }
        return all;
    }

    /** The field's number, the last where there are several; 0 where it is absent, as the format has it. */
    long number(int field) throws MalformedException {
        long number = 0;
        ByteReader in = new ByteReader(message);
        while (in.remaining() > 0) {
            long key = key(in);
            if (key == ((long) field << 3 | NUMBER)) {
                number = varint(in, KEY);
            } else {
                skip(in, key);
            }
        }
        return number;
    }
}
