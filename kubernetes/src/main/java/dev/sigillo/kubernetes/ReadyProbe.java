package dev.sigillo.kubernetes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Asks the API server's {@code /readyz} as Sigillo's user. */
final class ReadyProbe {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final ClusterSpec spec;
    private final ClusterKeys keys;

    ReadyProbe(ClusterSpec spec, ClusterKeys keys) {
        this.spec = spec;
        this.keys = keys;
    }

    boolean ready() {
        return ask().equals("ok");
    }

    /**
     * @param meanwhile called between two tries; throws when waiting has no sense any more
     * @throws KubernetesException if the API server does not become ready in time
     */
    void await(Duration time, Runnable meanwhile) {
        long deadline = System.nanoTime() + time.toNanos();
        String last = ask();
        while (!last.equals("ok")) {
            if (System.nanoTime() - deadline > 0) {
                throw new KubernetesException("the API server of cluster %s at %s is not ready after %d s; it says: %s"
                        .formatted(spec.id(), spec.apiServer(), time.toSeconds(), last));
            }
            meanwhile.run();
            Pause.of(POLL);
            last = ask();
        }
    }

    /** {@code ok}, or why not. */
    private String ask() {
        try (HttpClient http = HttpClient.newBuilder()
                .sslContext(keys.sigillo().context(List.of(keys.cluster().certificate())))
                .connectTimeout(ANSWER)
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(spec.apiServer() + "/readyz"))
                            .timeout(ANSWER)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            String body = answer.body().strip();
            return switch (answer.statusCode()) {
                case 200 -> "ok";
                case 403 -> "403 (does the guard at " + spec.guard() + " answer?) " + body;
                default -> answer.statusCode() + " " + body;
            };
        } catch (IOException unreachable) {
            return unreachable.getClass().getSimpleName() + ": " + unreachable.getMessage();
        } catch (InterruptedException interrupted) {
            throw Pause.interrupted(interrupted);
        }
    }
}
