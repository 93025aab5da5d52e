package dev.sigillo.kubernetes;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.LeafSpec;
import dev.sigillo.pki.TlsIdentity;
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
    private final TlsIdentity identity;
    private final Guard guard;
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final String address;
    private HttpsServer server;

    TestGuardServer(String address, String sigilloUser) throws IOException {
        this.address = address;
        guard = new Guard(sigilloUser);
        identity = authority.issueIdentity(LeafSpec.server(
                "CN=guard", List.of(new AlternativeName.Ip(address)), Instant.now(), Duration.ofDays(1)));
        server = listen(0);
    }

    private HttpsServer listen(int port) throws IOException {
        HttpsServer made = HttpsServer.create(new InetSocketAddress(address, port), 0);
        made.setHttpsConfigurator(new HttpsConfigurator(identity.context(List.of())));
        made.createContext("/authorize", exchange -> {
            String review = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(review);
            byte[] answer = guard.decide(review).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        made.start();
        return made;
    }

    /** As when the server of Sigillo is not there, for that long. */
    void downWhile(Runnable meanwhile) throws IOException {
        int port = server.getAddress().getPort();
        server.stop(0);
        try {
            meanwhile.run();
        } finally {
            server = listen(port);
        }
    }

    URI uri() {
        return URI.create("https://" + address + ":" + server.getAddress().getPort() + "/authorize");
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
