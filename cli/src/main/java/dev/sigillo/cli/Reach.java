package dev.sigillo.cli;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;

/** Whether a server answers at all: the one route that needs no token. */
final class Reach {
    private Reach() {}

    static boolean answers(Home home) {
        if (home.server().isEmpty() || !Files.isReadable(home.caFile())) {
            return false;
        }
        try (HttpClient client = Trust.client(home.caFile())) {
            HttpRequest request = HttpRequest.newBuilder(home.server()
                            .orElseThrow()
                            .endpoint()
                            .resolve("/metadata/endpoints?api-version=2022-09-01"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException | Failure e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
