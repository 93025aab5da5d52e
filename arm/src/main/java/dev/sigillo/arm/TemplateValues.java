package dev.sigillo.arm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The values of a template: its parameters, its variables, and the functions {@code parameters}, {@code variables},
 * {@code concat}, {@code resourceId}, {@code resourceGroup}, {@code subscription}, {@code toLower} and {@code toUpper}.
 *
 * <p>A few lines of variables that name each other could grow without end: all that is evaluated has one measure.
 */
final class TemplateValues {
    /** Characters and nodes, of all that is evaluated together. */
    private static final int MOST = 4 << 20;

    private static final int MAX_DEPTH = 50;

    private static final String FUNCTIONS =
            "concat, parameters, resourceGroup, resourceId, subscription, toLower, toUpper, variables";

    private final ObjectNode variables;
    private final Map<String, JsonNode> parameters = new HashMap<>();
    private final ObjectNode shown = Json.newObject();
    private final Map<String, JsonNode> known = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final Template.Place place;
    private int size;

    private TemplateValues(ObjectNode variables, Template.Place place) {
        this.variables = variables;
        this.place = place;
    }

    static TemplateValues of(ObjectNode template, JsonNode given, Template.Place place) {
        JsonNode variables = template.path("variables");
        TemplateValues values =
                new TemplateValues(variables instanceof ObjectNode object ? object : Json.newObject(), place);
        JsonNode declared = template.path("parameters");
        Set<String> unknown = new TreeSet<>(given.propertyNames());
        for (var parameter : declared.properties()) {
            unknown.removeIf(name -> ArmId.same(name, parameter.getKey()));
            values.take(parameter.getKey(), parameter.getValue(), value(given, parameter.getKey()));
        }
        if (!unknown.isEmpty()) {
            throw Template.invalid(
                    "the template has no parameter %s; it has %s",
                    Fields.clip(String.join(", ", unknown)), Fields.clip(String.join(", ", declared.propertyNames())));
        }
        return values;
    }

    private static JsonNode value(JsonNode given, String name) {
        for (var parameter : given.properties()) {
            if (ArmId.same(parameter.getKey(), name)) {
                if (parameter.getValue().has("reference")) {
                    throw ArmError.NOT_SUPPORTED.at(
                            "parameters." + name, "References to key vaults are not supported: give the value itself.");
                }
                return parameter.getValue().path("value");
            }
        }
        return Json.MAPPER.missingNode();
    }

    private void take(String name, JsonNode declared, JsonNode given) {
        String type = declared.path("type").asString("").toLowerCase(Locale.ROOT);
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
        parameters.put(ArmId.key(name), value);
        ObjectNode entry =
                shown.putObject(name).put("type", declared.path("type").asString(""));
        if (!type.startsWith("secure")) {
            entry.set("value", value);
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
        JsonNode least = declared.path("min" + bound);
        JsonNode most = declared.path("max" + bound);
        if ((least.isNumber() && measure < least.asLong()) || (most.isNumber() && measure > most.asLong())) {
            throw Template.invalid(
                    "the value of parameter '%s' is outside its min%s and max%s", Fields.clip(name), bound, bound);
        }
    }

    ObjectNode shown() {
        return shown;
    }

    /** The value with every expression in it replaced by what it says. */
    JsonNode evaluate(JsonNode value) {
        grow(1);
        if (value.isString()) {
            String text = value.asString();
            if (TemplateExpression.isOne(text)) {
                return TemplateExpression.evaluate(text, this::call);
            }
            grow(text.length());
            return text.startsWith("[[") ? string(text.substring(1)) : value;
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

    private JsonNode call(String function, List<JsonNode> arguments) {
        JsonNode result = switch (function.toLowerCase(Locale.ROOT)) {
            case "parameters" -> parameter(text(function, arguments, 1).getFirst());
            case "variables" -> variable(text(function, arguments, 1).getFirst());
            case "concat" -> concat(function, arguments);
            case "resourceid" -> string(resourceId(text(function, arguments, arguments.size())));
            case "resourcegroup" -> {
                text(function, arguments, 0);
                yield group();
            }
            case "subscription" -> {
                text(function, arguments, 0);
                yield subscription();
            }
            case "tolower" -> string(text(function, arguments, 1).getFirst().toLowerCase(Locale.ROOT));
            case "toupper" -> string(text(function, arguments, 1).getFirst().toUpperCase(Locale.ROOT));
            default ->
                throw Template.invalid(
                        "the template function '%s' is not supported. Supported are: %s",
                        Fields.clip(function), FUNCTIONS);
        };
        weigh(result);
        return result;
    }

    private JsonNode parameter(String name) {
        JsonNode value = parameters.get(ArmId.key(name));
        if (value == null) {
            throw Template.invalid("the template parameter '%s' is not found", Fields.clip(name));
        }
        return value;
    }

    private JsonNode variable(String name) {
        String key = ArmId.key(name);
        JsonNode before = known.get(key);
        if (before != null) {
            return before;
        }
        if (!asked.add(key)) {
            throw Template.invalid("the variable '%s' needs its own value", Fields.clip(name));
        }
        if (asked.size() - known.size() > MAX_DEPTH) {
            throw Template.invalid("variables name each other more than %d deep", MAX_DEPTH);
        }
        for (var variable : variables.properties()) {
            if (ArmId.same(variable.getKey(), name)) {
                JsonNode value = evaluate(variable.getValue());
                known.put(key, value);
                return value;
            }
        }
        throw Template.invalid("the template variable '%s' is not found", Fields.clip(name));
    }

    /** Of strings and numbers a string, of arrays an array. */
    private static JsonNode concat(String function, List<JsonNode> arguments) {
        if (!arguments.isEmpty() && arguments.stream().allMatch(JsonNode::isArray)) {
            ArrayNode all = Json.MAPPER.createArrayNode();
            arguments.forEach(array -> array.forEach(all::add));
            return all;
        }
        StringBuilder all = new StringBuilder();
        for (JsonNode argument : arguments) {
            if (argument.isContainer() || argument.isNull()) {
                throw Template.invalid(
                        "%s takes strings, or arrays alone, and was given %s", function, Template.kind(argument));
            }
            all.append(argument.asString());
        }
        return string(all.toString());
    }

    /** Subscription and group may stand in front; the type has as many parts as there are names, and its namespace. */
    private String resourceId(List<String> arguments) {
        int type = 0;
        while (type < arguments.size() && !arguments.get(type).contains("/")) {
            type++;
        }
        String[] parts = type < arguments.size() ? arguments.get(type).split("/", -1) : new String[0];
        List<String> names = type < arguments.size() ? arguments.subList(type + 1, arguments.size()) : List.of();
        if (type > 2 || parts.length < 2 || names.size() != parts.length - 1) {
            throw Template.invalid(
                    "resourceId takes a type with its namespace and a name for each further part of it, and was given %s",
                    Fields.clip(String.join(", ", arguments)));
        }
        String subscription = type == 2 ? arguments.getFirst() : place.subscription();
        String group = type > 0 ? arguments.get(type - 1) : place.group();
        StringBuilder id = new StringBuilder(ArmId.resourceGroup(subscription, group))
                .append("/providers/")
                .append(parts[0]);
        for (int at = 1; at < parts.length; at++) {
            id.append('/').append(parts[at]).append('/').append(names.get(at - 1));
        }
        return id.toString();
    }

    private JsonNode group() {
        return Json.newObject()
                .put("id", ArmId.resourceGroup(place.subscription(), place.group()))
                .put("name", place.group())
                .put("type", "Microsoft.Resources/resourceGroups")
                .put("location", place.location());
    }

    private JsonNode subscription() {
        return Json.newObject()
                .put("id", ArmId.subscription(place.subscription()))
                .put("subscriptionId", place.subscription())
                .put("tenantId", place.tenant())
                .put("displayName", "Sigillo");
    }

    private static List<String> text(String function, List<JsonNode> arguments, int count) {
        if (arguments.size() != count) {
            throw Template.invalid("%s takes %d arguments, and was given %d", function, count, arguments.size());
        }
        for (JsonNode argument : arguments) {
            if (!argument.isString()) {
                throw Template.invalid("%s takes strings, and was given %s", function, Template.kind(argument));
            }
        }
        return arguments.stream().map(JsonNode::asString).toList();
    }

    private static JsonNode string(String text) {
        return Json.MAPPER.getNodeFactory().stringNode(text);
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
