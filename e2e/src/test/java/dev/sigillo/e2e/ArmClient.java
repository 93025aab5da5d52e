package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import dev.sigillo.pki.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The API over HTTPS with a token of the home's owner: no az, since hundreds of requests are to be soon done. */
final class ArmClient {
    static final String VERSION = "2026-06-01";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final OwnServer server;
    private final HttpClient http;
    private final String token;
    private final String subscription;

    /**
     * What came back.
     *
     * @param body a missing node when there was none, or when it was not JSON
     */
    record Reply(int status, Map<String, List<String>> headers, String text, JsonNode body) {
        /** Where the end of what was accepted shows, as az looks for it. */
        Optional<String> operation() {
            return header("azure-asyncoperation").or(() -> header("location"));
        }

        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(each -> each.getKey().equalsIgnoreCase(name))
                    .map(each -> each.getValue().getFirst())
                    .findFirst();
        }
    }

    ArmClient(OwnServer server) throws IOException, GeneralSecurityException, InterruptedException {
        this.server = server;
        try (InputStream in = Files.newInputStream(server.home().resolve("ca.pem"))) {
            X509Certificate ca =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .sslContext(TlsIdentity.trusting(List.of(ca)))
                    .build();
        }
        ObjectNode credentials = server.said("credentials.json");
        subscription = credentials.path("subscription").asString();
        token = login(credentials);
    }

    private String login(ObjectNode credentials) throws IOException, InterruptedException {
        String form = "grant_type=client_credentials&client_id="
                + encoded(credentials.path("clientId").asString()) + "&client_secret="
                + encoded(credentials.path("clientSecret").asString());
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(endpoint().resolve("/adfs/oauth2/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
        return Json.object(response.body()).path("access_token").asString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private URI endpoint() {
        return URI.create(server.said("server.json").path("endpoint").asString());
    }

    /**
     * Sends it once.
     *
     * @param target a path below the subscription, with its query, or a URL that the server gave
     * @throws ConnectException if no server was there: nothing was sent
     * @throws IOException if the connection broke: nobody knows what was done
     */
    Reply send(String method, String target, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        URI url = target.startsWith("https:")
                ? URI.create(target)
                : endpoint().resolve("/subscriptions/" + subscription + target);
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(PATIENCE)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.setHeader("Content-Type", "application/json");
        }
        request.setHeader("Authorization", "Bearer " + token);
        headers.forEach(request::setHeader);
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return new Reply(response.statusCode(), response.headers().map(), response.body(), parsed(response.body()));
    }

    Reply get(String path) throws IOException, InterruptedException {
        return send("GET", path + (path.startsWith("https:") ? "" : "?api-version=" + VERSION), Map.of(), "");
    }

    private static JsonNode parsed(String text) {
        try {
            return text.isEmpty() ? Json.MAPPER.missingNode() : Json.MAPPER.readTree(text);
        } catch (JacksonException noJson) {
            return Json.MAPPER.missingNode();
        }
    }
}
