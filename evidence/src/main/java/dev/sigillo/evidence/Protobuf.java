package dev.sigillo.evidence;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One message of protocol buffers' wire format: field numbers, with numbers and bytes in their order. A message inside a
 * message is read from its bytes. Fields that a reader does not ask for are left alone, as the format wants it; groups,
 * which nobody writes any more, are refused.
 */
final class Protobuf {

    private static final int MAX_FIELDS = 4096;
    private static final int MAX_VARINT = 10;

    private final String what;
    private final Map<Integer, List<Bytes>> bytes = new HashMap<>();
    private final Map<Integer, List<Long>> numbers = new HashMap<>();

    private Protobuf(String what) {
        this.what = what;
    }

    /** @throws MalformedException if bytes run out, or a field's number or wire type is none */
    static Protobuf parse(String what, Bytes message) throws MalformedException {
        Protobuf parsed = new Protobuf(what);
        ByteReader in = new ByteReader(message);
        for (int fields = 0; in.remaining() > 0; fields++) {
            if (fields == MAX_FIELDS) {
                throw in.malformed(what, "more than " + MAX_FIELDS + " fields");
            }
            parsed.field(in);
        }
        return parsed;
    }

    private void field(ByteReader in) throws MalformedException {
        long key = varint(in, what + " field key");
        long number = key >>> 3;
        if (number < 1 || number > (1 << 29) - 1) {
            throw in.malformed(what, "field number " + number);
        }
        int index = (int) number;
        String field = what + "." + index;
        switch ((int) (key & 7)) {
            case 0 -> numbers.computeIfAbsent(index, _ -> new ArrayList<>()).add(varint(in, field));
            case 1 -> in.u64le(field);
            case 2 -> {
                long size = varint(in, field + " length");
                bytes.computeIfAbsent(index, _ -> new ArrayList<>()).add(in.bytes(field, size));
            }
            case 5 -> in.u32le(field);
            default -> throw in.malformed(field, "wire type " + (key & 7) + ", 0, 1, 2 or 5 expected");
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
        List<Bytes> all = bytes.getOrDefault(field, List.of());
        if (all.size() > most) {
            throw new MalformedException(what + "." + field, 0, all.size() + " values, at most " + most + " expected");
        }
        return all;
    }

    /** The field's number; 0 where it is absent, as the format has it. */
    long number(int field) {
        return numbers.getOrDefault(field, List.of(0L)).getLast();
    }
}
