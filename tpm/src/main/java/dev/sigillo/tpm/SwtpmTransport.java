package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/** A TPM behind the data socket of {@code swtpm socket --server type=unixio,path=…}: bare commands and responses. */
public final class SwtpmTransport implements TpmTransport {

    private static final int HEADER = 10;

    private final SwtpmSocket socket;

    public SwtpmTransport(Path unixSocket) throws IOException {
        this(unixSocket, SwtpmSocket.PATIENCE);
    }

    /** @param patience an answer that takes longer is an {@link IOException} */
    SwtpmTransport(Path unixSocket, Duration patience) throws IOException {
        socket = new SwtpmSocket(unixSocket, patience);
    }

    @Override
    public Bytes transmit(Bytes command) throws IOException {
        socket.write(command);
        byte[] header = socket.read(HEADER);
        int size = ByteBuffer.wrap(header, 2, 4).getInt();
        if (size < HEADER || size > Tpm.MAX_RESPONSE) {
            throw new IOException("swtpm announced a response of " + size + " bytes; 10 to 4096 expected");
        }
        return Bytes.concat(Bytes.of(header), Bytes.of(socket.read(size - HEADER)));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
