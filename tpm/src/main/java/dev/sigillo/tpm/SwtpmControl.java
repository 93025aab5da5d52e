package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/**
 * swtpm's control channel ({@code --ctrl type=unixio,path=…}): what a mainboard does to a TPM. Numbers and structures
 * are those of {@code swtpm/tpm_ioctl.h}, big-endian on the socket.
 */
public final class SwtpmControl implements AutoCloseable {

    private static final int CMD_INIT = 2;
    private static final int CMD_SHUTDOWN = 3;
    private static final int CMD_STORE_VOLATILE = 10;
    private static final int CMD_STOP = 14;
    private static final int DELETE_VOLATILE = 1;

    private final SwtpmSocket socket;

    public SwtpmControl(Path controlSocket) throws IOException {
        this(controlSocket, SwtpmSocket.PATIENCE);
    }

    /** @param patience an answer that takes longer is an {@link IOException} */
    SwtpmControl(Path controlSocket, Duration patience) throws IOException {
        socket = new SwtpmSocket(controlSocket, patience);
    }

    /** Power on or reset (_TPM_Init): drops volatile state; TPM2_Startup must follow. */
    public void init() throws IOException {
        send("CMD_INIT", new ByteWriter().u32be(CMD_INIT).u32be(DELETE_VOLATILE).toBytes());
    }

    /** Power off without ending the process; the data socket stays. */
    public void stop() throws IOException {
        send("CMD_STOP", new ByteWriter().u32be(CMD_STOP).toBytes());
    }

    /** Writes the volatile state to the state folder. */
    public void storeVolatile() throws IOException {
        send("CMD_STORE_VOLATILE", new ByteWriter().u32be(CMD_STORE_VOLATILE).toBytes());
    }

    /** Power off; swtpm then ends. */
    public void shutdown() throws IOException {
        send("CMD_SHUTDOWN", new ByteWriter().u32be(CMD_SHUTDOWN).toBytes());
    }

    private void send(String name, Bytes request) throws IOException {
        socket.write(request);
        int result = ByteBuffer.wrap(socket.read(4)).getInt();
        if (result != 0) {
            throw new IOException("swtpm answered " + name + " with 0x" + Integer.toHexString(result)
                    + "; its log says why (9 or 0x101: the state could not be read, is the key the right one?)");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
