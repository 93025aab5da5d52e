package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A TPM behind the data socket of {@code swtpm socket --server type=unixio,path=…}: bare commands and responses. */
public final class SwtpmTransport implements TpmTransport {

    private static final int HEADER = 10;

    private final SocketChannel socket;

    public SwtpmTransport(Path unixSocket) throws IOException {
        socket = open(unixSocket);
    }

    static SocketChannel open(Path unixSocket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(unixSocket));
        } catch (IOException refused) {
            channel.close();
            throw new IOException(
                    "cannot reach swtpm at " + unixSocket + ": " + refused.getMessage() + "; is it running?", refused);
        }
        return channel;
    }

    static void write(SocketChannel socket, Bytes bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes.toByteArray());
        while (out.hasRemaining()) {
            socket.write(out);
        }
    }

    static byte[] read(SocketChannel socket, int size) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(size);
        while (in.hasRemaining()) {
            if (socket.read(in) < 0) {
                throw new EOFException("swtpm closed the socket after " + in.position() + " of " + size + " bytes");
            }
        }
        return in.array();
    }

    @Override
    public Bytes transmit(Bytes command) throws IOException {
        write(socket, command);
        byte[] header = read(socket, HEADER);
        int size = ByteBuffer.wrap(header, 2, 4).getInt();
        if (size < HEADER || size > Tpm.MAX_RESPONSE) {
            throw new IOException("swtpm announced a response of " + size + " bytes; 10 to 4096 expected");
        }
        return Bytes.concat(Bytes.of(header), Bytes.of(read(socket, size - HEADER)));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
