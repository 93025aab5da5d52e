package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.ResourceGroupRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code $filter} of {@code az resource list} and {@code az group list}: comparisons {@code name eq 'value'} and
 * {@code startswith(tagname, 'value')}, joined by {@code and} (Azure Resource Manager, Resources - List).
 *
 * <p>All that a filter says of tags it says of one tag: who asks for name {@code a} and value {@code 2} does not mean the
 * resource with {@code a=1} and {@code b=2}.
 */
final class ResourceFilter {
    static final String GROUP_TYPE = "Microsoft.Resources/resourceGroups";

    private static final String VALUE = "'([^']*+(?:''[^']*+)*+)'";
    private static final Pattern TERM = Pattern.compile("\\s*(?:(\\w+)\\s+eq\\s+" + VALUE
            + "|(?i:startswith)\\(\\s*+(?i:tagname)\\s*+,\\s*+" + VALUE + "\\s*+\\))\\s*");
    /** Of {@link #TAGS}: what a comparison of another kind is kept as. */
    private static final String TAG_PREFIX = "startswith(tagname)";

    private static final Map<String, BiPredicate<Resource, String>> FIELDS = Map.of(
            "resourcegroup", (resource, value) -> ArmId.same(resource.group(), value),
            "resourcetype", (resource, value) -> ArmId.same(resource.type(), value),
            "name", (resource, value) -> ArmId.same(resource.name(), value),
            "location", (resource, value) -> ArmId.same(resource.location(), value.replace(" ", "")));

    /** Names of tags are the same in any case, values are not. */
    private static final Map<String, BiPredicate<Tag, String>> TAGS = Map.of(
            "tagname",
            (tag, value) -> ArmId.same(tag.name(), value),
            "tagvalue",
            (tag, value) -> tag.value().equals(value),
            TAG_PREFIX,
            (tag, value) -> ArmId.key(tag.name()).startsWith(ArmId.key(value)));

    private record Tag(String name, String value) {}

    /** What can be compared. */
    private record Resource(String group, String type, String name, String location, JsonNode tags) {}

    private final List<Term> terms;

    private record Term(String field, String value) {}

    private ResourceFilter(List<Term> terms) {
        this.terms = terms;
    }

    /** @throws dev.sigillo.arm.ArmException INVALID_PARAMETER for anything else than such comparisons */
    static ResourceFilter parse(String text) {
        List<Term> terms = new ArrayList<>();
        Matcher term = TERM.matcher(text);
        int at = 0;
        while (at < text.length()) {
            term.region(at, text.length());
            if (!term.lookingAt()) {
                throw refused(text);
            }
            boolean prefix = term.group(1) == null;
            String field = prefix ? TAG_PREFIX : ArmId.key(term.group(1));
            if (!FIELDS.containsKey(field) && !TAGS.containsKey(field)) {
                throw refused(text);
            }
            terms.add(new Term(field, term.group(prefix ? 3 : 2).replace("''", "'")));
            at = term.end();
            if (at < text.length()) {
                if (!text.regionMatches(true, at, "and ", 0, 4)) {
                    throw refused(text);
                }
                at += 4;
                if (at == text.length()) {
                    throw refused(text);
                }
            }
        }
        return new ResourceFilter(terms);
    }

    boolean takes(ClusterRecord cluster) {
        return takes(new Resource(
                cluster.resourceGroup(),
                ArmId.CLUSTER_TYPE,
                cluster.name(),
                cluster.location(),
                Json.object(cluster.body()).path("tags")));
    }

    boolean takes(ResourceGroupRecord group) {
        return takes(new Resource(
                group.name(), GROUP_TYPE, group.name(), group.location(), Json.MAPPER.readTree(group.tags())));
    }

    /** @param resource as {@code az resource list} shows it */
    boolean takes(String group, ObjectNode resource) {
        return takes(new Resource(
                group,
                resource.path("type").asString(""),
                resource.path("name").asString(""),
                resource.path("location").asString(""),
                resource.path("tags")));
    }

    private boolean takes(Resource resource) {
        List<Term> ofTags =
                terms.stream().filter(term -> TAGS.containsKey(term.field())).toList();
        boolean tagged = ofTags.isEmpty()
                || resource.tags().properties().stream()
                        .map(each -> new Tag(each.getKey(), each.getValue().asString("")))
                        .anyMatch(tag -> ofTags.stream().allMatch(term -> holds(TAGS, term, tag)));
        return tagged
                && terms.stream()
                        .filter(term -> FIELDS.containsKey(term.field()))
                        .allMatch(term -> holds(FIELDS, term, resource));
    }

    private static <T> boolean holds(Map<String, BiPredicate<T, String>> comparisons, Term term, T what) {
        return comparisons.getOrDefault(term.field(), (_, _) -> false).test(what, term.value());
    }

    private static RuntimeException refused(String text) {
        return ArmError.INVALID_PARAMETER.at(
                "$filter",
                "The $filter '%s' is invalid: it must be comparisons such as resourceGroup eq 'name', joined by and; they can be of resourceGroup, resourceType, name, location, tagName and tagValue, and startswith(tagName, 'start').",
                Routes.printable(text));
    }
}
