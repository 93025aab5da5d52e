package dev.sigillo.arm;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/**
 * What {@code reference(…)} in an output stands for until its resource is there: which resource, and what of it. While a
 * template is read it travels as a node that no JSON can hold, so that nothing that was sent is taken for one.
 *
 * @param id of a resource of the same template
 * @param path names and indexes below the resource's properties, or below the resource
 * @param full whether the path begins at the resource
 */
public record TemplateReference(String id, List<String> path, boolean full) {
    private static final int MAX_PATH = 32;

    JsonNode node() {
        return new POJONode(this);
    }

    /** The same with one more step. */
    JsonNode member(String name) {
        if (path.size() >= MAX_PATH) {
            throw Template.invalid("what is reached from a reference is nested more than %d deep", MAX_PATH);
        }
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        return new TemplateReference(id, List.copyOf(longer), full).node();
    }

    /** As it is kept with its deployment. */
    ObjectNode kept() {
        ObjectNode kept = Json.newObject().put("id", id).put("full", full);
        ArrayNode steps = kept.putArray("path");
        path.forEach(steps::add);
        return kept;
    }

    /** @param kept of a deployment, as {@link Template#outputs} had it */
    public static TemplateReference read(JsonNode kept) {
        return new TemplateReference(
                kept.path("id").asString(""),
                kept.path("path").valueStream().map(step -> step.asString("")).toList(),
                kept.path("full").asBoolean(false));
    }

    /** What it stands for in the resource as it is now; a missing node if it has no such thing. */
    public JsonNode in(JsonNode resource) {
        JsonNode found = full ? resource : resource.path("properties");
        for (String step : path) {
            found = found.isArray() ? found.path(index(step)) : found.path(step);
        }
        return found;
    }

    private static int index(String step) {
        return step.matches("[0-9]{1,6}") ? Integer.parseInt(step) : -1;
    }
}
