package dev.sigillo.compression;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** One member of RFC 1952, and nothing after it: the JDK's own stream goes on with members that follow. */
final class Gzip {
    private static final int DEFLATE = 8;
    private static final int HEADER_SUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private Gzip() {}

    static Bytes unpack(Bytes packed, int most) throws MalformedException {
        ByteReader in = new ByteReader(packed);
        header(packed, in);
        int start = in.offset();
        Output out = new Output(most, Math.min((long) packed.size() * 4, most));
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(packed.toByteArray(), start, packed.size() - start);
            byte[] part = new byte[1 << 16];
            CRC32 sum = new CRC32();
            while (!inflater.finished()) {
                int count = inflater.inflate(part);
                if (count == 0 && !inflater.finished()) {
                    throw new MalformedException("GZIP", packed.size(), "ends before its content does");
                }
                sum.update(part, 0, count);
                out.append(part, 0, count);
            }
            in.bytes("content", inflater.getBytesRead());
            if (in.u32le("CRC32") != sum.getValue() || in.u32le("ISIZE") != out.size()) {
                throw in.malformed("CRC32 or ISIZE", "damaged: it is not that of the content");
            }
        } catch (DataFormatException damaged) {
            throw new MalformedException("GZIP", start, "damaged: " + damaged.getMessage());
        }
        return out.bytes();
    }

    private static void header(Bytes packed, ByteReader in) throws MalformedException {
        in.bytes("magic", 2);
        int method = in.u8("CM");
        int flags = in.u8("FLG");
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw in.malformed("FLG", "method %d, flags 0x%x".formatted(method, flags));
        }
        in.bytes("MTIME, XFL, OS", 6);
        if ((flags & EXTRA) != 0) {
            in.bytes("FEXTRA", in.u16le("XLEN"));
        }
        if ((flags & NAME) != 0) {
            text(in, "FNAME");
        }
        if ((flags & COMMENT) != 0) {
            text(in, "FCOMMENT");
        }
        if ((flags & HEADER_SUM) != 0) {
            CRC32 sum = new CRC32();
            sum.update(packed.slice(0, in.offset()).toByteArray());
            if (in.u16le("FHCRC") != (sum.getValue() & 0xFFFF)) {
                throw in.malformed("FHCRC", "damaged: it is not that of the header");
            }
        }
    }

    private static void text(ByteReader in, String field) throws MalformedException {
        while (in.u8(field) != 0) {
            // up to its zero
        }
    }
}
