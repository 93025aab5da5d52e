package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.Json;
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
 * @param id of this request, in the reply as x-ms-correlation-request-id
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

    /** @throws dev.sigillo.arm.ArmException INVALID_REQUEST_CONTENT when the body is not one JSON object */
    ObjectNode json() {
        String body = content.text(MOST);
        if (body.isBlank()) {
            throw ArmError.INVALID_REQUEST_CONTENT.because(
                    "The request content was invalid: it is empty where a JSON object is needed.");
        }
        return Json.object(body);
    }

    /** As {@link #json}, for requests that hold a template: see {@link Json#looseObject}. */
    ObjectNode looseJson() {
        return Json.looseObject(content.text(MOST));
    }

    String apiVersion() {
        return query("api-version").orElse("");
    }

    ArmRequest with(Map<String, String> matched) {
        return new ArmRequest(method, path, matched, query, headers, content, base, id, caller);
    }

    ArmRequest calledBy(String clientId) {
        return new ArmRequest(method, path, parameters, query, headers, content, base, id, clientId);
    }
}
