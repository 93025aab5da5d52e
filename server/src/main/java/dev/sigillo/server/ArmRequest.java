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
 * @param caller client id in the token; empty on public routes
 */
record ArmRequest(
        String method,
        String path,
        Map<String, String> parameters,
        Map<String, String> query,
        Map<String, String> headers,
        String body,
        String base,
        String caller) {

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
        if (body.isBlank()) {
            throw ArmError.INVALID_REQUEST_CONTENT.because(
                    "The request content was invalid: it is empty where a JSON object is needed.");
        }
        return Json.object(body);
    }

    String apiVersion() {
        return query("api-version").orElse("");
    }

    ArmRequest with(Map<String, String> matched) {
        return new ArmRequest(method, path, matched, query, headers, body, base, caller);
    }

    ArmRequest calledBy(String clientId) {
        return new ArmRequest(method, path, parameters, query, headers, body, base, clientId);
    }
}
