package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A TPM behind a Linux character device. {@code /dev/tpmrm0} is the one to use: the kernel's resource manager drops
 * what a process leaves behind. The driver wants a command in one write and gives a response in one read.
 */
public final class DeviceTransport implements TpmTransport {

    private final FileChannel device;
    private final ByteBuffer response = ByteBuffer.allocateDirect(Tpm.MAX_RESPONSE);

    public DeviceTransport(Path device) throws IOException {
        this.device = FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public Bytes transmit(Bytes command) throws IOException {
        ByteBuffer whole = ByteBuffer.allocateDirect(command.size());
        whole.put(command.toByteArray()).flip();
        int written = device.write(whole);
        if (written != command.size()) {
            throw new IOException("the TPM device took " + written + " of " + command.size() + " bytes");
        }
        response.clear();
        int read = device.read(response);
        if (read <= 0) {
            throw new IOException("the TPM device gave no response");
        }
        byte[] bytes = new byte[read];
        response.flip().get(bytes);
        return Bytes.of(bytes);
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
