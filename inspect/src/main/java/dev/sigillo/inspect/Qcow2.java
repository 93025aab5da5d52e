package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.compression.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A disk in QEMU's copy-on-write format, versions 2 and 3 (QEMU, docs/interop/qcow2.txt): what a machine wrote lies over a
 * backing file. Read only, the active state, not snapshots. Tables are looked up entry by entry, so a hostile header costs
 * no memory; an entry that leads out of the file is an IOException.
 */
final class Qcow2 implements Source {
    private static final long OFFSET = 0x00ff_ffff_ffff_fe00L;
    private static final long COMPRESSED = 1L << 62;
    private static final long ZEROS = 1;
    private static final int SECTOR = 512;

    private final Source file;
    private final Source backing;
    private final Qcow2Header header;
    private volatile Unpacked last = new Unpacked(0, Bytes.empty());

    /** A cluster that lay compressed, kept since files are read in pieces smaller than one. */
    private record Unpacked(long entry, Bytes content) {}

    /** @param backing what shows through where nothing was written; may be shorter than the disk */
    Qcow2(Source file, Qcow2Header header, Source backing) {
        this.file = file;
        this.header = header;
        this.backing = backing;
    }

    @Override
    public long size() {
        return header.size();
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        if (at >= header.size()) {
            return -1;
        }
        int within = (int) (at & header.cluster() - 1);
        int count = (int) Math.min(Math.min(into.remaining(), header.cluster() - within), header.size() - at);
        long entry = entry(at);
        if ((entry & COMPRESSED) != 0) {
            into.put(unpacked(entry).slice(within, within + count).toByteArray());
        } else if ((entry & ZEROS) != 0 && header.version() > 2) {
            into.put(new byte[count]);
        } else if ((entry & OFFSET) != 0) {
            full(file, into, (entry & OFFSET) + within, count);
        } else {
            below(into, at, count);
        }
        return count;
    }

    /** The level 2 entry of a cluster; 0 where the disk has no table for it. */
    private long entry(long at) throws IOException {
        int perTable = header.cluster() / Long.BYTES;
        long cluster = at / header.cluster();
        long table = cluster / perTable;
        if (table >= header.tables()) {
            throw new IOException("damaged: qcow2 with %d level 1 entries, which end before byte %d of the disk"
                    .formatted(header.tables(), at));
        }
        long level2 = number(header.level1() + table * Long.BYTES) & OFFSET;
        return level2 == 0 ? 0 : number(level2 + cluster % perTable * Long.BYTES);
    }

    private long number(long at) throws IOException {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        full(file, number, at, Long.BYTES);
        return number.getLong(0);
    }

    private void below(ByteBuffer into, long at, int count) throws IOException {
        int there = Math.clamp(backing.size() - at, 0, count);
        full(backing, into, at, there);
        into.put(new byte[count - there]);
    }

    private static void full(Source from, ByteBuffer into, long at, int count) throws IOException {
        ByteBuffer part = into.slice(into.position(), count);
        while (part.hasRemaining()) {
            if (at < 0 || from.read(part, at + part.position()) < 0) {
                throw new IOException(
                        "damaged: qcow2 that leads to %d bytes at %d of %d".formatted(count, at, from.size()));
            }
        }
        into.position(into.position() + count);
    }

    private Bytes unpacked(long entry) throws IOException {
        Unpacked known = last;
        if (known.entry() == entry) {
            return known.content();
        }
        int offsetBits = 62 - (header.clusterBits() - 8);
        long offset = entry & (1L << offsetBits) - 1;
        long sectors = (entry & ~(3L << 62)) >>> offsetBits;
        long end = Math.min(offset + (sectors + 1) * SECTOR - offset % SECTOR, file.size());
        if (offset >= end) {
            throw new IOException("damaged: qcow2 that leads to %d of %d".formatted(offset, file.size()));
        }
        ByteBuffer packed = ByteBuffer.allocate((int) (end - offset));
        full(file, packed, offset, packed.capacity());
        Bytes content = header.zstd() ? zstd(Bytes.of(packed.array())) : inflate(packed.array());
        last = new Unpacked(entry, content);
        return content;
    }

    private Bytes zstd(Bytes packed) throws IOException {
        try {
            return whole(Compression.ZSTD.unpack(packed, header.cluster()));
        } catch (MalformedException malformed) {
            throw new IOException("damaged: a compressed cluster of qcow2: " + malformed.getMessage(), malformed);
        }
    }

    private Bytes inflate(byte[] packed) throws IOException {
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(packed);
            byte[] content = new byte[header.cluster()];
            int done = 0;
            while (done < content.length) {
                int more = inflater.inflate(content, done, content.length - done);
                if (more == 0) {
                    break;
                }
                done += more;
            }
            return whole(Bytes.of(content, 0, done));
        } catch (DataFormatException malformed) {
            throw new IOException("damaged: a compressed cluster of qcow2: " + malformed.getMessage(), malformed);
        }
    }

    private Bytes whole(Bytes content) throws IOException {
        if (content.size() != header.cluster()) {
            throw new IOException("damaged: a compressed cluster of qcow2 with %d bytes of %d"
                    .formatted(content.size(), header.cluster()));
        }
        return content;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            backing.close();
        }
    }
}
