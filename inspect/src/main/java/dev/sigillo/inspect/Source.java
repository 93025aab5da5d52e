package dev.sigillo.inspect;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where a disk's bytes come from. Safe for several threads. */
interface Source extends Closeable {

    /** In bytes. */
    long size() throws IOException;

    /**
     * Reads some of what is there, as a channel does.
     *
     * @return how many bytes; negative at the end
     */
    int read(ByteBuffer into, long at) throws IOException;

    /** A file as it is. */
    static Source raw(Path file) throws IOException {
        return raw(FileChannel.open(file, StandardOpenOption.READ));
    }

    static Source raw(FileChannel file) {
        return new Source() {
            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public int read(ByteBuffer into, long at) throws IOException {
                return file.read(into, at);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
