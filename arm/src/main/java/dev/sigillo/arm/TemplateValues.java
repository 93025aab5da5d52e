package dev.sigillo.arm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/**
 * The values of a template: its parameters, its variables, and what expressions make of them.
 *
 * <p>A few lines of variables that name each other could grow without end: all that is evaluated has one measure.
 */
final class TemplateValues {
    /** Characters and nodes, of all that is evaluated together. */
    private static final int MOST = 1 << 20;
    /** Of values, and of variables whose values need others. */
    private static final int MAX_DEPTH = 32;
    /** As Azure has it. */
    static final int MAX_NAMES = 256;

    private final Map<String, JsonNode> variables;
    private final Map<String, JsonNode> parameters = new HashMap<>();
    private final ObjectNode shown = Json.newObject();
    private final Map<String, JsonNode> known = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    /** Parameters and variables that hold something of a secure parameter, by {@code p:name} and {@code v:name}. */
    private final Set<String> secrets = new HashSet<>();

    private final TemplateFunctions functions;
    /** Where {@code reference} may be used: the id of a resource of the template, by its name or id. */
    private Optional<Function<String, String>> referred = Optional.empty();

    private int size;
    private int depth;
    private boolean tellsSecret;

    private TemplateValues(Map<String, JsonNode> variables, Template.Place place) {
        this.variables = variables;
        this.functions = new TemplateFunctions(place, this::grow);
    }

    static TemplateValues of(ObjectNode template, JsonNode given, Template.Place place) {
        TemplateValues values = new TemplateValues(byName(template.path("variables"), "variables"), place);
        Map<String, JsonNode> sent = byName(given, "parameters");
        JsonNode declared = template.path("parameters");
        Set<String> unknown = new TreeSet<>(sent.keySet());
        unknown.removeAll(byName(declared, "parameters").keySet());
        if (!unknown.isEmpty()) {
            throw Template.invalid(
                    "the template has no parameter %s; it has %s",
                    Fields.clip(String.join(", ", unknown)), Fields.clip(String.join(", ", declared.propertyNames())));
        }
        for (var parameter : declared.properties()) {
            String name = parameter.getKey();
            JsonNode entry = sent.getOrDefault(ArmId.key(name), Json.MAPPER.missingNode());
            if (entry.has("reference")) {
                throw ArmError.NOT_SUPPORTED.at(
                        "parameters." + Fields.clip(name),
                        "References to key vaults are not supported: give the value itself.");
            }
            values.take(name, parameter.getValue(), entry.path("value"));
        }
        return values;
    }

    /** Names count in any case. */
    private static Map<String, JsonNode> byName(JsonNode object, String what) {
        if (object.size() > MAX_NAMES) {
            throw Template.invalid("it has %d %s, at most %d are taken", object.size(), what, MAX_NAMES);
        }
        Map<String, JsonNode> byName = new HashMap<>();
        object.properties().forEach(each -> {
            if (byName.put(ArmId.key(each.getKey()), each.getValue()) != null) {
                throw Template.invalid("'%s' is there twice among its %s", Fields.clip(each.getKey()), what);
            }
        });
        return byName;
    }

    private void take(String name, JsonNode declared, JsonNode given) {
        String type = declared.path("type").asString("").toLowerCase(Locale.ROOT);
        tellsSecret = type.startsWith("secure");
        JsonNode value = given.isMissingNode() ? evaluate(declared.path("defaultValue")) : given;
        if (value.isMissingNode()) {
            throw Template.invalid(
                    "the value for the template parameter '%s' is not provided, and it has no default",
                    Fields.clip(name));
        }
        boolean fits = switch (type) {
            case "string", "securestring" -> value.isString();
            case "int" -> value.isInt() || value.isLong();
            case "bool" -> value.isBoolean();
            case "object", "secureobject" -> value.isObject();
            case "array" -> value.isArray();
            default ->
                throw Template.invalid(
                        "the type '%s' of parameter '%s' is not known", Fields.clip(type), Fields.clip(name));
        };
        if (!fits) {
            throw Template.invalid(
                    "the value of parameter '%s' must be of type %s, and is %s",
                    Fields.clip(name), type, Template.kind(value));
        }
        require(name, declared, value);
        requireFlat(value);
        parameters.put(ArmId.key(name), value);
        ObjectNode entry =
                shown.putObject(name).put("type", declared.path("type").asString(""));
        if (tellsSecret) {
            secrets.add("p:" + ArmId.key(name));
        } else {
            entry.set("value", value.deepCopy());
        }
    }

    private static void require(String name, JsonNode declared, JsonNode value) {
        JsonNode allowed = declared.path("allowedValues");
        if (allowed.isArray() && allowed.valueStream().noneMatch(value::equals)) {
            throw Template.invalid(
                    "the value of parameter '%s' is not one of those that are allowed: %s",
                    Fields.clip(name), Fields.clip(Json.text(allowed)));
        }
        long measure = value.isNumber()
                ? value.asLong()
                : value.isString() ? value.asString().length() : value.size();
        String bound = value.isNumber() ? "Value" : "Length";
        long least = bound(name, declared, "min" + bound, Long.MIN_VALUE);
        long most = bound(name, declared, "max" + bound, Long.MAX_VALUE);
        if (measure < least || measure > most) {
            throw Template.invalid(
                    "the value of parameter '%s' is outside its min%s and max%s", Fields.clip(name), bound, bound);
        }
    }

    private static long bound(String name, JsonNode declared, String field, long none) {
        JsonNode bound = declared.path(field);
        if (bound.isMissingNode()) {
            return none;
        }
        if (!bound.isInt() && !bound.isLong()) {
            throw Template.invalid(
                    "%s of parameter '%s' must be a whole number, and is %s",
                    field, Fields.clip(name), Fields.clip(Json.text(bound)));
        }
        return bound.asLong();
    }

    /**
     * Adds to {@code shown} what an output shows: nothing of secure parameters, and a reference in place of a value that is
     * known only when its resource is there.
     *
     * @param ids of the template's resources, by name or id
     */
    void show(ObjectNode shown, String type, JsonNode value, Function<String, String> ids) {
        tellsSecret = type.toLowerCase(Locale.ROOT).startsWith("secure");
        referred = Optional.of(ids);
        JsonNode evaluated = evaluate(value);
        referred = Optional.empty();
        if (evaluated instanceof POJONode node && node.getPojo() instanceof TemplateReference reference) {
            if (!tellsSecret) {
                shown.set("reference", reference.kept());
            }
            return;
        }
        requireFlat(evaluated);
        if (!tellsSecret) {
            shown.set("value", evaluated.deepCopy());
        }
    }

    /** So that what is kept of it can be read again. */
    void requireFlat(JsonNode value) {
        requireFlat(value, 0);
    }

    private static void requireFlat(JsonNode value, int above) {
        if (above > MAX_DEPTH) {
            throw Template.invalid("a value is nested more than %d deep", MAX_DEPTH);
        }
        if (value.isPojo()) {
            throw alone();
        }
        value.forEach(each -> requireFlat(each, above + 1));
    }

    ObjectNode shown() {
        return shown;
    }

    /** The value with every expression in it replaced by what it says. */
    JsonNode evaluate(JsonNode value) {
        if (++depth > MAX_DEPTH) {
            throw Template.invalid(
                    "values, or variables that need each other, are nested more than %d deep", MAX_DEPTH);
        }
        JsonNode result = evaluated(value);
        depth--;
        return result;
    }

    private JsonNode evaluated(JsonNode value) {
        grow(1);
        if (value.isString()) {
            String text = value.asString();
            if (TemplateExpression.isOne(text)) {
                return TemplateExpression.evaluate(text, this::call);
            }
            grow(text.length());
            return text.startsWith("[[") ? TemplateFunctions.string(text.substring(1)) : value;
        }
        if (value instanceof ObjectNode object) {
            ObjectNode result = Json.newObject();
            object.properties().forEach(each -> {
                if (each.getKey().equals("copy")) {
                    throw ArmError.NOT_SUPPORTED.at("copy", "copy loops in templates are not supported: write it out.");
                }
                grow(each.getKey().length());
                result.set(each.getKey(), evaluate(each.getValue()));
            });
            return result;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode result = Json.MAPPER.createArrayNode();
            array.forEach(each -> result.add(evaluate(each)));
            return result;
        }
        return value;
    }

    private static ArmException alone() {
        return Template.invalid(
                "reference can only be an output's whole value, with names and indexes behind it, since that value is known later");
    }

    private JsonNode call(String function, List<JsonNode> arguments) {
        if (arguments.stream().anyMatch(JsonNode::isPojo)) {
            throw alone();
        }
        JsonNode result = switch (ArmId.key(function)) {
            case "parameters" ->
                parameter(TemplateFunctions.text(function, arguments, 1).getFirst());
            case "variables" ->
                variable(TemplateFunctions.text(function, arguments, 1).getFirst());
            case "reference" ->
                referred.map(ids -> reference(arguments, ids)).orElseGet(() -> functions.call(function, arguments));
            default -> functions.call(function, arguments);
        };
        weigh(result);
        return result;
    }

    /** {@code reference(nameOrId, apiVersion, 'Full')}, of which the last two may be left out. */
    private static JsonNode reference(List<JsonNode> arguments, Function<String, String> ids) {
        int count = Math.clamp(arguments.size(), 1, 3);
        List<String> given = TemplateFunctions.text("reference", arguments, count);
        boolean full = count == 3;
        if (full && !ArmId.same(given.getLast(), "Full")) {
            throw Template.invalid(
                    "the third argument of reference can be 'Full', and is '%s'", Fields.clip(given.getLast()));
        }
        return new TemplateReference(ids.apply(given.getFirst()), List.of(), full).node();
    }

    private JsonNode parameter(String name) {
        String key = ArmId.key(name);
        JsonNode value = parameters.get(key);
        if (value == null) {
            throw Template.invalid("the template parameter '%s' is not found", Fields.clip(name));
        }
        tellsSecret |= secrets.contains("p:" + key);
        return value;
    }

    private JsonNode variable(String name) {
        String key = ArmId.key(name);
        JsonNode before = known.get(key);
        if (before != null) {
            tellsSecret |= secrets.contains("v:" + key);
            return before;
        }
        JsonNode written = variables.get(key);
        if (written == null) {
            throw Template.invalid("the template variable '%s' is not found", Fields.clip(name));
        }
        if (!asked.add(key)) {
            throw Template.invalid("the variable '%s' needs its own value", Fields.clip(name));
        }
        boolean told = tellsSecret;
        tellsSecret = false;
        // As in ARM: what is deployed may need a variable, and the variable must not need what is deployed.
        Optional<Function<String, String>> outside = referred;
        referred = Optional.empty();
        JsonNode value = evaluate(written);
        referred = outside;
        known.put(key, value);
        if (tellsSecret) {
            secrets.add("v:" + key);
        }
        tellsSecret |= told;
        return value;
    }

    private void weigh(JsonNode value) {
        grow(1 + (value.isString() ? value.asString().length() : 0));
        value.properties().forEach(each -> grow(each.getKey().length()));
        value.forEach(this::weigh);
    }

    private void grow(int more) {
        size += more;
        if (size > MOST) {
            throw Template.invalid("its values grow beyond %d characters when they are evaluated", MOST);
        }
    }
}
