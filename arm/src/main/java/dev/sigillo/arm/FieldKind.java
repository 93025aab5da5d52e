package dev.sigillo.arm;

import tools.jackson.databind.JsonNode;

/** What a known field of a request must hold. Null always counts as absent. */
enum FieldKind {
    STRING("a string"),
    INTEGER("a whole number"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    OBJECT("an object"),
    STRING_MAP("an object whose values are strings"),
    STRING_LIST("an array of strings"),
    OBJECT_LIST("an array of objects");

    private final String words;

    FieldKind(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    boolean holds(JsonNode value) {
        return switch (this) {
            case STRING -> value.isString();
            case INTEGER -> value.isIntegralNumber() && value.canConvertToInt();
            case NUMBER -> value.isNumber() && Double.isFinite(value.asDouble());
            case BOOLEAN -> value.isBoolean();
            case OBJECT -> value.isObject();
            case STRING_MAP ->
                value.isObject()
                        && value.properties().stream()
                                .allMatch(entry -> entry.getValue().isString());
            case STRING_LIST -> value.isArray() && value.valueStream().allMatch(JsonNode::isString);
            case OBJECT_LIST -> value.isArray() && value.valueStream().allMatch(JsonNode::isObject);
        };
    }
}
