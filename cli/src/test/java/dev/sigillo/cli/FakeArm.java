package dev.sigillo.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers what a test lays down for a method and path; the last answer laid down for one is repeated. A last segment that is
 * a GUID of the caller's making is laid down as {@code *}.
 */
final class FakeArm implements AutoCloseable {
    static final String SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";
    static final String GROUPS = "/subscriptions/" + SUBSCRIPTION + "/resourceGroups";
    static final String CLUSTERS = "/providers/Microsoft.ContainerService/managedClusters";

    /** @param headers added to the reply */
    private record Answer(int status, String body, Map<String, String> headers) {}

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<String> requests = new ArrayList<>();
    private final AtomicInteger logins = new AtomicInteger();

    FakeArm() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
        token(3600);
        on("GET", "/metadata/endpoints", 200, "{}");
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    FakeArm on(String method, String path, int status, String body) {
        answers.computeIfAbsent(method + " " + path, _ -> new ArrayDeque<>())
                .add(new Answer(status, body.replace('\'', '"'), Map.of()));
        return this;
    }

    /** Tokens live as long from now on. */
    FakeArm token(int seconds) {
        answers.remove("POST /adfs/oauth2/token");
        return on(
                "POST",
                "/adfs/oauth2/token",
                200,
                "{'access_token': 't', 'token_type': 'Bearer', 'expires_in': " + seconds + "}");
    }

    /** Over the limit: try again at once. */
    FakeArm tooMany(String method, String path) {
        answers.computeIfAbsent(method + " " + path, _ -> new ArrayDeque<>())
                .add(new Answer(
                        429,
                        "{\"error\": {\"code\": \"TooManyRequests\", \"message\": \"Too many.\"}}",
                        Map.of("Retry-After", "0")));
        return this;
    }

    FakeArm startsOperation(String method, String path) {
        answers.computeIfAbsent(method + " " + path, _ -> new ArrayDeque<>())
                .add(new Answer(201, "{}", Map.of("Azure-AsyncOperation", url() + "/operation")));
        return this;
    }

    FakeArm startsDeletion(String path) {
        answers.computeIfAbsent("DELETE " + path, _ -> new ArrayDeque<>())
                .add(new Answer(202, "", Map.of("Location", url() + "/location")));
        return this;
    }

    /** How often a token was asked for. */
    int logins() {
        return logins.get();
    }

    /** Method, path as sent and body of every request but the one for a token. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** A home whose server is this process, so that it counts as alive. */
    Map<String, String> home(Path folder) throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String ticks = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
        long pid = ProcessHandle.current().pid();
        Files.writeString(
                folder.resolve("server.json"),
                "{\"pid\": " + pid + ", \"startTicks\": " + ticks + ", \"port\": 1, \"endpoint\": \"" + url() + "\"}");
        Files.writeString(
                folder.resolve("credentials.json"),
                "{\"tenant\": \"11111111-1111-1111-1111-111111111111\", \"subscription\": \"" + SUBSCRIPTION
                        + "\", \"clientId\": \"app\", \"clientSecret\": \"it's secret\"}");
        try (var in = FakeArm.class.getResourceAsStream("/ca/any.pem")) {
            if (in == null) {
                throw new IllegalStateException("ca/any.pem is not on the class path");
            }
            Files.write(folder.resolve("ca.pem"), in.readAllBytes());
        }
        return Map.of("SIGILLO_HOME", folder.toString(), "PATH", "/usr/bin", "SIGILLO_CACHE", "/opt/cache");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String key =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (key.endsWith("/token")) {
            logins.incrementAndGet();
        } else {
            requests.add((key + " " + body).strip());
        }
        Deque<Answer> laid = answers.getOrDefault(
                key, answers.getOrDefault(key.replaceFirst("/[-0-9a-f]{36}$", "/*"), new ArrayDeque<>()));
        Answer answer = laid.size() > 1 ? laid.removeFirst() : laid.peekFirst();
        if (answer == null) {
            answer = new Answer(
                    404,
                    "{\"error\": {\"code\": \"ResourceNotFound\", \"message\": \"There is no " + key + ".\"}}",
                    Map.of());
        }
        answer.headers().forEach(exchange.getResponseHeaders()::add);
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
