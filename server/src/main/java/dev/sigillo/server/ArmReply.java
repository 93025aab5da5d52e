package dev.sigillo.server;

import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One reply, free of the HTTP library.
 *
 * @param page HTML for people, or text of the media type among the headers; empty in all replies of the API
 */
record ArmReply(int status, Map<String, String> headers, Optional<JsonNode> body, String page) {
    static ArmReply ok(JsonNode body) {
        return of(200, body);
    }

    static ArmReply of(int status, JsonNode body) {
        return new ArmReply(status, Map.of(), Optional.of(body), "");
    }

    static ArmReply empty(int status) {
        return new ArmReply(status, Map.of(), Optional.empty(), "");
    }

    static ArmReply page(int status, String html) {
        return new ArmReply(status, Map.of(), Optional.empty(), html);
    }

    /** Text that is neither JSON nor a page. */
    static ArmReply text(String mediaType, String text) {
        return new ArmReply(200, Map.of("Content-Type", mediaType), Optional.empty(), text);
    }

    /** {@code {"value": […]}}, the form of every ARM list. */
    static ArmReply list(List<? extends JsonNode> values) {
        ObjectNode body = Json.newObject();
        ArrayNode array = body.putArray("value");
        values.forEach(array::add);
        return ok(body);
    }

    static ArmReply error(ArmException e) {
        ObjectNode body = Json.newObject();
        body.set("error", error(e.body()));
        return of(e.error().status(), body);
    }

    /** Common types v3, ErrorDetail. */
    static ObjectNode error(ErrorBody error) {
        ObjectNode node = Json.newObject();
        node.put("code", error.code());
        node.put("message", error.message());
        if (error.target().isEmpty()) {
            node.putNull("target");
        } else {
            node.put("target", error.target());
        }
        node.putArray("details");
        node.putArray("additionalInfo");
        return node;
    }

    ArmReply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new ArmReply(status, more, body, page);
    }
}
