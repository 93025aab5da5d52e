package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** A connection to swtpm on which nothing waits for ever: a swtpm that hangs must not hold whoever asks it. */
final class SwtpmSocket implements AutoCloseable {
    /** Making an RSA key takes an emulated TPM on a busy host some seconds; nothing takes longer. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SocketChannel channel;
    private final Selector selector;
    private final Duration patience;

    /** @throws IOException if nobody listens there, or swtpm has as many clients as it takes */
    SwtpmSocket(Path path, Duration patience) throws IOException {
        this.patience = patience;
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(path))) {
                throw new IOException("it is busy with other clients");
            }
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException refused) {
            channel.close();
            throw new IOException(
                    "cannot reach swtpm at " + path + ": " + refused.getMessage() + "; is it running?", refused);
        }
    }

    /** Commands are smaller than the socket's buffer: one that does not fit means that nobody reads. */
    void write(Bytes bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes.toByteArray());
        channel.write(out);
        if (out.hasRemaining()) {
            throw new IOException("swtpm does not read its commands; it hangs");
        }
    }

    /** @throws IOException if they have not come in time */
    byte[] read(int size) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(size);
        long deadline = System.nanoTime() + patience.toNanos();
        while (in.hasRemaining()) {
            int got = channel.read(in);
            if (got < 0) {
                throw new EOFException("swtpm closed the socket after " + in.position() + " of " + size + " bytes");
            }
            if (got == 0) {
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new IOException("swtpm did not answer within " + patience.toSeconds() + " s; it hangs");
                }
                selector.select(left);
                selector.selectedKeys().clear();
            }
        }
        return in.array();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
