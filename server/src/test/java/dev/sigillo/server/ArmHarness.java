package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.arm.KubernetesVersions;
import dev.sigillo.arm.Locations;
import dev.sigillo.arm.Sizes;
import dev.sigillo.image.NodeImage;
import dev.sigillo.machine.FleetCa;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.process.Folders;
import dev.sigillo.reconcile.Workers;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.Store;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A whole ARM server in a folder, with a client that is logged in; what lies behind the API is instant and on paper. */
final class ArmHarness implements AutoCloseable {
    static final String SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";
    static final String TENANT = "11111111-1111-1111-1111-111111111111";
    static final String S = "/subscriptions/" + SUBSCRIPTION;
    static final String IMAGE = "SigilloDebian-13gen2TLcontainerd-202611.24.0";

    static final Limits UNLIMITED = new Limits(1_000_000, 1_000_000, 1_000_000);

    /** What Kubernetes there is, the default first; a test may change it. */
    volatile List<String> versions = List.of("1.35.4");

    volatile List<HostImages.HostImage> hostImages = List.of();

    /** Node images with their files; a test may change it. */
    volatile Function<String, Optional<NodeImage>> imageFiles = _ -> Optional.empty();

    volatile Workers workers = new Workers(0, 0, 0, false);

    /** What the host has, all of it available; a test may change it. */
    volatile long memoryMib = 24 * 1024;

    /** What the machines of the host have; a test may change it. */
    volatile Optional<List<X509Certificate>> ekCertificates = Optional.of(List.of());

    final Path home;
    final int port;
    final Store store;
    final InstantReconciler reconciler;
    final ObjectNode credentials;
    final HttpClient http;
    final ServerCa server;
    final FleetCa fleet;
    final HostAuthorities authorities;
    final Metrics metrics;
    private final ArmServer api;
    private final ContractCheck contract;
    private Optional<String> token = Optional.empty();

    ArmHarness(Path home) {
        this(home, freePort(), Clock.systemUTC());
    }

    ArmHarness(Path home, int port, Clock clock) {
        this(home, port, clock, UNLIMITED, OptionalLong.empty());
    }

    ArmHarness(Path home, int port, Clock clock, Limits limits, OptionalLong mostMib) {
        this.home = home;
        this.port = port;
        store = Store.open(home.resolve("sigillo.db"), clock);
        server = ServerCa.open(home.resolve("keys/server"), "Sigillo test", home.resolve("ca.pem"), store, clock);
        server.publish();
        fleet = FleetCa.open(home.resolve("keys/fleet"), clock);
        authorities = new HostAuthorities(server, fleet, () -> ekCertificates);
        ServerLeaves leaves = new ServerLeaves(
                server,
                "CN=localhost",
                List.of(new AlternativeName.Dns("localhost"), new AlternativeName.Ip("127.0.0.1")),
                Clock.systemUTC());
        reconciler = new InstantReconciler(store);
        metrics = new Metrics(store, () -> workers, clock);
        FirstPrincipal.ensure(home, store, TENANT, SUBSCRIPTION);
        try {
            credentials = Json.object(Files.readString(home.resolve("credentials.json")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        ArmParts parts = new ArmParts(
                new ArmSettings(SUBSCRIPTION, TENANT, port, limits),
                home,
                store,
                Sizes.shipped(),
                Locations.shipped(),
                () -> new KubernetesVersions(versions),
                (_, kubernetes) -> imageOf(kubernetes),
                () -> hostImages,
                version -> imageFiles.apply(version),
                reconciler,
                new Demands(
                        Sizes.shipped(),
                        new HostCapacity(
                                () -> new HostCapacity.Memory(memoryMib, memoryMib - HostCapacity.RESERVED_MIB),
                                mostMib,
                                0)),
                new PaperCredentials(),
                (machine, _) -> "console of " + machine,
                machine -> machine.nodeName().endsWith("1"),
                () -> Map.of("accelerator", "none"),
                authorities,
                metrics,
                clock);
        api = ArmServer.start(parts, TlsIdentity.showing(_ -> leaves.under(server.shown())));
        contract = new ContractCheck(api.routes());
        http = HttpClient.newBuilder()
                .sslContext(TlsIdentity.trusting(List.of(server.certificate())))
                .build();
    }

    static String imageOf(String kubernetes) {
        return kubernetes.equals("1.35.4") ? IMAGE : IMAGE + kubernetes.replace(".", "");
    }

    String endpoint() {
        return api.endpoint();
    }

    Routes routes() {
        return api.routes();
    }

    String mc(String cluster) {
        return S + "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/" + cluster;
    }

    /** A reply: status, headers and JSON (a missing node when the body is empty). */
    record Reply(int status, HttpResponse<String> raw, JsonNode json) {
        String code() {
            return json.path("error").path("code").asString("");
        }

        String message() {
            return json.path("error").path("message").asString("");
        }

        String operation() {
            return raw.headers().firstValue("Azure-AsyncOperation").orElse("");
        }
    }

    Reply get(String path) {
        return send("GET", path, "");
    }

    Reply put(String path, String body) {
        return send("PUT", path, body);
    }

    Reply post(String path) {
        return send("POST", path, "");
    }

    Reply post(String path, String body) {
        return send("POST", path, body);
    }

    Reply delete(String path) {
        return send("DELETE", path, "");
    }

    /** With token and, unless the path has a query, an api-version. */
    Reply send(String method, String path, String body) {
        String query = path.contains("?") ? "" : "?api-version=2026-06-01";
        return exchange(method, path + query, body, Map.of("Authorization", "Bearer " + token()));
    }

    Reply exchange(String method, String pathAndQuery, String body, Map<String, String> headers) {
        URI uri = URI.create(pathAndQuery.startsWith("https:") ? pathAndQuery : endpoint() + pathAndQuery);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(60))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            Reply reply = new Reply(
                    response.statusCode(),
                    response,
                    response.headers().firstValue("Content-Type").orElse("").startsWith("application/json")
                            ? Json.MAPPER.readTree(response.body())
                            : Json.MAPPER.missingNode());
            contract.hold(method, uri.getRawPath(), reply);
            return reply;
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + uri + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Reply login(String path, String clientId, String secret, String scope) {
        String form = "grant_type=client_credentials&client_info=1&client_id=" + encode(clientId) + "&client_secret="
                + encode(secret) + "&scope=" + encode(scope);
        return exchange("POST", path, form, Map.of("Content-Type", "application/x-www-form-urlencoded"));
    }

    /** A form to a route that takes one; {@code fields} are names and values in turn. */
    Reply form(String path, Map<String, String> headers, String... fields) {
        StringBuilder form = new StringBuilder();
        for (int at = 0; at < fields.length; at += 2) {
            form.append(at == 0 ? "" : "&").append(fields[at]).append('=').append(encode(fields[at + 1]));
        }
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/x-www-form-urlencoded");
        return exchange("POST", path, form.toString(), all);
    }

    String token() {
        if (token.isEmpty()) {
            Reply reply = login(
                    "/adfs/oauth2/token",
                    credentials.path("clientId").asString(""),
                    credentials.path("clientSecret").asString(""),
                    endpoint() + "//.default");
            token = Optional.of(reply.json().path("access_token").asString(""));
        }
        return token.get();
    }

    @Override
    public void close() {
        http.close();
        api.close();
        store.close();
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Kubeconfigs of clusters that exist on paper. */
    static final class PaperCredentials implements Credentials {
        @Override
        public String kubeconfig(ClusterRecord cluster, boolean admin) {
            String user = (admin ? "clusterAdmin_" : "clusterUser_") + cluster.resourceGroup() + "_" + cluster.name();
            return """
                    apiVersion: v1
                    kind: Config
                    clusters:
                    - name: %1$s
                      cluster: {server: "https://10.224.%2$d.1:6443"}
                    contexts:
                    - name: %1$s
                      context: {cluster: %1$s, user: %3$s}
                    current-context: %1$s
                    users:
                    - name: %3$s
                      user: {token: none}
                    """.formatted(cluster.name(), cluster.index(), user);
        }

        @Override
        public Optional<String> apiAddress(ClusterRecord cluster) {
            return Optional.of("10.224." + cluster.index() + ".1");
        }
    }

    /** Gives the tests of a class one server: started with the class, ended after it. */
    static final class OfClass implements ParameterResolver {

        /** With its folder, which goes with it. */
        private record Started(ArmHarness arm) implements AutoCloseable {
            static Started begin() {
                try {
                    return new Started(new ArmHarness(Files.createTempDirectory("sigillo-arm")));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void close() throws IOException {
                arm.close();
                Folders.remove(arm.home);
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ArmHarness.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getStore(ExtensionContext.Namespace.create(ArmHarness.class, context.getRequiredTestClass()))
                    .computeIfAbsent(Started.class, _ -> Started.begin(), Started.class)
                    .arm();
        }
    }
}
