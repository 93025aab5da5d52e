package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The agent's HTTPS client")
class HttpsClientTest {

    @Test
    @Timeout(20)
    @DisplayName("ends with its round, even against a server that sends a byte now and then")
    void dripping() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Beside<Void> server = Beside.start("dripping", () -> drip(listener));
            URI address = URI.create("https://127.0.0.1:" + listener.getLocalPort());
            Optional<Duration> life = Optional.of(Duration.ofMillis(700));
            try (HttpsClient client = new HttpsClient(
                    address, (SSLSocketFactory) SSLSocketFactory.getDefault(), Duration.ofSeconds(60), life)) {
                assertThatThrownBy(() -> client.post("/", Json.Obj.empty()))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("longer than a whole round may");
            }
            server.join();
        }
    }

    /** The head of a TLS record of 16 KiB, then a byte each tenth of a second. */
    private static Void drip(ServerSocket listener) throws IOException {
        try (Socket client = listener.accept();
                InputStream in = client.getInputStream()) {
            client.getOutputStream().write(new byte[] {22, 3, 3, 64, 0});
            while (in.available() >= 0) {
                client.getOutputStream().write(0);
                Thread.sleep(100);
            }
        } catch (IOException | InterruptedException gone) {
            // the client hung up
        }
        return null;
    }
}
