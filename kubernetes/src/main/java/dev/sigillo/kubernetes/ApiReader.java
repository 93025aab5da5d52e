package dev.sigillo.kubernetes;

import dev.sigillo.pki.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads from the API server as Sigillo's user, over connections that are kept, and never longer than it is told. */
final class ApiReader implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final ClusterSpec spec;
    private final ClusterKeys keys;
    private Optional<Open> open = Optional.empty();

    private record Open(HttpClient http, X509Certificate identity) {}

    ApiReader(ClusterSpec spec, ClusterKeys keys) {
        this.spec = spec;
        this.keys = keys;
    }

    /** @param body without white space at both ends */
    record Answer(int status, String body) {}

    /** @throws IOException if there is no whole answer in that time */
    Answer get(String path, Duration patience) throws IOException {
        CompletableFuture<HttpResponse<String>> asked = http().sendAsync(
                        HttpRequest.newBuilder(URI.create(spec.apiServer() + path))
                                .timeout(patience)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        try {
            // The request's own time ends with the headers: a body may hang, too.
            HttpResponse<String> answer = asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(answer.statusCode(), answer.body().strip());
        } catch (TimeoutException late) {
            asked.cancel(true);
            throw new IOException("no answer within " + patience.toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new IOException(cause.getClass().getSimpleName() + ": " + cause.getMessage(), cause);
        } catch (InterruptedException interrupted) {
            asked.cancel(true);
            throw Pause.interrupted(interrupted);
        }
    }

    /** Sigillo's certificate is renewed in a running server: then with new connections. */
    private synchronized HttpClient http() {
        TlsIdentity identity = keys.sigillo();
        if (open.isPresent() && open.get().identity().equals(identity.certificate())) {
            return open.get().http();
        }
        close();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .sslContext(identity.context(List.of(keys.cluster().certificate())))
                .connectTimeout(CONNECT)
                .version(HttpClient.Version.HTTP_1_1);
        spec.clientAddress().ifPresent(builder::localAddress);
        HttpClient http = builder.build();
        open = Optional.of(new Open(http, identity.certificate()));
        return http;
    }

    @Override
    public synchronized void close() {
        open.ifPresent(present -> present.http().shutdownNow());
        open = Optional.empty();
    }
}
