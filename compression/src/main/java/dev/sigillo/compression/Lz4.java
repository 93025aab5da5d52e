package dev.sigillo.compression;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/** LZ4's legacy frame ("LZ4 Frame Format Description": Legacy frame) and its blocks ("LZ4 Block Format Description"). */
final class Lz4 {
    /** Each block but the last has this content. */
    private static final int BLOCK = 8 << 20;

    private static final int MIN_MATCH = 4;

    private Lz4() {}

    static Bytes unpack(ByteReader in, int most) throws MalformedException {
        in.bytes("magic", 4);
        Output out = new Output(most, in.remaining() * 3L);
        int before;
        do {
            before = out.size();
            long size = in.u32le("block size");
            block(in.bytes("block", size).toByteArray(), out);
        } while (out.size() - before == BLOCK && in.remaining() > 4); // a kernel has its size behind the last block
        return out.bytes();
    }

    private static void block(byte[] in, Output out) throws MalformedException {
        int first = out.size();
        int at = 0;
        while (at < in.length) {
            int token = in[at++] & 0xFF;
            int literals = token >> 4;
            if (literals == 15) {
                int more;
                do {
                    more = octet(in, at++);
                    literals = bounded(literals + more, at);
                } while (more == 255);
            }
            if (literals > in.length - at) {
                throw new MalformedException("literals", at, literals + " bytes, has " + (in.length - at));
            }
            out.append(in, at, literals);
            at += literals;
            if (at == in.length) {
                break; // the last sequence has literals only
            }
            int distance = octet(in, at) | octet(in, at + 1) << 8;
            at += 2;
            int length = token & 15;
            if (length == 15) {
                int more;
                do {
                    more = octet(in, at++);
                    length = bounded(length + more, at);
                } while (more == 255);
            }
            out.match(first, distance, length + MIN_MATCH);
            if (out.size() - first > BLOCK) {
                throw new MalformedException("block", at, "its content is more than 8 MiB");
            }
        }
    }

    private static int octet(byte[] in, int at) throws MalformedException {
        if (at >= in.length) {
            throw new MalformedException("block", at, "ends within a sequence");
        }
        return in[at] & 0xFF;
    }

    private static int bounded(int length, int at) throws MalformedException {
        if (length > BLOCK) {
            throw new MalformedException("length", at, "more than the 8 MiB of a block");
        }
        return length;
    }
}
