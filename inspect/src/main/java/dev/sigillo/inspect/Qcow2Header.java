package dev.sigillo.inspect;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.Optional;

/**
 * The header of a qcow2 file, big-endian (QEMU, docs/interop/qcow2.txt, "Header").
 *
 * @param size of the disk in bytes
 * @param clusterBits log2 of the bytes in a cluster, 9 to 21
 * @param tables entries of the level 1 table
 * @param level1 its offset in the file
 * @param zstd how compressed clusters are packed; else deflate
 * @param backing the file below, in the words of whoever made this one
 * @param backingForm {@code raw} or {@code qcow2}, where it is said
 */
record Qcow2Header(
        int version,
        long size,
        int clusterBits,
        long tables,
        long level1,
        boolean zstd,
        Optional<String> backing,
        Optional<String> backingForm) {
    static final Bytes MAGIC = Bytes.fromHex("514649fb");
    /** The header with its extensions and the backing file's name lies within the first cluster. */
    static final int MOST = 1 << 21;

    private static final int LONGEST_NAME = 1023;
    private static final long BACKING_FORMAT = 0xE2792ACAL;
    /** Dirty, corrupt and compression type; what else there is changes where the bytes are. */
    private static final long KNOWN = 1 | 2 | 8;

    int cluster() {
        return 1 << clusterBits;
    }

    /** @param head the file's start, {@link #MOST} bytes or all */
    static Qcow2Header parse(Bytes head) throws MalformedException {
        ByteReader in = new ByteReader(head);
        in.bytes("magic", 4);
        int version = (int) in.u32be("version");
        if (version != 2 && version != 3) {
            throw in.malformed("version", version + ", 2 or 3 expected");
        }
        long nameAt = in.u64be("backing_file_offset");
        long nameSize = in.u32be("backing_file_size");
        int bits = (int) in.u32be("cluster_bits");
        long size = in.u64be("size");
        long crypt = in.u32be("crypt_method");
        long tables = in.u32be("l1_size");
        long level1 = in.u64be("l1_table_offset");
        if (bits < 9 || bits > 21 || size < 0 || size > 1L << 56 || level1 < 0) {
            throw in.malformed("header", "cluster_bits " + bits + ", size " + size + ", l1_table_offset " + level1);
        }
        if (crypt != 0) {
            throw in.malformed("crypt_method", "it is encrypted");
        }
        in.bytes("refcounts and snapshots", 24);
        long features = 0;
        long length = 72;
        if (version == 3) {
            features = in.u64be("incompatible_features");
            in.bytes("compatible_features, autoclear_features, refcount_order", 20);
            length = in.u32be("header_length");
        }
        if ((features & ~KNOWN) != 0) {
            throw in.malformed(
                    "incompatible_features", "0x%x: an external data file or extended entries".formatted(features));
        }
        boolean zstd = false;
        if ((features & 8) != 0) {
            int form = in.u8("compression_type");
            if (form > 1) {
                throw in.malformed("compression_type", form + ", 0 (deflate) or 1 (zstd) expected");
            }
            zstd = form == 1;
        }
        return new Qcow2Header(
                version, size, bits, tables, level1, zstd, name(head, nameAt, nameSize), form(head, length));
    }

    private static Optional<String> name(Bytes head, long at, long size) throws MalformedException {
        if (at == 0) {
            return Optional.empty();
        }
        ByteReader in = new ByteReader(head);
        in.bytes("before the backing file's name", at);
        if (size > LONGEST_NAME) {
            throw in.malformed("backing_file_size", size + ", at most " + LONGEST_NAME);
        }
        return Optional.of(in.bytes("the backing file's name", size).utf8());
    }

    private static Optional<String> form(Bytes head, long at) throws MalformedException {
        ByteReader in = new ByteReader(head);
        in.bytes("before the header's extensions", at);
        while (in.remaining() >= 8) {
            long type = in.u32be("extension type");
            long length = in.u32be("extension length");
            if (type == 0) {
                break;
            }
            Bytes data = in.bytes("extension", length);
            in.bytes("padding", Math.min(-length & 7, in.remaining()));
            if (type == BACKING_FORMAT) {
                return Optional.of(data.utf8());
            }
        }
        return Optional.empty();
    }
}
