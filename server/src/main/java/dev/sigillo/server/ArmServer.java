package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.Json;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * The ARM API, OAuth and the portal over HTTPS on 127.0.0.1.
 *
 * <p>With {@link RequestContent} the only class that knows the HTTP library: it turns requests and replies into ours and
 * back.
 */
public final class ArmServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ArmServer.class.getName());

    private static final String CORRELATION = "x-ms-correlation-request-id";

    /** What is left of a longer body is not even read away: the connection ends. */
    private static final long MAX_DISCARDED = 16L << 20;

    /** What ARM takes of a sender: a GUID. */
    private static final Pattern CORRELATION_ID =
            Pattern.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");

    private static final Pattern CLIENT_REQUEST_ID = Pattern.compile("[-A-Za-z0-9_.]{1,64}");

    private final WebServer server;
    private final ArmSettings settings;
    private final Routes routes;

    private ArmServer(WebServer server, ArmSettings settings, Routes routes) {
        this.server = server;
        this.settings = settings;
        this.routes = routes;
    }

    /** Starts to listen; {@code tls} holds a certificate for localhost and 127.0.0.1. */
    public static ArmServer start(ArmParts parts, SSLContext tls) {
        ArmSettings settings = parts.settings();
        requireFree(settings.port());
        Tokens tokens = Tokens.open(parts.home(), settings, parts.clock());
        Dispatcher dispatcher = new Dispatcher(parts, tokens);
        PortalDoor portal = new PortalDoor(dispatcher, settings, parts.clock());
        WebServer server = WebServer.builder()
                .host("127.0.0.1")
                .port(settings.port())
                .shutdownHook(false)
                .idleConnectionTimeout(Duration.ofMinutes(2))
                .tls(Tls.builder().sslContext(tls).build())
                .directHandlers(envelopes())
                .routing(routing -> routing.any((request, response) -> ScopedValue.where(
                                TraceContext.CURRENT, TraceContext.of(header(request, "traceparent")))
                        .run(() -> serve(dispatcher, portal, settings, request, response))))
                .build()
                .start();
        // Helidon logs that it could not listen, and throws nothing.
        if (!server.isRunning()) {
            throw new IllegalStateException(
                    "the API does not listen on port " + settings.port() + "; the log says why");
        }
        return new ArmServer(server, settings, dispatcher.routes());
    }

    private static void requireFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "port " + port + " of 127.0.0.1 cannot be listened on (" + e.getMessage()
                            + "): end what listens there, or choose another by SIGILLO_PORT",
                    e);
        }
    }

    /** {@code https://localhost:PORT}. */
    public String endpoint() {
        return "https://localhost:" + settings.port();
    }

    Routes routes() {
        return routes;
    }

    @Override
    public void close() {
        server.stop();
    }

    private static void serve(
            Dispatcher dispatcher,
            PortalDoor portal,
            ArmSettings settings,
            ServerRequest request,
            ServerResponse response) {
        long start = System.nanoTime();
        String method = request.prologue().method().text();
        String path = request.prologue().uriPath().rawPath();
        String requestId = UUID.randomUUID().toString();
        // It goes into the audit log and the server's own: whatever is no GUID is as if it were not there.
        String correlationId = header(request, CORRELATION)
                .filter(id -> CORRELATION_ID.matcher(id).matches())
                .orElse(requestId);
        RequestContent content = new RequestContent(request);
        Dispatcher.Answer answer;
        try {
            ArmRequest read = read(request, content, method, path, requestId, correlationId, settings);
            answer = PortalDoor.serves(path) ? new Dispatcher.Answer(portal.answer(read), "") : dispatcher.answer(read);
        } catch (ArmException e) {
            answer = new Dispatcher.Answer(Dispatcher.refusal(e), "");
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e, () -> "a request that could not be read, " + requestId);
            answer = new Dispatcher.Answer(
                    ArmReply.error(ArmError.BAD_REQUEST.because("The request could not be read to its end.")), "");
        }
        boolean last = !content.finish(MAX_DISCARDED) || request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
        if (last) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        header(request, "x-ms-client-request-id")
                .filter(id -> CLIENT_REQUEST_ID.matcher(id).matches())
                .ifPresent(id -> response.header("x-ms-client-request-id", id));
        TraceContext trace = TraceContext.CURRENT.get();
        response.header("traceparent", trace.header());
        response.header("x-ms-request-id", requestId);
        response.header(CORRELATION, correlationId);
        send(answer.reply(), response, method.equals("HEAD"));
        AccessLog.line(new RequestEntry(
                method,
                path,
                answer.reply().status(),
                System.nanoTime() - start,
                answer.caller(),
                requestId,
                correlationId,
                trace));
        if (last) {
            // The library would read on, and take the rest of a body for the next request.
            throw new CloseConnectionException("the reply was the last of its connection");
        }
    }

    private static ArmRequest read(
            ServerRequest request,
            RequestContent content,
            String method,
            String path,
            String requestId,
            String correlationId,
            ArmSettings settings) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : request.headers()) {
            headers.put(header.headerName().lowerCase(), header.get());
        }
        return new ArmRequest(
                method,
                path,
                Map.of(),
                query(request.prologue().query().rawValue()),
                headers,
                content::text,
                base(request, settings),
                requestId,
                correlationId,
                "");
    }

    /**
     * The value of each name, names in lower case. A name may be there twice with one value, as SDKs that follow a nextLink
     * send it, and not with two: who reads the first and who reads the last would not see the same request.
     */
    static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                String key = decode(name).toLowerCase(Locale.ROOT);
                String before = query.putIfAbsent(key, decode(value));
                if (before != null && !before.equals(decode(value))) {
                    throw ArmError.INVALID_PARAMETER.because(
                            "The query parameter %s is there twice, as '%s' and as '%s'. Give one of them.",
                            Routes.printable(key), Routes.printable(before), Routes.printable(decode(value)));
                }
            }
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ArmError.INVALID_PARAMETER.because(
                    "The query is not percent-encoded as it must be: %s.", Routes.printable(text));
        }
    }

    /**
     * The name the client knows us by, so that the URLs we hand out lead back: az attaches its token only where scheme,
     * host and port are those it registered. Nothing but our own two names is ever repeated.
     */
    private static String base(ServerRequest request, ArmSettings settings) {
        String host = header(request, "Host").orElse("");
        return host.startsWith("127.0.0.1")
                ? "https://127.0.0.1:" + settings.port()
                : "https://localhost:" + settings.port();
    }

    private static void send(ArmReply reply, ServerResponse response, boolean head) {
        response.status(Status.create(reply.status()));
        reply.headers().forEach(response::header);
        if (!reply.headers().containsKey("Cache-Control")) {
            response.header("Cache-Control", "no-cache");
        }
        if (!reply.page().isEmpty() && !head) {
            if (!reply.headers().containsKey("Content-Type")) {
                response.header("Content-Type", "text/html; charset=utf-8");
            }
            response.send(reply.page().getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (reply.body().isEmpty() || head) {
            response.send();
            return;
        }
        response.header("Content-Type", "application/json; charset=utf-8");
        response.send(Json.text(reply.body().get()).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> header(ServerRequest request, String name) {
        return request.headers().first(HeaderNames.create(name));
    }

    /** What is refused before it is a request at all gets the same envelope. */
    private static DirectHandlers envelopes() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, (_, _, status, headers, message) -> {
                ArmException error = early(status, Optional.ofNullable(message));
                return DirectHandler.TransportResponse.builder()
                        .status(status)
                        .headers(headers)
                        .header(HeaderNames.CONTENT_TYPE, "application/json; charset=utf-8")
                        .entity(Json.text(ArmReply.error(error).body().orElseThrow())
                                .getBytes(StandardCharsets.UTF_8))
                        .build();
            });
        }
        return handlers.build();
    }

    /** @param message absent when the library finds its own words not fit for the sender */
    private static ArmException early(Status status, Optional<String> message) {
        int code = status.code();
        if (code >= 500) {
            return ArmError.INTERNAL.because("The server could not answer.");
        }
        if (code == 413) {
            return ArmError.REQUEST_TOO_LARGE.because("The request is larger than what is taken.");
        }
        if (code == 414) {
            return ArmError.URI_TOO_LONG.because("The request's first line is longer than what is taken.");
        }
        return ArmError.BAD_REQUEST.because(
                "The request is not HTTP as it must be: %s.",
                Routes.printable(message.orElse(
                        "its first line, its percent-encoding, a header or the encoding of its content is malformed")));
    }
}
