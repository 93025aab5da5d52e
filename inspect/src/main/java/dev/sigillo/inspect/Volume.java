package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A part of a disk image: reads outside of it are refused. */
record Volume(Source source, long start, long size) {

    Bytes read(long at, int count) throws IOException {
        if (at < 0 || count < 0 || count > size || at > size - count) {
            throw new IOException("damaged: it refers to %d bytes at %d of a volume of %d".formatted(count, at, size));
        }
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (source.read(buffer, start + at + buffer.position()) < 0) {
                throw new IOException("damaged: the image ends within the volume");
            }
        }
        return Bytes.of(buffer.array());
    }

    Volume part(long at, long count) throws IOException {
        if (at < 0 || count < 0 || count > size || at > size - count) {
            throw new IOException("damaged: %d bytes at %d of %d".formatted(count, at, size));
        }
        return new Volume(source, start + at, count);
    }

    static long little(Bytes from, int at, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | from.at(at + i);
        }
        return value;
    }
}
