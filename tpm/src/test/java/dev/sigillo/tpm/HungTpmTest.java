package dev.sigillo.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A swtpm that hangs: its socket takes connections and bytes, and nothing comes back. */
@Timeout(20)
class HungTpmTest {
    private static final Duration PATIENCE = Duration.ofMillis(300);

    @TempDir
    private Path folder;

    private Path path;
    private ServerSocketChannel hung;

    @BeforeEach
    void listen() throws IOException {
        path = folder.resolve("s");
        hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        hung.bind(UnixDomainSocketAddress.of(path), 1);
    }

    @AfterEach
    void close() throws IOException {
        hung.close();
    }

    @Test
    @DisplayName("a command that is not answered ends in time and says so")
    void command() throws IOException {
        try (SwtpmTransport transport = new SwtpmTransport(path, PATIENCE)) {
            assertThatThrownBy(() -> transport.transmit(Bytes.fromHex("80010000000c0000017b0008")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("did not answer within");
        }
    }

    @Test
    @DisplayName("a control command that is not answered ends in time and says so")
    void control() throws IOException {
        try (SwtpmControl control = new SwtpmControl(path, PATIENCE)) {
            assertThatThrownBy(control::init).hasMessageContaining("did not answer within");
        }
    }

    @Test
    @DisplayName("half an answer counts as none")
    void half() throws IOException {
        try (SwtpmControl control = new SwtpmControl(path, PATIENCE);
                var peer = hung.accept()) {
            peer.write(java.nio.ByteBuffer.wrap(new byte[2]));
            assertThatThrownBy(control::init).hasMessageContaining("did not answer within");
        }
    }

    @Test
    @DisplayName("a full queue of clients is refused at once instead of waited for")
    void full() throws IOException {
        List<SwtpmTransport> clients = new ArrayList<>();
        try {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10; i++) {
                            clients.add(new SwtpmTransport(path, PATIENCE));
                        }
                    })
                    .hasMessageContaining("cannot reach swtpm");
            assertThat(clients).isNotEmpty();
        } finally {
            for (SwtpmTransport client : clients) {
                client.close();
            }
        }
    }

    @Test
    @DisplayName("where nobody listens the path is named")
    void nobody() {
        assertThatThrownBy(() -> new SwtpmTransport(folder.resolve("absent"), PATIENCE))
                .hasMessageContaining("cannot reach swtpm at " + folder.resolve("absent"));
    }
}
