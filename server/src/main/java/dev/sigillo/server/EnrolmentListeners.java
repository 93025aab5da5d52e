package dev.sigillo.server;

import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.Json;
import dev.sigillo.enrolment.Door;
import dev.sigillo.enrolment.EnrolmentRefused;
import dev.sigillo.enrolment.Replies;
import dev.sigillo.kubernetes.Guard;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.Shown;
import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.reconcile.Doors;
import dev.sigillo.store.ClusterRecord;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import tools.jackson.databind.node.ObjectNode;

/**
 * One HTTPS listener for each cluster, on the only address of the host that its nodes reach: enrolment, renewal by mutual
 * TLS, preloaded archives, and the API server's question whether a request is Sigillo's.
 */
final class EnrolmentListeners implements Doors {
    private static final System.Logger LOG = System.getLogger(EnrolmentListeners.class.getName());
    /** Event log, IMA list and quote in base64. */
    private static final int MAX_EVIDENCE = 4 << 20;
    /** Certificates, keys and requests. */
    private static final int MAX_OTHER = 64 << 10;
    /** The API server keeps some connections open, each node one or two. */
    private static final int MAX_CONNECTIONS = 1024;

    private final ServerCa authority;
    private final Archives archives;
    private final Guard guard;
    private final Clock clock;
    private final Map<String, WebServer> open = new ConcurrentHashMap<>();
    private volatile Optional<Door> door = Optional.empty();

    EnrolmentListeners(ServerCa authority, Archives archives, Guard guard, Clock clock) {
        this.authority = authority;
        this.archives = archives;
        this.guard = guard;
        this.clock = clock;
    }

    /** The door needs the reconciler, which needs these listeners: so it comes last. */
    void serve(Door given) {
        door = Optional.of(given);
    }

    @Override
    public synchronized void open(ClusterRecord cluster, NetworkView network, X509Certificate clusterCa) {
        if (!open.containsKey(cluster.id())) {
            open.put(cluster.id(), listen(cluster.id(), network, clusterCa));
        }
    }

    @Override
    public synchronized void close(String clusterId) {
        WebServer server = open.remove(clusterId);
        if (server != null) {
            server.stop();
        }
    }

    synchronized void closeAll() {
        List.copyOf(open.keySet()).forEach(this::close);
    }

    private WebServer listen(String clusterId, NetworkView network, X509Certificate clusterCa) {
        ServerLeaves leaves = new ServerLeaves(
                authority, "CN=sigillo-enrolment", List.of(new AlternativeName.Ip(network.enrolmentAddress())), clock);
        // A machine knows the authority of its config drive and no other.
        Shown shown = peer -> leaves.under(authority.shown(clusterId, peer));
        try {
            WebServer server = WebServer.builder()
                    .address(InetAddress.getByName(network.enrolmentAddress()))
                    .port(network.enrolmentPort())
                    .shutdownHook(false)
                    .maxPayloadSize(MAX_EVIDENCE)
                    .maxTcpConnections(MAX_CONNECTIONS)
                    .tls(Tls.builder()
                            // A node whose certificate ended while no server was there is recognized by it, and renews.
                            .sslContext(TlsIdentity.showingToLapsedClients(shown, clusterCa, clock))
                            .clientAuth(TlsClientAuth.OPTIONAL)
                            .build())
                    .routing(routing -> routes(routing, clusterId))
                    .build()
                    .start();
            if (!server.isRunning()) {
                server.stop();
                throw new IllegalStateException("cannot listen on %s:%d; ss -ltnp shows what does"
                        .formatted(network.enrolmentAddress(), network.enrolmentPort()));
            }
            return server;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("not an address: " + network.enrolmentAddress(), e);
        }
    }

    private void routes(HttpRouting.Builder routing, String clusterId) {
        Peers peers = new Peers();
        routing.post(
                        "/enrolment/v1/challenge",
                        answer(peers, MAX_OTHER, (body, request) -> door().challenge(clusterId, from(request), body)))
                .post(
                        "/enrolment/v1/token",
                        answer(peers, MAX_OTHER, (body, request) -> door().token(clusterId, from(request), body)))
                .post(
                        "/enrolment/v1/evidence",
                        answer(peers, MAX_EVIDENCE, (body, request) -> door().evidence(clusterId, from(request), body)))
                .post(
                        "/enrolment/v1/attest",
                        answer(peers, MAX_EVIDENCE, (body, request) -> door().attest(clusterId, from(request), body)))
                .post(
                        "/enrolment/v1/renew",
                        answer(
                                peers,
                                MAX_OTHER,
                                (body, request) ->
                                        door().renew(clusterId, from(request), certificateName(request), body)))
                .get("/enrolment/v1/archives/{name}", this::archive)
                .post("/kubernetes/v1/authorize", (request, response) -> {
                    response.header(HeaderNames.CONTENT_TYPE, "application/json");
                    response.send(guard.decide(request.content().as(String.class)));
                });
    }

    private interface Answer {
        ObjectNode to(ObjectNode body, ServerRequest request) throws EnrolmentRefused;
    }

    private static Handler answer(Peers peers, int most, Answer answer) {
        return (request, response) -> {
            if (!peers.enter(from(request))) {
                send(response, 503, Replies.refusal(new EnrolmentRefused(503, "NotReady", Peers.TOO_MANY)));
                return;
            }
            try {
                respond(request, response, most, answer);
            } finally {
                peers.leave(from(request));
            }
        };
    }

    private static void respond(ServerRequest request, ServerResponse response, int most, Answer answer) {
        long began = System.nanoTime();
        try {
            send(response, 200, answer.to(Json.object(new RequestContent(request).text(most)), request));
            LOG.log(
                    System.Logger.Level.INFO,
                    "enrolment from {0}: {1} answered in {2} ms",
                    from(request),
                    request.path().path(),
                    (System.nanoTime() - began) / 1_000_000);
        } catch (EnrolmentRefused refused) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "enrolment from {0}: {1} {2}",
                    from(request),
                    refused.code(),
                    refused.getMessage());
            send(response, refused.status(), Replies.refusal(refused));
        } catch (ArmException malformed) {
            send(
                    response,
                    400,
                    Replies.refusal(new EnrolmentRefused(
                            400, "Malformed", malformed.body().message())));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "enrolment from " + from(request) + " failed on this side", e);
            send(
                    response,
                    503,
                    Replies.refusal(new EnrolmentRefused(503, "NotReady", "the server could not answer; try again")));
        }
    }

    private Door door() throws EnrolmentRefused {
        return door.orElseThrow(() -> new EnrolmentRefused(503, "NotReady", "the server is starting; try again"));
    }

    private void archive(ServerRequest request, ServerResponse response) {
        Optional<Path> file = archives.find(request.path().pathParameters().get("name"));
        if (file.isEmpty()) {
            send(response, 404, Replies.refusal(new EnrolmentRefused(404, "NoArchive", "no archive of that name")));
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/octet-stream");
        try (var out = response.outputStream()) {
            Files.copy(file.get(), out);
        } catch (IOException e) {
            throw new UncheckedIOException("sending archive " + file.get(), e);
        }
    }

    private static void send(ServerResponse response, int status, ObjectNode body) {
        response.status(Status.create(status));
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.send(Json.text(body).getBytes(StandardCharsets.UTF_8));
    }

    private static String from(ServerRequest request) {
        return request.remotePeer().address() instanceof InetSocketAddress socket
                ? socket.getAddress().getHostAddress()
                : "";
    }

    /** The common name of the client certificate, which TLS has checked against the cluster's CA; empty without one. */
    private static String certificateName(ServerRequest request) {
        return request.remotePeer()
                .tlsPrincipal()
                .map(principal -> {
                    try {
                        for (Rdn rdn : new LdapName(principal.getName()).getRdns()) {
                            if (rdn.getType().equalsIgnoreCase("CN")) {
                                return rdn.getValue().toString();
                            }
                        }
                        return "";
                    } catch (InvalidNameException e) {
                        return "";
                    }
                })
                .orElse("");
    }
}
