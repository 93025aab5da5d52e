package dev.sigillo.compression;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * The formats in which kernels and their modules are kept, told by their first bytes.
 *
 * <p>Guarantees: no more than {@code most} bytes come out and no more than twice that is allocated (XZ and LZMA: besides a
 * dictionary of the size that the input claims, at most 64 MiB), whatever the input claims; integrity checks of the format (CRC, XXH64) hold; nothing but {@link MalformedException} is thrown.
 */
public enum Compression {
    /** RFC 1952. */
    GZIP("1f8b08"),
    /** The .xz file format 1.2: one stream. */
    XZ("fd377a585a00"),
    /** The .lzma file format: 13 bytes of header with the default properties 0x5d. */
    LZMA("5d0000"),
    /** The legacy frame that {@code lz4 -l} writes and Linux reads. */
    LZ4("02214c18"),
    /** RFC 8878. */
    ZSTD("28b52ffd");

    /** A dictionary of 64 MiB, the most that {@code xz -9} makes, and what the decoder needs beside it. */
    private static final int XZ_MEMORY_KIB = 80 << 10;

    /** Thousands of modules come one after the other, each with a window of megabytes. */
    private static final ArrayCache WINDOWS = BasicArrayCache.getInstance();

    private final String magic;

    Compression(String magic) {
        this.magic = magic;
    }

    /** Nothing when the bytes start as none of them. */
    public static Optional<Compression> of(Bytes packed) {
        for (Compression one : values()) {
            if (packed.startsWith(Bytes.fromHex(one.magic))) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /**
     * The content, and nothing after it: what follows the first stream or frame is not looked at, since Linux appends
     * the size to a compressed kernel.
     *
     * @param most the size in bytes of the largest content that is accepted
     * @throws MalformedException if it is not of this format, is damaged, or has a larger content
     */
    public Bytes unpack(Bytes packed, int most) throws MalformedException {
        return switch (this) {
            case GZIP -> Gzip.unpack(packed, most);
            case XZ -> stream(packed, most, in -> new SingleXZInputStream(in, XZ_MEMORY_KIB, true, WINDOWS));
            case LZMA -> stream(packed, most, in -> new LZMAInputStream(in, XZ_MEMORY_KIB));
            case LZ4 -> Lz4.unpack(new ByteReader(packed), most);
            case ZSTD -> ZstdFrame.unpack(packed, most);
        };
    }

    /** How XZ for Java is opened. */
    private interface Opening {
        InputStream open(InputStream in) throws IOException;
    }

    private Bytes stream(Bytes packed, int most, Opening opening) throws MalformedException {
        ByteArrayInputStream raw = new ByteArrayInputStream(packed.toByteArray());
        Output out = new Output(most, Math.min((long) packed.size() * 4, most));
        try (InputStream in = opening.open(raw)) {
            byte[] part = new byte[1 << 16];
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                out.append(part, 0, n);
            }
        } catch (EOFException cut) {
            throw new MalformedException(name(), packed.size(), "ends before its content does");
        } catch (IOException damaged) {
            throw new MalformedException(name(), packed.size() - raw.available(), "damaged: " + damaged.getMessage());
        }
        return out.bytes();
    }
}
