package dev.sigillo.arm;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON at the edge of the API: strict in form (duplicate names, trailing text and deep nesting refused), lenient in content. */
public final class Json {
    private static final int MAX_DEPTH = 64;

    public static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** For what az sends of templates: it writes one name without quotes, and authors write comments. */
    private static final JsonMapper LOOSE = MAPPER.rebuild()
            .enable(JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES, JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .build();

    private Json() {}

    /** @throws ArmException INVALID_REQUEST_CONTENT when the text is not one JSON object */
    public static ObjectNode object(String text) {
        return object(MAPPER, text);
    }

    /**
     * What somebody sent: one JSON object that every program would read alike, as {@link Interchange} says.
     *
     * @throws ArmException INVALID_REQUEST_CONTENT when it is none
     */
    public static ObjectNode received(String text) {
        return Interchange.require(object(MAPPER, text));
    }

    /** As {@link #received}, with comments and names without quotes taken: what a request with a template is. */
    public static ObjectNode receivedLoosely(String text) {
        return Interchange.require(object(LOOSE, text));
    }

    private static ObjectNode object(JsonMapper mapper, String text) {
        try {
            JsonNode node = mapper.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw ArmError.INVALID_REQUEST_CONTENT.because(
                    "The request content was invalid: it is %s where a JSON object is needed.",
                    node == null || node.isMissingNode() ? "empty" : "a JSON " + nameOf(node));
        } catch (JacksonException e) {
            throw ArmError.INVALID_REQUEST_CONTENT.because(
                    "The request content was invalid and could not be deserialized: %s", brief(e));
        }
    }

    public static ObjectNode newObject() {
        return MAPPER.createObjectNode();
    }

    public static String text(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /** The kind of a value as a sentence names it, e.g. {@code string}. */
    public static String nameOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case ARRAY -> "array";
            case OBJECT -> "object";
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "value";
        };
    }

    private static String brief(JacksonException e) {
        String message = e.getOriginalMessage();
        String place = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return (message == null ? "not JSON" : Fields.clip(message)) + place + ".";
    }
}
