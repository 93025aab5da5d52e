package dev.sigillo.evidence;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One object of a file that somebody else wrote, read key by key; each refusal names the key and what was there. */
final class JsonObject {

    private static final long MOST = 1L << 53;
    private static final int SHOWN = 60;
    private static final int MOST_NAMED = 8;

    private final String where;
    private final JsonNode node;

    private JsonObject(String where, JsonNode node) {
        this.where = where;
        this.node = node;
    }

    /** @throws MalformedException if the text is no JSON object, or has a key twice or text behind it */
    static JsonObject parse(String what, String json) throws MalformedException {
        try {
            return of(what, Json.MAPPER.readTree(json));
        } catch (JacksonException malformed) {
            throw new MalformedException(what, 0, String.valueOf(malformed.getOriginalMessage()));
        }
    }

    private static JsonObject of(String where, JsonNode node) throws MalformedException {
        if (!node.isObject()) {
            throw new MalformedException(where, 0, kind(node) + ", an object expected");
        }
        return new JsonObject(where, node);
    }

    /** @throws MalformedException naming every key that is none of these */
    void only(String... keys) throws MalformedException {
        Set<String> known = Set.of(keys);
        List<String> unknown = node.propertyNames().stream()
                .filter(key -> !known.contains(key))
                .toList();
        if (!unknown.isEmpty()) {
            throw new MalformedException(
                    where,
                    0,
                    "unknown key "
                            + unknown.stream()
                                    .limit(MOST_NAMED)
                                    .map(JsonObject::shown)
                                    .collect(Collectors.joining(", "))
                            + "; known: " + String.join(", ", keys));
        }
    }

    boolean has(String key) {
        return node.has(key);
    }

    Set<String> keys() {
        return Set.copyOf(node.propertyNames());
    }

    String text(String key) throws MalformedException {
        JsonNode value = node.path(key);
        if (!value.isString()) {
            throw new MalformedException(path(key), 0, kind(value) + ", a string expected");
        }
        return value.asString();
    }

    String textOr(String key, String otherwise) throws MalformedException {
        return node.has(key) ? text(key) : otherwise;
    }

    int integer(String key) throws MalformedException {
        JsonNode value = node.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new MalformedException(path(key), 0, kind(value) + ", an integer expected");
        }
        return value.asInt();
    }

    /** Seconds since 1970 and such: up to 2^53, as JSON has them. */
    long number(String key) throws MalformedException {
        JsonNode value = node.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || Math.abs(value.asLong()) > MOST) {
            throw new MalformedException(path(key), 0, kind(value) + ", an integer expected");
        }
        return value.asLong();
    }

    Bytes base64(String key) throws MalformedException {
        return Json.base64(path(key), text(key));
    }

    /** Nothing where the key is absent. */
    Bytes base64OrEmpty(String key) throws MalformedException {
        return node.has(key) ? base64(key) : Bytes.empty();
    }

    Optional<Bytes> hex(String key) throws MalformedException {
        return node.has(key) ? Optional.of(Json.hex(path(key), text(key))) : Optional.empty();
    }

    JsonObject object(String key) throws MalformedException {
        return of(path(key), node.path(key));
    }

    Optional<JsonObject> optional(String key) throws MalformedException {
        return node.has(key) ? Optional.of(object(key)) : Optional.empty();
    }

    List<JsonObject> objects(String key, int most) throws MalformedException {
        List<JsonObject> objects = new ArrayList<>();
        for (JsonNode each : array(key, most)) {
            objects.add(of(path(key) + "[" + objects.size() + "]", each));
        }
        return objects;
    }

    List<Bytes> base64List(String key, int most) throws MalformedException {
        List<Bytes> list = new ArrayList<>();
        for (String text : texts(key, most)) {
            list.add(Json.base64(path(key) + "[" + list.size() + "]", text));
        }
        return list;
    }

    /** No strings where the key is absent. */
    List<String> texts(String key, int most) throws MalformedException {
        List<String> texts = new ArrayList<>();
        if (node.has(key)) {
            for (JsonNode each : array(key, most)) {
                if (!each.isString()) {
                    throw new MalformedException(path(key), 0, kind(each) + ", a string expected");
                }
                texts.add(each.asString());
            }
        }
        return texts;
    }

    private Iterable<JsonNode> array(String key, int most) throws MalformedException {
        JsonNode value = node.path(key);
        if (!value.isArray()) {
            throw new MalformedException(path(key), 0, kind(value) + ", an array expected");
        }
        if (value.size() > most) {
            throw new MalformedException(path(key), 0, value.size() + " entries, at most " + most + " expected");
        }
        return value;
    }

    /** The first keys, fit for a sentence. */
    String shownKeys() {
        return node.propertyNames().stream()
                .limit(MOST_NAMED)
                .map(JsonObject::shown)
                .collect(Collectors.joining(", "));
    }

    /** The object as JSON. */
    @Override
    public String toString() {
        return Json.MAPPER.writeValueAsString(node);
    }

    String path(String key) {
        return where + "." + shown(key);
    }

    /** A key that a stranger chose, made fit for a sentence. */
    static String shown(String key) {
        String bounded = key.length() > SHOWN ? key.substring(0, SHOWN) + "…" : key;
        return bounded.codePoints()
                .mapToObj(point -> point > ' ' && point <= '~' || point == '…' ? Character.toString(point) : "?")
                .collect(Collectors.joining());
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "nothing";
        };
    }
}
