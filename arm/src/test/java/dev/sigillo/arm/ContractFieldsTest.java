package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The fields of the contract, {@code openapi.yaml} of module server, are those that the rules know, with their types. */
class ContractFieldsTest {
    private static final Path FILE = Path.of("../server/src/main/resources/dev/sigillo/server/openapi.yaml");

    private static JsonNode schemas() throws IOException {
        return new YAMLMapper()
                .readTree(Files.readString(FILE))
                .path("components")
                .path("schemas");
    }

    @Test
    @DisplayName(
            "each field of a pool, a cluster and its network has the type that is asked for, and null for left out")
    void known() throws IOException {
        holds(schemas().path("PoolProperties"), PoolFields.KNOWN);
        holds(schemas().path("PoolProperties").path("properties").path("securityProfile"), PoolFields.SECURITY);
        holds(schemas().path("PoolProperties").path("properties").path("upgradeSettings"), UpgradeSettings.FIELDS);
        holds(schemas().path("ClusterRequest"), ClusterRules.TOP);
        holds(schemas().path("ClusterProperties"), ClusterRules.PROPERTIES);
        holds(schemas().path("ClusterProperties").path("properties").path("networkProfile"), ClusterRules.NETWORK);
        assertThat(schemas()
                        .at("/ClusterProperties/properties/autoScalerProfile/properties")
                        .propertyNames())
                .containsExactlyInAnyOrderElementsOf(AutoscalerProfile.keys());
    }

    private static void holds(JsonNode schema, Map<String, FieldKind> known) {
        known.forEach((name, kind) -> {
            JsonNode field = schema.path("properties").path(name);
            if (field.has("$ref")) {
                return;
            }
            assertThat(field.path("type").valueStream().map(JsonNode::asString))
                    .as(name)
                    .containsExactly(type(kind), "null");
            if (kind == FieldKind.STRING_MAP) {
                assertThat(field.path("additionalProperties").path("type").asString())
                        .as(name)
                        .isEqualTo("string");
            } else if (kind == FieldKind.STRING_LIST) {
                assertThat(field.path("items").path("type").asString()).as(name).isEqualTo("string");
            } else if (kind == FieldKind.OBJECT_LIST) {
                assertThat(field.has("items")).as(name).isTrue();
            }
        });
    }

    private static String type(FieldKind kind) {
        return switch (kind) {
            case STRING -> "string";
            case INTEGER -> "integer";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case OBJECT, STRING_MAP -> "object";
            case STRING_LIST, OBJECT_LIST -> "array";
        };
    }

    @Test
    @DisplayName("each part that is not supported is named with its reason, and the contract has no field beside these")
    void refused() throws IOException {
        JsonNode cluster = schemas().path("ClusterProperties").path("properties");
        JsonNode pool = schemas().path("PoolProperties").path("properties");
        Unsupported.reasons().forEach((field, why) -> {
            String path = "/" + field.replace(".", "/properties/") + "/description";
            assertThat(Stream.of(cluster.at(path), pool.at(path)).map(each -> each.asString("")))
                    .as(field)
                    .contains("Not supported: " + why + ".");
        });
        assertThat(new TreeSet<>(cluster.propertyNames())).isEqualTo(names(ClusterRules.PROPERTIES, cluster));
        assertThat(new TreeSet<>(pool.propertyNames())).isEqualTo(names(PoolFields.KNOWN, pool));
    }

    private static Set<String> names(Map<String, FieldKind> known, JsonNode contract) {
        Set<String> names = new TreeSet<>(known.keySet());
        List<String> refused = Unsupported.reasons().keySet().stream()
                .map(field -> field.split("\\.", -1)[0])
                .filter(contract::has)
                .toList();
        names.addAll(refused);
        // Looked at, and of no one type: see PoolFields and Unsupported.
        Stream.of("gpuProfile", "publicNetworkAccess").filter(contract::has).forEach(names::add);
        return names;
    }
}
