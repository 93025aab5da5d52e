package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sigillo.arm.Json;
import dev.sigillo.server.ArmHarness.Reply;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Holds every reply of the tests against {@code openapi.yaml}: its status is one of the operation's, its body has the form. */
final class ContractCheck {
    private static final JsonNode DOCUMENT = Contract.read();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Map<String, Schema> KNOWN = new ConcurrentHashMap<>();

    private final Routes routes;

    ContractCheck(Routes routes) {
        this.routes = routes;
    }

    void hold(String method, String rawPath, Reply reply) {
        String what = method + " " + rawPath + " → " + reply.status() + " " + reply.json();
        assertThat(reply.status()).as(what).isLessThan(rawPath.equals("/readyz") ? 504 : 500);
        Optional<JsonNode> operation = operation(method, rawPath);
        if (operation.isEmpty()) {
            assertThat(reply.status()).as(what).isIn(400, 404, 405, 414);
            fits("Error", reply.json(), what, method);
            return;
        }
        JsonNode documented = resolved(operation.get().path("responses").path(Integer.toString(reply.status())));
        assertThat(documented.isMissingNode()).as("undocumented: " + what).isFalse();
        JsonNode content = documented.path("content");
        if (content.has("text/html") && reply.json().isMissingNode()) {
            assertThat(reply.raw().headers().firstValue("Content-Type"))
                    .as(what)
                    .contains("text/html; charset=utf-8");
            return;
        }
        JsonNode schema = content.path("application/json").path("schema");
        assertThat(reply.json().isMissingNode())
                .as("a body if one is documented: " + what)
                .isEqualTo(schema.isMissingNode());
        if (!schema.isMissingNode()) {
            assertThat(reply.raw().headers().firstValue("Content-Type"))
                    .as(what)
                    .contains("application/json; charset=utf-8");
            fits(schema, reply.json(), what);
        }
    }

    private Optional<JsonNode> operation(String method, String rawPath) {
        try {
            return Optional.of(of(routes.find(method, rawPath).route()));
        } catch (dev.sigillo.arm.ArmException e) {
            return Optional.empty();
        }
    }

    static JsonNode of(Route route) {
        JsonNode operation = path(route).path(ContractTest.key(route));
        assertThat(operation.isObject()).as(ContractTest.name(route)).isTrue();
        return operation;
    }

    static JsonNode path(Route route) {
        return DOCUMENT.path("paths").properties().stream()
                .filter(each -> ContractTest.same(each.getKey(), route))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError("openapi.yaml has no path of " + ContractTest.name(route)));
    }

    static JsonNode resolved(JsonNode node) {
        String ref = node.path("$ref").asString("");
        return ref.isEmpty() ? node : DOCUMENT.at(ref.substring(1));
    }

    private static void fits(String schema, JsonNode body, String what, String method) {
        if (!method.equals("HEAD")) {
            fits(Json.newObject().put("$ref", "#/components/schemas/" + schema), body, what);
        }
    }

    private static void fits(JsonNode schema, JsonNode body, String what) {
        assertThat(KNOWN.computeIfAbsent(Json.text(schema), _ -> compiled(schema))
                        .validate(body))
                .as(what)
                .isEmpty();
    }

    /** With all components beside it, so that references lead there. */
    static Schema compiled(JsonNode schema) {
        ObjectNode whole = ((ObjectNode) schema).deepCopy();
        whole.set("components", DOCUMENT.path("components"));
        return SCHEMAS.getSchema(whole);
    }
}
