package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.Json;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request, free of the HTTP library.
 *
 * @param method in upper case
 * @param path as sent, without the query
 * @param parameters what the route's braces matched, percent-decoded, in the sender's case
 * @param query names in lower case
 * @param headers names in lower case
 * @param base {@code https://host:port} under which the sender sees this server
 * @param id of this request, in the reply as x-ms-request-id
 * @param correlation what the sender says that it belongs to, in the reply as x-ms-correlation-request-id; its id where he
 *     says nothing
 * @param caller client id in the token; empty on public routes
 */
record ArmRequest(
        String method,
        String path,
        Map<String, String> parameters,
        Map<String, String> query,
        Map<String, String> headers,
        Content content,
        String base,
        String id,
        String correlation,
        String caller) {
    /** ARM takes 4 MiB; az's largest request has a few kB. */
    private static final int MOST = 4 << 20;

    /** What the sender has to say; not read before somebody wants it. */
    @FunctionalInterface
    interface Content {
        /**
         * @param most bytes
         * @throws dev.sigillo.arm.ArmException REQUEST_TOO_LARGE or INVALID_REQUEST_CONTENT
         */
        String text(int most);
    }

    String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("the route of " + path + " has no {" + name + "}");
        }
        return value;
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name.toLowerCase(Locale.ROOT)));
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * @throws dev.sigillo.arm.ArmException UNSUPPORTED_MEDIA_TYPE when the body is said to be something else than JSON,
     *     INVALID_REQUEST_CONTENT when it is not one JSON object that any program can read
     */
    ObjectNode json() {
        MediaType.requireJson(header("Content-Type").orElse(""));
        String body = content.text(MOST);
        if (body.isBlank()) {
            throw ArmError.INVALID_REQUEST_CONTENT.because(
                    "The request content was invalid: it is empty where a JSON object is needed.");
        }
        return Json.received(body);
    }

    /** As {@link #json}, for requests that hold a template: see {@link Json#receivedLoosely}. */
    ObjectNode looseJson() {
        MediaType.requireJson(header("Content-Type").orElse(""));
        return Json.receivedLoosely(content.text(MOST));
    }

    /** The URL under which the sender sees a path of this server: a group's name may have any letters. */
    String url(String path) {
        StringBuilder url = new StringBuilder(base);
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            if (isPlain(c)) {
                url.append(c);
            } else {
                url.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
        }
        return url.toString();
    }

    /** Whether it stands for itself in a path (RFC 3986 §3.3), as far as ids here have it. */
    private static boolean isPlain(char c) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return letter || "-._~()/".indexOf(c) >= 0;
    }

    String apiVersion() {
        return query("api-version").orElse("");
    }

    ArmRequest with(Map<String, String> matched) {
        return new ArmRequest(method, path, matched, query, headers, content, base, id, correlation, caller);
    }

    ArmRequest calledBy(String clientId) {
        return new ArmRequest(method, path, parameters, query, headers, content, base, id, correlation, clientId);
    }
}
