package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The public ARM API over HTTPS, as any client sees it: the server's own CA, and a token for the service principal. */
final class Api {
    static final String VERSION = "2026-06-01";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MOST_AGAIN = 3;

    /** A token is replaced this long before it ends. */
    private static final Duration TOKEN_MARGIN = Duration.ofMinutes(5);

    private final URI endpoint;
    private final Home.Credentials credentials;
    private final HttpClient http;
    private final InstantSource clock;
    private Optional<Token> token = Optional.empty();

    private record Token(String text, Instant until) {}

    /**
     * One reply with a success status.
     *
     * @param body the parsed JSON; a missing node when the reply had none
     * @param operation the Azure-AsyncOperation URL, when the change goes on
     * @param location the Location URL, when that is where the end of the change shows
     */
    record Reply(int status, JsonNode body, Optional<URI> operation, Optional<URI> location) {}

    Api(URI endpoint, Home.Credentials credentials, HttpClient http, InstantSource clock) {
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.http = http;
        this.clock = clock;
    }

    String subscription() {
        return "/subscriptions/" + credentials.subscription();
    }

    /**
     * @param path with every segment encoded
     * @throws Failure for a status other than 2xx, 404 included
     */
    JsonNode get(String path) {
        return call("GET", at(path), Optional.empty()).body();
    }

    /** The resource, or nothing when the API answers 404. */
    Optional<JsonNode> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (Failure e) {
            if (e.exitCode() == ExitCode.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Every page of a list. */
    List<JsonNode> list(String path) {
        List<JsonNode> all = new ArrayList<>();
        Optional<URI> next = Optional.of(at(path));
        while (next.isPresent()) {
            JsonNode page = call("GET", next.get(), Optional.empty()).body();
            page.path("value").forEach(all::add);
            next = Optional.of(page.path("nextLink").asString(""))
                    .filter(link -> !link.isEmpty())
                    .map(URI::create);
        }
        return all;
    }

    Reply put(String path, ObjectNode body) {
        return call("PUT", at(path), Optional.of(body));
    }

    Reply post(String path) {
        return call("POST", at(path), Optional.empty());
    }

    Reply post(String path, ObjectNode body) {
        return call("POST", at(path), Optional.of(body));
    }

    Reply delete(String path) {
        return call("DELETE", at(path), Optional.empty());
    }

    /** The state of an operation: {@code status}, and {@code error} when it failed. */
    JsonNode operation(URI url) {
        return call("GET", url, Optional.empty()).body();
    }

    /** Whether the change behind a Location URL has come to its end. */
    boolean ended(URI location) {
        return call("GET", location, Optional.empty()).status() != 202;
    }

    private URI at(String path) {
        return endpoint.resolve(path + (path.contains("?") ? "&" : "?") + "api-version=" + VERSION);
    }

    private Reply call(String method, URI url, Optional<ObjectNode> body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token())
                .method(
                        method,
                        body.map(json -> BodyPublishers.ofString(Json.text(json)))
                                .orElse(BodyPublishers.noBody()));
        body.ifPresent(_ -> request.header("Content-Type", "application/json"));
        HttpResponse<String> response = sendWithinLimit(request.build());
        JsonNode json = parse(response.body());
        if (response.statusCode() / 100 != 2) {
            JsonNode error = json.path("error");
            throw Failure.ofReply(
                    response.statusCode(),
                    error.path("code").asString("HTTP " + response.statusCode()),
                    error.path("message").asString("The server answered status " + response.statusCode() + "."));
        }
        return new Reply(
                response.statusCode(),
                json,
                response.headers().firstValue("Azure-AsyncOperation").map(URI::create),
                response.headers().firstValue("Location").map(URI::create));
    }

    /** As az does: a request over the limit was not carried out, and is sent again when the server says so. */
    private HttpResponse<String> sendWithinLimit(HttpRequest request) {
        HttpResponse<String> response = send(request);
        for (int again = 0; response.statusCode() == TOO_MANY_REQUESTS && again < MOST_AGAIN; again++) {
            String seconds = response.headers().firstValue("Retry-After").orElse("1");
            try {
                Thread.sleep(Duration.ofSeconds(seconds.matches("[0-9]{1,2}") ? Integer.parseInt(seconds) : 1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return response;
            }
            response = send(request);
        }
        return response;
    }

    /** Good for some minutes at least: a wait may take longer than a token lives. */
    private String token() {
        Instant soon = clock.instant().plus(TOKEN_MARGIN);
        Token good = token.filter(known -> known.until().isAfter(soon)).orElseGet(this::login);
        token = Optional.of(good);
        return good.text();
    }

    /** OAuth 2.0 client credentials at the ADFS-style token route, the one that az uses without any configuration. */
    private Token login() {
        String form = form(Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                credentials.clientId(),
                "client_secret",
                credentials.clientSecret(),
                "scope",
                endpoint + "/.default"));
        HttpResponse<String> response = send(HttpRequest.newBuilder(endpoint.resolve("/adfs/oauth2/token"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build());
        JsonNode json = parse(response.body());
        if (response.statusCode() != 200) {
            throw Failure.because(
                    "The server gave no token: "
                            + json.path("error_description").asString("status " + response.statusCode()),
                    response.statusCode() == 401
                            ? "credentials.json in the home must be the one that this server wrote."
                            : "");
        }
        return new Token(
                json.path("access_token").asString(""),
                clock.instant().plusSeconds(json.path("expires_in").asLong(0)));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw Failure.because(
                    "The server at " + endpoint + " does not answer: "
                            + e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ", " + e.getMessage())
                            + ".",
                    "sigillo status says whether it runs; its log is log/server.log in the home.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.because("Interrupted while waiting for the server.", "");
        }
    }

    private static JsonNode parse(String text) {
        try {
            return text.isBlank() ? Json.MAPPER.missingNode() : Json.MAPPER.readTree(text);
        } catch (JacksonException e) {
            return Json.MAPPER.missingNode();
        }
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
