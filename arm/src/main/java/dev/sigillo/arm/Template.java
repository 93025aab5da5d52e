package dev.sigillo.arm;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An ARM template with its parameters, read for what Sigillo serves: managed clusters and agent pools, with expressions of
 * {@link TemplateValues}. What a template may say besides (copy loops, user functions, other types of resources) is refused
 * by name, never passed over.
 *
 * @param resources in the template's order, children after their parents
 * @param outputs as a deployment shows them: {@code {"name":{"type":…,"value":…}}}; without a value where that tells
 *     something of a secure parameter, and with a {@code reference} ({@link TemplateReference#read}) in its place where it is
 *     that of a resource
 * @param parameters as a deployment shows them; secure ones without their value
 */
public record Template(List<Resource> resources, ObjectNode outputs, ObjectNode parameters) {
    private static final int MAX_RESOURCES = 200;
    private static final Set<String> TOP = Set.of(
            "$schema",
            "contentVersion",
            "languageVersion",
            "metadata",
            "parameters",
            "variables",
            "functions",
            "resources",
            "outputs");
    /** What a resource has beside the content that is put. */
    private static final List<String> NOT_CONTENT = List.of(
            "type", "name", "apiVersion", "dependsOn", "condition", "existing", "comments", "metadata", "resources");

    private static final List<String> UNSUPPORTED =
            List.of("copy", "scope", "subscriptionId", "resourceGroup", "import");

    /**
     * What one resource should be.
     *
     * @param type {@link ArmId#CLUSTER_TYPE} or {@link ArmId#POOL_TYPE}
     * @param names the cluster's, then the pool's
     * @param body as it would be put
     */
    public record Resource(String type, List<String> names, ObjectNode body) {
        private String id(Place place) {
            String cluster = ArmId.cluster(place.subscription(), place.group(), names.getFirst());
            return type.equals(ArmId.POOL_TYPE) ? ArmId.pool(cluster, names.getLast()) : cluster;
        }
    }

    /** Where a template is deployed: what {@code subscription()} and {@code resourceGroup()} say. */
    public record Place(String subscription, String tenant, String group, String location) {}

    /**
     * Reads the properties of a deployment.
     *
     * @throws ArmException INVALID_TEMPLATE, NOT_SUPPORTED
     */
    public static Template read(ObjectNode properties, Place place) {
        if (properties.has("templateLink") || properties.has("parametersLink")) {
            throw ArmError.NOT_SUPPORTED.at(
                    "properties.templateLink",
                    "Links to templates and parameters are not supported: this server fetches nothing. Send the template itself (az deployment group create --template-file).");
        }
        if (!(properties.get("template") instanceof ObjectNode template)) {
            throw invalid("properties.template must be an object, and is %s", kind(properties.path("template")));
        }
        for (String name : template.propertyNames()) {
            if (!TOP.contains(name)) {
                throw invalid("the template's property '%s' is not known", Fields.clip(name));
            }
        }
        if (!template.path("functions").isEmpty()) {
            throw ArmError.NOT_SUPPORTED.at("functions", "User-defined functions in templates are not supported.");
        }
        TemplateValues values = TemplateValues.of(template, properties.path("parameters"), place);
        List<Resource> resources = new ArrayList<>();
        Map<String, String> ids = new HashMap<>();
        // An object since language version 2.0, by symbolic name.
        JsonNode listed = template.path("resources");
        for (JsonNode resource : listed) {
            add(resources, object(resource, "a resource"), "", List.of(), values);
        }
        for (Resource resource : resources) {
            String id = resource.id(place);
            ids.put(ArmId.key(id), id);
            ids.put(ArmId.key(String.join("/", resource.names())), id);
        }
        listed.properties().forEach(symbol -> symbol(symbol.getKey(), symbol.getValue(), values, ids));
        ObjectNode outputs = Json.newObject();
        if (template.path("outputs").size() > TemplateValues.MAX_NAMES) {
            throw invalid("it has more than %d outputs", TemplateValues.MAX_NAMES);
        }
        for (var output : template.path("outputs").properties()) {
            ObjectNode declared = object(output.getValue(), "output '" + Fields.clip(output.getKey()) + "'");
            String type = declared.path("type").asString("");
            values.show(
                    outputs.putObject(output.getKey()).put("type", type),
                    type,
                    declared.path("value"),
                    name -> referred(name, ids));
        }
        return new Template(resources, outputs, values.shown());
    }

    /** A symbolic name stands for a resource that is deployed, and for nothing where its condition does not hold. */
    private static void symbol(String symbol, JsonNode resource, TemplateValues values, Map<String, String> ids) {
        JsonNode name = values.evaluate(resource.path("name"));
        String id = ids.get(ArmId.key(name.asString("")));
        if (id != null) {
            ids.putIfAbsent(ArmId.key(symbol), id);
        }
    }

    private static String referred(String name, Map<String, String> ids) {
        String id = ids.get(ArmId.key(name));
        if (id == null) {
            throw invalid("reference('%s') is not of a resource that this template deploys", Fields.clip(name));
        }
        return id;
    }

    private static void add(
            List<Resource> resources, ObjectNode resource, String above, List<String> parents, TemplateValues values) {
        for (String field : UNSUPPORTED) {
            if (resource.has(field)) {
                throw ArmError.NOT_SUPPORTED.at(
                        field,
                        "'%s' of a template's resource is not supported: write each resource out, in this group.",
                        field);
            }
        }
        String type = type(text(resource, "type", values), above);
        text(resource, "apiVersion", values);
        List<String> names = names(text(resource, "name", values), type, parents);
        // Neither says anything of the children.
        if (applies(resource, values) && !resource.path("existing").asBoolean(false)) {
            ObjectNode content = resource.deepCopy();
            NOT_CONTENT.forEach(content::remove);
            JsonNode body = values.evaluate(content);
            values.requireFlat(body);
            resources.add(new Resource(type, names, object(body.deepCopy(), "a resource")));
        }
        if (resources.size() > MAX_RESOURCES) {
            throw invalid("it has more than %d resources", MAX_RESOURCES);
        }
        for (JsonNode child : resource.path("resources")) {
            add(resources, object(child, "a resource"), type, names, values);
        }
    }

    private static boolean applies(ObjectNode resource, TemplateValues values) {
        JsonNode condition = values.evaluate(resource.path("condition"));
        if (condition.isMissingNode() || condition.isBoolean()) {
            return condition.asBoolean(true);
        }
        throw invalid("a condition must be true or false, and is %s", kind(condition));
    }

    private static String type(String given, String above) {
        String whole = above.isEmpty() || given.contains("/") ? given : above + "/" + given;
        for (String known : List.of(ArmId.CLUSTER_TYPE, ArmId.POOL_TYPE)) {
            if (ArmId.same(known, whole)) {
                return known;
            }
        }
        throw ArmError.NOT_SUPPORTED.at(
                "type",
                "The resource type '%s' is not supported in templates. Supported are %s and %s.",
                Fields.clip(whole),
                ArmId.CLUSTER_TYPE,
                ArmId.POOL_TYPE);
    }

    private static List<String> names(String given, String type, List<String> parents) {
        int expected = type.equals(ArmId.CLUSTER_TYPE) ? 1 : 2;
        List<String> names = new ArrayList<>(List.of(given.split("/", -1)));
        if (names.size() + parents.size() == expected) {
            names.addAll(0, parents);
        }
        if (names.size() != expected) {
            throw invalid(
                    "the name '%s' of a resource of type %s must have %d parts between slashes",
                    Fields.clip(given), type, expected);
        }
        return names;
    }

    private static String text(ObjectNode resource, String field, TemplateValues values) {
        JsonNode value = values.evaluate(resource.path(field));
        if (!value.isString() || value.asString().isEmpty()) {
            throw invalid("'%s' of a resource must be a string that is not empty, and is %s", field, kind(value));
        }
        return value.asString();
    }

    private static ObjectNode object(JsonNode node, String what) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw invalid("%s must be an object, and is %s", what, kind(node));
    }

    static String kind(JsonNode node) {
        return node.isMissingNode() ? "not there" : "a " + Json.nameOf(node);
    }

    @FormatMethod
    static ArmException invalid(@FormatString String why, Object... arguments) {
        return ArmError.INVALID_TEMPLATE.at(
                "template", "Deployment template validation failed: %s.", String.format(why, arguments));
    }
}
