package dev.sigillo.arm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the known fields of a request object; unknown ones stay where they are, as az echoes what it once was given. */
final class Fields {
    private Fields() {}

    /** @throws ArmException INVALID_PARAMETER naming the first known field that holds something else */
    static void check(ObjectNode node, String path, Map<String, FieldKind> known) {
        known.forEach((name, kind) -> {
            JsonNode value = node.get(name);
            if (value != null && !value.isNull() && !kind.holds(value)) {
                throw ArmError.INVALID_PARAMETER.at(
                        path + name,
                        "The value of parameter %s is invalid: it must be %s, and is %s.",
                        path + name,
                        kind.words(),
                        shown(value));
            }
        });
    }

    /** The string, or nothing when it is absent, null or empty: az sends an empty string for "choose for me". */
    static Optional<String> text(ObjectNode node, String name) {
        JsonNode value = node.get(name);
        return value != null && value.isString() && !value.asString().isEmpty()
                ? Optional.of(value.asString())
                : Optional.empty();
    }

    static boolean flag(JsonNode node, String name) {
        return node.path(name).isBoolean() && node.path(name).asBoolean();
    }

    /** The object under {@code name}, or an empty one that is not attached. */
    static ObjectNode object(ObjectNode node, String name) {
        return node.get(name) instanceof ObjectNode object ? object : Json.newObject();
    }

    /** A value out of a fixed set, in the set's own spelling. */
    static String oneOf(String path, String given, List<String> allowed) {
        return allowed.stream()
                .filter(each -> ArmId.same(each, given))
                .findFirst()
                .orElseThrow(() -> ArmError.INVALID_PARAMETER.at(
                        path,
                        "The value of parameter %s is invalid: '%s' is not one of %s.",
                        path,
                        clip(given),
                        String.join(", ", allowed)));
    }

    /** Gives the text under {@code name} the set's own spelling, if there is one: an empty one is nobody's choice. */
    static void spell(String path, ObjectNode node, String name, List<String> allowed) {
        text(node, name).ifPresent(given -> node.put(name, oneOf(path + name, given, allowed)));
    }

    /**
     * Lays {@code request} over {@code kept}: what the request leaves out or sets to null stays, objects merge, and
     * everything else is replaced; the members in {@code whole} are replaced as a whole, null included.
     */
    static ObjectNode merge(ObjectNode kept, ObjectNode request, Set<String> whole) {
        ObjectNode result = kept.deepCopy();
        for (Map.Entry<String, JsonNode> entry : request.properties()) {
            String name = entry.getKey();
            JsonNode value = entry.getValue();
            if (whole.contains(name)) {
                if (!value.isNull() || result.has(name)) {
                    result.set(name, value.deepCopy());
                }
            } else if (value instanceof ObjectNode object && result.get(name) instanceof ObjectNode before) {
                result.set(name, merge(before, object, whole));
            } else if (!value.isNull()) {
                result.set(name, value.deepCopy());
            }
        }
        return result;
    }

    /**
     * Takes the kept form wherever {@code merged} differs from it in form only: null, an empty string, list or object
     * say no more than absence does.
     */
    static void keepForm(ObjectNode kept, ObjectNode merged) {
        for (String name : List.copyOf(merged.propertyNames())) {
            JsonNode before = kept.path(name);
            JsonNode after = merged.path(name);
            if (isEmpty(before) && isEmpty(after)) {
                if (before.isMissingNode()) {
                    merged.remove(name);
                } else {
                    merged.set(name, before.deepCopy());
                }
            } else if (before instanceof ObjectNode old && after instanceof ObjectNode fresh) {
                keepForm(old, fresh);
            }
        }
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isContainer() && value.isEmpty())
                || (value.isString() && value.asString().isEmpty());
    }

    /** Sets what is absent or null, or an empty string. */
    static void fill(ObjectNode node, String name, String value) {
        if (text(node, name).isEmpty()) {
            node.put(name, value);
        }
    }

    static void fill(ObjectNode node, String name, boolean value) {
        if (!node.path(name).isBoolean()) {
            node.put(name, value);
        }
    }

    static void fill(ObjectNode node, String name, int value) {
        if (!node.path(name).isNumber()) {
            node.put(name, value);
        }
    }

    static List<String> strings(JsonNode array) {
        List<String> result = new ArrayList<>();
        array.forEach(each -> result.add(each.asString("")));
        return result;
    }

    static String clip(String value) {
        // Not in the middle of a pair of surrogates.
        int end = value.length() > 100 && Character.isHighSurrogate(value.charAt(99)) ? 99 : 100;
        return value.length() <= 100 ? value : value.substring(0, end) + "…";
    }

    /** The value as JSON, cut short, or {@code nothing}. */
    static String shownOrNothing(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? "nothing" : clip(Json.text(value));
    }

    private static String shown(JsonNode value) {
        String text = clip(Json.text(value));
        return "the " + Json.nameOf(value) + " " + text;
    }
}
