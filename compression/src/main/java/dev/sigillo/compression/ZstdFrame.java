package dev.sigillo.compression;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * RFC 8878, 3.1.1: one Zstandard frame. In Java since its input is hostile: an error in it can cost an exception, never
 * the memory of the process.
 */
final class ZstdFrame {
    private static final long MAGIC = 0xFD2FB528L;
    private static final int MAX_BLOCK = 128 << 10;

    private ZstdFrame() {}

    static Bytes unpack(Bytes packed, int most) throws MalformedException {
        ByteReader in = new ByteReader(packed);
        if (in.u32le("Magic_Number") != MAGIC) {
            throw new MalformedException("Magic_Number", 0, "no Zstandard frame");
        }
        int descriptor = in.u8("Frame_Header_Descriptor");
        boolean single = (descriptor & 0x20) != 0;
        boolean checksum = (descriptor & 4) != 0;
        if ((descriptor & 8) != 0) {
            throw in.malformed("Frame_Header_Descriptor", "the reserved bit is set");
        }
        if (!single) {
            in.u8("Window_Descriptor"); // the whole content is kept: no window is ever too large
        }
        for (int i = 0; i < (1 << (descriptor & 3)) >> 1; i++) {
            if (in.u8("Dictionary_ID") != 0) {
                throw in.malformed("Dictionary_ID", "content that needs a dictionary");
            }
        }
        long size = contentSize(in, descriptor >> 6, single);
        if (size > most) {
            throw in.malformed("Frame_Content_Size", size + ", at most " + most + " are accepted");
        }
        Output out = new Output(most, size < 0 ? in.remaining() * 4L : size);
        blocks(in, out);
        if (size >= 0 && out.size() != size) {
            throw in.malformed("Frame_Content_Size", size + ", the content has " + out.size());
        }
        if (checksum && in.u32le("Content_Checksum") != (Xxh64.of(out.array(), out.size()) & 0xFFFFFFFFL)) {
            throw in.malformed("Content_Checksum", "the content is another");
        }
        return out.bytes();
    }

    private static long contentSize(ByteReader in, int flag, boolean single) throws MalformedException {
        return switch (flag) {
            case 0 -> single ? in.u8("Frame_Content_Size") : -1;
            case 1 -> in.u16le("Frame_Content_Size") + 256L;
            case 2 -> in.u32le("Frame_Content_Size");
            default -> {
                long size = in.u64le("Frame_Content_Size");
                yield size < 0 ? Long.MAX_VALUE : size;
            }
        };
    }

    private static void blocks(ByteReader in, Output out) throws MalformedException {
        ZstdBlocks blocks = new ZstdBlocks(out);
        byte[] block = new byte[MAX_BLOCK + BackwardBits.PADDING];
        boolean last = false;
        while (!last) {
            int header = in.u16le("Block_Header") | in.u8("Block_Header") << 16;
            last = (header & 1) != 0;
            int size = header >> 3;
            if (size > MAX_BLOCK) {
                throw in.malformed("Block_Size", size + ", at most " + MAX_BLOCK);
            }
            int before = out.size();
            switch (header >> 1 & 3) {
                case 0 -> {
                    in.bytes("Raw_Block", size).copyTo(block, 0);
                    out.append(block, 0, size);
                }
                case 1 -> out.repeat(in.u8("RLE_Block"), size);
                case 2 -> {
                    in.bytes("Compressed_Block", size).copyTo(block, 0);
                    blocks.decode(block, 0, size);
                }
                default -> throw in.malformed("Block_Type", "the reserved one");
            }
            if (out.size() - before > MAX_BLOCK) {
                throw in.malformed("block", "its content is " + (out.size() - before) + " bytes, at most " + MAX_BLOCK);
            }
        }
    }
}
