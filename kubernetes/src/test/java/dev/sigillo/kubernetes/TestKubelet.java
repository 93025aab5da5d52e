package dev.sigillo.kubernetes;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.TlsIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What a kubelet does with its certificates, by its own identity and requests; it runs no pod. */
final class TestKubelet {

    static final int PORT = 10250;

    private final TestPlane cluster;
    private final String node;
    private final TlsIdentity identity;

    private TestKubelet(TestPlane cluster, String node, TlsIdentity identity) {
        this.cluster = cluster;
        this.node = node;
        this.identity = identity;
    }

    /** Admitted: with the client certificate that a passing verdict brings. */
    static TestKubelet of(TestPlane cluster, String node) {
        KeyPair pair = KeyPairs.ecP256();
        IssuedCertificate issued = cluster.cluster()
                .issue(node, CertificateRequest.create(pair, subject(node), List.of()), Duration.ofMinutes(10));
        return new TestKubelet(cluster, node, new TlsIdentity(pair.getPrivate(), Pem.certificates(issued.pem())));
    }

    static String subject(String node) {
        return "CN=system:node:" + node + ",O=system:nodes";
    }

    /** Status code and body. */
    String request(String method, String path, String body) {
        try (HttpClient http = HttpClient.newBuilder()
                .sslContext(identity.context(List.of(cluster.plane.clusterCa())))
                .build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(cluster.spec.apiServer() + path))
                            .header(
                                    "Content-Type",
                                    method.equals("PATCH")
                                            ? "application/strategic-merge-patch+json"
                                            : "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Status code and body of a request with a token in the place of a certificate. */
    static String bearer(TestPlane cluster, String token, String path) {
        try (HttpClient http = HttpClient.newBuilder()
                .sslContext(TlsIdentity.trusting(List.of(cluster.plane.clusterCa())))
                .build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(cluster.spec.apiServer() + path))
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A watch as it goes on. */
    static final class Watch implements AutoCloseable {
        private final HttpClient http;
        private final BufferedReader lines;

        private Watch(HttpClient http, InputStream body) {
            this.http = http;
            this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        /** The next event, within 10 seconds. */
        String next() throws Exception {
            return CompletableFuture.supplyAsync(() -> {
                        try {
                            return String.valueOf(lines.readLine());
                        } catch (IOException failed) {
                            throw new IllegalStateException(failed);
                        }
                    })
                    .get(10, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            http.shutdownNow();
        }
    }

    Watch watch(String path) throws Exception {
        HttpClient http = HttpClient.newBuilder()
                .sslContext(identity.context(List.of(cluster.plane.clusterCa())))
                .build();
        return new Watch(
                http,
                http.send(
                                HttpRequest.newBuilder(URI.create(cluster.spec.apiServer() + path))
                                        .build(),
                                HttpResponse.BodyHandlers.ofInputStream())
                        .body());
    }

    /** A request for a serving certificate as kubelet 1.35 makes it. */
    void asksToServe(String name, KeyPair pair, String address) {
        asks(name, request(pair, List.of(new AlternativeName.Dns(node), new AlternativeName.Ip(address))), USAGES);
    }

    static final String USAGES = "[\"digital signature\",\"server auth\"]";

    byte[] request(KeyPair pair, List<AlternativeName> names) {
        return CertificateRequest.create(pair, subject(node), names);
    }

    void asks(String name, byte[] der, String usages) {
        String answer = request(
                "POST", "/apis/certificates.k8s.io/v1/certificatesigningrequests", signingRequest(name, der, usages));
        if (!answer.startsWith("201")) {
            throw new IllegalStateException(answer);
        }
    }

    static String signingRequest(String name, byte[] der, String usages) {
        String pem = Base64.getEncoder().encodeToString(Pem.request(der).getBytes(StandardCharsets.US_ASCII));
        return """
                {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"%s"},
                 "spec":{"signerName":"kubernetes.io/kubelet-serving","request":"%s","usages":%s}}""".formatted(name, pem, usages);
    }

    /** Says in the Node's status where it listens. */
    void reports(String address) {
        String answer = request("PATCH", "/api/v1/nodes/" + node + "/status", """
                {"status":{"addresses":[{"type":"InternalIP","address":"%s"},{"type":"Hostname","address":"%s"}],
                 "daemonEndpoints":{"kubeletEndpoint":{"Port":%d}},
                 "conditions":[{"type":"Ready","status":"True"}]}}""".formatted(address, node, PORT));
        if (!answer.startsWith("200")) {
            throw new IllegalStateException(answer);
        }
    }

    /** Serves its health, with that certificate, to everybody; close by {@code stop(0)}. */
    static HttpsServer serve(String address, TlsIdentity serving) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(address, PORT), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(serving.context(List.of())));
        server.createContext("/healthz", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
        return server;
    }
}
