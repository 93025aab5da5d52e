package dev.sigillo.tpm;

import static dev.sigillo.tpm.ScriptedTpm.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(8)
@DisplayName("Bytes to a TPM and back")
class TransportTest {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Bytes COMMAND = hex("8001 0000000c 0000017b 0002");

    @TempDir
    private Path folder;

    private Path path;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        path = folder.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path), 1);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private static void put(SocketChannel peer, Bytes bytes) throws IOException {
        peer.write(ByteBuffer.wrap(bytes.toByteArray()));
    }

    /** What has come: a unix socket's bytes are there once they are written. */
    private static Bytes take(SocketChannel peer) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(100);
        peer.configureBlocking(false);
        peer.read(in);
        peer.configureBlocking(true);
        return Bytes.of(in.array(), 0, in.position());
    }

    private static boolean isClosed(SocketChannel peer) throws IOException {
        peer.configureBlocking(false);
        return peer.read(ByteBuffer.allocate(1)) == -1;
    }

    @Test
    @DisplayName("swtpm: the command as it is; the answer is as long as its head says, in however many parts it comes")
    void swtpm() throws Exception {
        Bytes answer = hex("8001 0000000e 00000000 0002 0102");
        try (SwtpmTransport transport = new SwtpmTransport(path, PATIENCE);
                SocketChannel peer = server.accept()) {
            put(peer, answer);
            assertThat(transport.transmit(COMMAND)).isEqualTo(answer);
            assertThat(take(peer)).isEqualTo(COMMAND);
            put(peer, answer.slice(0, 3));
            Thread slow = Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(30);
                    put(peer, answer.slice(3, 11));
                    Thread.sleep(30);
                    put(peer, answer.slice(11, answer.size()));
                } catch (IOException | InterruptedException stopped) {
                    throw new IllegalStateException(stopped);
                }
            });
            assertThat(transport.transmit(COMMAND)).isEqualTo(answer);
            slow.join();
        }
    }

    @Test
    @DisplayName("An answer of 10 to 4096 bytes is taken, another is refused before memory is made for it")
    void answerSizes() throws IOException {
        for (int size : new int[] {10, 4096}) {
            try (SwtpmTransport transport = new SwtpmTransport(path, PATIENCE);
                    SocketChannel peer = server.accept()) {
                Bytes head = hex("8001"
                        + Bytes.of((byte) 0, (byte) 0, (byte) (size >> 8), (byte) size)
                                .hex() + "00000000");
                Bytes answer = Bytes.concat(head, Bytes.zeros(size - 10));
                put(peer, answer);
                assertThat(transport.transmit(COMMAND)).isEqualTo(answer);
            }
        }
        for (String size : new String[] {"00000009", "00001001", "ffffffff", "7fffffff"}) {
            try (SwtpmTransport transport = new SwtpmTransport(path, PATIENCE);
                    SocketChannel peer = server.accept()) {
                put(peer, hex("8001" + size + "00000000"));
                assertThatIOException()
                        .isThrownBy(() -> transport.transmit(COMMAND))
                        .withMessageContaining("10 to 4096 expected");
            }
        }
    }

    @Test
    @DisplayName("A socket that ends within an answer is told from one that hangs")
    void closed() throws IOException {
        try (SwtpmTransport transport = new SwtpmTransport(path, PATIENCE);
                SocketChannel peer = server.accept()) {
            put(peer, hex("8001 0000"));
            peer.shutdownOutput();
            assertThatIOException()
                    .isThrownBy(() -> transport.transmit(COMMAND))
                    .withMessageContaining("closed the socket after 4 of 10 bytes");
        }
    }

    @Test
    @DisplayName("A peer that reads nothing is told once its buffer is full, instead of being waited for")
    void notRead() throws IOException {
        try (SwtpmTransport transport = new SwtpmTransport(path, PATIENCE);
                SocketChannel peer = server.accept()) {
            assertThatIOException()
                    .isThrownBy(() -> transport.transmit(Bytes.zeros(8 << 20)))
                    .withMessageContaining("does not read its commands");
            assertThat(peer.isOpen()).isTrue();
        }
    }

    private interface Act {
        void on(SwtpmControl control) throws IOException;
    }

    private void control(Act act, String request) throws IOException {
        try (SwtpmControl control = new SwtpmControl(path, PATIENCE);
                SocketChannel peer = server.accept()) {
            put(peer, hex("00000000"));
            act.on(control);
            assertThat(take(peer).hex()).isEqualTo(request);
            put(peer, hex("00000101"));
            assertThatIOException().isThrownBy(() -> act.on(control)).withMessageContaining("with 0x101");
        }
    }

    @Test
    @DisplayName("swtpm/tpm_ioctl.h: CMD_INIT without the volatile state, CMD_STOP, CMD_STORE_VOLATILE, CMD_SHUTDOWN")
    void control() throws IOException {
        control(SwtpmControl::init, "0000000200000001");
        control(SwtpmControl::stop, "0000000e");
        control(SwtpmControl::storeVolatile, "0000000a");
        control(SwtpmControl::shutdown, "00000003");
    }

    @Test
    @DisplayName("Closing either of them closes its socket")
    void closes() throws IOException {
        SwtpmTransport transport = new SwtpmTransport(path, PATIENCE);
        try (SocketChannel peer = server.accept()) {
            transport.close();
            assertThat(isClosed(peer)).isTrue();
            assertThatIOException().isThrownBy(() -> transport.transmit(COMMAND));
        }
        SwtpmControl control = new SwtpmControl(path, PATIENCE);
        try (SocketChannel peer = server.accept()) {
            control.close();
            assertThat(isClosed(peer)).isTrue();
        }
    }

    @Test
    @DisplayName("A device gets the command in one write and gives the answer in one read; none is told")
    void device() throws IOException {
        Path device = folder.resolve("tpm");
        Bytes answer = hex("8001 0000000e 00000000 0002 0102");
        Files.write(device, Bytes.concat(Bytes.zeros(COMMAND.size()), answer).toByteArray());
        DeviceTransport transport = new DeviceTransport(device);
        assertThat(transport.transmit(COMMAND)).isEqualTo(answer);
        assertThat(Bytes.of(Files.readAllBytes(device))).isEqualTo(Bytes.concat(COMMAND, answer));
        assertThatIOException().isThrownBy(() -> transport.transmit(COMMAND)).withMessageContaining("gave no response");
        transport.close();
        assertThatIOException()
                .isThrownBy(() -> transport.transmit(COMMAND))
                .isInstanceOf(ClosedChannelException.class);
    }
}
