package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.LeafSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A server of a cluster's user that the API server calls: a mutating webhook, or an aggregated API. */
final class TestWebhook implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final CertificateAuthority authority = CertificateAuthority.create("webhook", Instant.now());
    private final HttpsServer server;
    final Queue<String> asked = new ConcurrentLinkedQueue<>();

    /** @param patch the object of an AdmissionReview → JSON Patch, or empty to leave it as it is */
    TestWebhook(String address, String serviceName, Function<JsonNode, String> patch) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority
                .issueIdentity(LeafSpec.server(
                        "CN=webhook",
                        List.of(new AlternativeName.Ip(address), new AlternativeName.Dns(serviceName)),
                        Instant.now(),
                        Duration.ofDays(1)))
                .context(List.of())));
        server.createContext("/", exchange -> answer(exchange, patch));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    private void answer(HttpExchange exchange, Function<JsonNode, String> patch) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("X-Remote-User"));
        ObjectNode reply = JSON.createObjectNode();
        if (exchange.getRequestMethod().equals("POST")) {
            JsonNode request = JSON.readTree(body).path("request");
            reply.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
            ObjectNode response = reply.putObject("response")
                    .put("uid", request.path("uid").asString())
                    .put("allowed", true);
            String text = patch.apply(request.path("object"));
            if (!text.isEmpty()) {
                response.put("patchType", "JSONPatch")
                        .put("patch", Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
            }
        } else {
            reply.put("kind", "Answer").put("apiVersion", "test.example.com/v1");
        }
        byte[] bytes = JSON.writeValueAsBytes(reply);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String caBundle() {
        return Base64.getEncoder().encodeToString(authority.pem().getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Registers it as MutatingWebhookConfiguration for the creation and change of one kind of object, and waits until it
     * acts; when closed, until it no longer does.
     *
     * @param probe a manifest of that kind
     */
    Registered registered(Kubectl admin, String group, String resource, String clientConfig, String probe) {
        assertThat(admin.apply("""
                {"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration",
                 "metadata":{"name":"test"},"webhooks":[{"name":"test.example.com","sideEffects":"None",
                 "admissionReviewVersions":["v1"],"failurePolicy":"Fail","timeoutSeconds":5,
                 "rules":[{"apiGroups":["%s"],"apiVersions":["*"],"operations":["CREATE","UPDATE"],"resources":["%s"]}],
                 "clientConfig":{%s,"caBundle":"%s"}}]}""".formatted(group, resource, clientConfig, caBundle())))
                .startsWith("0 ");
        Instant end = Instant.now().plusSeconds(20);
        while (asked.isEmpty() && Instant.now().isBefore(end)) {
            admin.apply(probe, "--dry-run=server");
        }
        assertThat(asked).isNotEmpty();
        return () -> {
            assertThat(admin.says("delete", "mutatingwebhookconfiguration", "test"))
                    .startsWith("0 ");
            Instant until = Instant.now().plusSeconds(20);
            do {
                asked.clear();
                admin.apply(probe, "--dry-run=server");
            } while (!asked.isEmpty() && Instant.now().isBefore(until));
            assertThat(asked).isEmpty();
        };
    }

    /** To be closed before the webhook's server. */
    interface Registered extends AutoCloseable {
        @Override
        void close();
    }

    String byUrl() {
        return "\"url\":\"https://" + server.getAddress().getAddress().getHostAddress() + ":" + port() + "/\"";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
