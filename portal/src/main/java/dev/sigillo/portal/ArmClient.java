package dev.sigillo.portal;

import dev.sigillo.arm.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The API as one person sees it. */
final class ArmClient {
    static final String VERSION = "2026-06-01";

    private final Api api;
    private final String token;
    private final String base;

    ArmClient(Api api, String token, String base) {
        this.api = api;
        this.token = token;
        this.base = base;
    }

    /** @throws Refused in the API's words */
    JsonNode get(String path) {
        return get(path, Map.of());
    }

    /** @throws Refused in the API's words */
    JsonNode get(String path, Map<String, String> query) {
        return good(send("GET", path, query, Map.of(), "")).body();
    }

    /** What is there, or nothing where the API knows no such thing: an older server, or one without that part. */
    Optional<JsonNode> find(String path, Map<String, String> query) {
        Api.Reply reply = send("GET", path, query, Map.of(), "");
        return reply.status() == 404
                ? Optional.empty()
                : Optional.of(good(reply).body());
    }

    /**
     * @param etag the resource's, as the person saw it; empty for one that must not be there yet
     * @throws Refused in the API's words
     */
    Api.Reply put(String path, String etag, ObjectNode body) {
        Map<String, String> condition = etag.isEmpty() ? Map.of("if-none-match", "*") : Map.of("if-match", etag);
        return good(send("PUT", path, Map.of(), condition, Json.text(body)));
    }

    /** @throws Refused in the API's words */
    Api.Reply post(String path, String content) {
        return good(send("POST", path, Map.of(), Map.of(), content));
    }

    /** @throws Refused in the API's words */
    Api.Reply delete(String path) {
        return good(send("DELETE", path, Map.of(), Map.of(), ""));
    }

    private Api.Reply send(
            String method, String path, Map<String, String> query, Map<String, String> condition, String content) {
        Map<String, String> all = new HashMap<>(query);
        all.putIfAbsent("api-version", VERSION);
        Map<String, String> headers = new HashMap<>(condition);
        headers.put("authorization", "Bearer " + token);
        if (!content.isEmpty()) {
            headers.put("content-type", "application/json");
        }
        return api.send(new Api.Call(method, path, all, headers, content, base));
    }

    private static Api.Reply good(Api.Reply reply) {
        if (reply.status() >= 400) {
            throw Refused.of(reply);
        }
        return reply;
    }
}
