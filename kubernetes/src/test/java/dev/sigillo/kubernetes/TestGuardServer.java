package dev.sigillo.kubernetes;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.LeafSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/** Serves {@link Guard} as the server will, and keeps what it was asked. */
final class TestGuardServer implements AutoCloseable {

    private final CertificateAuthority authority = CertificateAuthority.create("guard", Instant.now());
    private final HttpsServer server;
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    TestGuardServer(String address, String sigilloUser) throws IOException {
        Guard guard = new Guard(sigilloUser);
        server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority
                .issueIdentity(LeafSpec.server(
                        "CN=guard", List.of(new AlternativeName.Ip(address)), Instant.now(), Duration.ofDays(1)))
                .context(List.of())));
        server.createContext("/authorize", exchange -> {
            String review = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(review);
            byte[] answer = guard.decide(review).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    URI uri() {
        return URI.create("https://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + "/authorize");
    }

    String authorityPem() {
        return authority.pem();
    }

    Queue<String> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
