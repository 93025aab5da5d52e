package dev.sigillo.arm;

import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The functions of ARM's template language that need nothing of the template: {@code concat}, {@code equals},
 * {@code format}, {@code resourceId}, {@code resourceGroup}, {@code string}, {@code subscription}, {@code toLower} and
 * {@code toUpper}.
 */
final class TemplateFunctions {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([0-9]{1,3})\\}|\\{\\{|\\}\\}");

    private static final String FUNCTIONS =
            "concat, equals, format, if, parameters, reference (in outputs), resourceGroup, resourceId, string, subscription, toLower, toUpper, variables";

    private final Template.Place place;
    private final IntConsumer grows;

    /** @param grows is told how many characters are made, before there are too many */
    TemplateFunctions(Template.Place place, IntConsumer grows) {
        this.place = place;
        this.grows = grows;
    }

    /** @throws ArmException INVALID_TEMPLATE for an unknown one, or arguments that it does not take */
    JsonNode call(String function, List<JsonNode> arguments) {
        return switch (ArmId.key(function)) {
            case "concat" -> concat(function, arguments);
            case "resourceid" -> string(resourceId(text(function, arguments, arguments.size())));
            case "resourcegroup" -> {
                text(function, arguments, 0);
                yield group();
            }
            case "reference" ->
                throw Template.invalid("reference can be used in outputs alone, where its resource is there");
            case "subscription" -> {
                text(function, arguments, 0);
                yield subscription();
            }
            case "format" -> string(format(function, arguments));
            case "equals" -> Json.MAPPER.getNodeFactory().booleanNode(equal(function, arguments));
            case "string" -> string(plain(function, arguments));
            case "tolower" -> string(text(function, arguments, 1).getFirst().toLowerCase(Locale.ROOT));
            case "toupper" -> string(text(function, arguments, 1).getFirst().toUpperCase(Locale.ROOT));
            default ->
                throw Template.invalid(
                        "the template function '%s' is not supported. Supported are: %s",
                        Fields.clip(function), FUNCTIONS);
        };
    }

    /** {@code {0}}, {@code {1}} … stand for the arguments; {@code {{} and {@code }}} for braces. */
    private String format(String function, List<JsonNode> arguments) {
        if (arguments.isEmpty() || !arguments.getFirst().isString()) {
            throw Template.invalid("%s takes a string, and values for the numbers in braces in it", function);
        }
        Matcher part = PLACEHOLDER.matcher(arguments.getFirst().asString());
        StringBuilder all = new StringBuilder();
        while (part.find()) {
            String number = part.group(1);
            if (number == null) {
                part.appendReplacement(
                        all, Matcher.quoteReplacement(part.group().substring(1)));
                continue;
            }
            JsonNode argument = arguments.size() > Integer.parseInt(number) + 1
                    ? arguments.get(Integer.parseInt(number) + 1)
                    : Json.MAPPER.missingNode();
            if (argument.isMissingNode() || argument.isContainer() || argument.isNull()) {
                throw Template.invalid(
                        "%s needs a string or number for {%s}, and was given %s",
                        function, number, Template.kind(argument));
            }
            part.appendReplacement(all, Matcher.quoteReplacement(argument.asString()));
            grows.accept(argument.asString().length());
        }
        return part.appendTail(all).toString();
    }

    /** Of two strings, where case counts, two numbers, or true and false. What ARM says of other pairs is not known for sure. */
    private static boolean equal(String function, List<JsonNode> arguments) {
        if (arguments.size() == 2) {
            JsonNode one = arguments.getFirst();
            JsonNode other = arguments.getLast();
            if (one.isString() && other.isString()) {
                return one.asString().equals(other.asString());
            }
            if (isWhole(one) && isWhole(other)) {
                return one.asLong() == other.asLong();
            }
            if (one.isBoolean() && other.isBoolean()) {
                return one.asBoolean() == other.asBoolean();
            }
        }
        throw Template.invalid("%s takes two strings, two whole numbers, or true or false twice", function);
    }

    private static boolean isWhole(JsonNode value) {
        return value.isInt() || value.isLong();
    }

    /** How ARM writes anything else as a string (spaces, escapes, True for true) is not known for sure, so it is refused. */
    private static String plain(String function, List<JsonNode> arguments) {
        if (arguments.size() == 1) {
            JsonNode value = arguments.getFirst();
            if (value.isString() || isWhole(value)) {
                return value.asString();
            }
        }
        throw Template.invalid("%s takes one string or whole number", function);
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

    static List<String> text(String function, List<JsonNode> arguments, int count) {
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

    static JsonNode string(String text) {
        return Json.MAPPER.getNodeFactory().stringNode(text);
    }
}
