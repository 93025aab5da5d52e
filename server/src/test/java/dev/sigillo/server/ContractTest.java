package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.ArmId;
import dev.sigillo.server.ArmHarness.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** {@code openapi.yaml} against the table of routes: it says of each what the server does, and nothing of any other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ArmHarness.OfClass.class)
class ContractTest {
    private static final List<String> METHODS = List.of("get", "head", "put", "patch", "post", "delete");

    private final JsonNode document = Contract.read();

    private final ArmHarness arm;

    ContractTest(ArmHarness arm) {
        this.arm = arm;
    }

    static String key(Route route) {
        return route.method().toLowerCase(Locale.ROOT);
    }

    static String name(Route route) {
        return route.method() + " /" + String.join("/", route.segments());
    }

    /** Whether a path of the document is the route's: literals in any case, braces in their own. */
    static boolean same(String path, Route route) {
        return ArmId.key(path).equals(ArmId.key("/" + String.join("/", route.segments())));
    }

    private Stream<Route> routes() {
        return arm.routes().all().stream();
    }

    private List<String> operations() {
        List<String> operations = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> METHODS.stream()
                        .filter(method -> path.getValue().has(method))
                        .forEach(method -> operations.add(method + " " + ArmId.key(path.getKey()))));
        return operations;
    }

    @Test
    @DisplayName("every route is in the contract, and every operation of the contract is a route")
    void routesAndOperations() {
        assertThat(operations())
                .containsExactlyInAnyOrderElementsOf(
                        routes().map(route -> ArmId.key(name(route))).toList());
    }

    private static Set<String> statuses(Route route) {
        return new TreeSet<>(ContractCheck.of(route).path("responses").propertyNames());
    }

    @Test
    @DisplayName("who may call a route is in the contract: token, api-version, 401, 403, and the limit's 429")
    void access() {
        routes().forEach(route -> {
            JsonNode operation = ContractCheck.of(route);
            Route.Access access = route.access();
            boolean open = access == Route.Access.PUBLIC;
            boolean versioned = !open && access != Route.Access.GRAPH && access != Route.Access.UNVERSIONED;
            assertThat(operation.path("security").isArray()).as(name(route)).isEqualTo(open);
            assertThat(operation.path("parameters").toString().contains("parameters/ApiVersion"))
                    .as(name(route))
                    .isEqualTo(versioned);
            assertThat(statuses(route)).as(name(route)).contains("400", "414");
            boolean page = operation.toString().contains("text/html"); // its form may be a foreign one
            if (open) {
                assertThat(statuses(route).contains("403"))
                        .as(name(route))
                        .isEqualTo(page && key(route).equals("post"));
            } else {
                assertThat(statuses(route)).as(name(route)).contains("401", "429");
                assertThat(statuses(route).contains("403")).as(name(route)).isEqualTo(access != Route.Access.TOKEN);
            }
            if (route.segments().contains("{subscription}")) {
                assertThat(statuses(route)).as(name(route)).contains("404");
            }
        });
    }

    @Test
    @DisplayName("each brace of a path is a parameter with bounds, in the path's order")
    void parameters() {
        Pattern brace = Pattern.compile("\\{(\\w+)\\}");
        document.path("paths").properties().forEach(path -> {
            List<String> named = path.getValue()
                    .path("parameters")
                    .valueStream()
                    .map(ContractCheck::resolved)
                    .map(each -> each.path("name").asString())
                    .toList();
            assertThat(named)
                    .as(path.getKey())
                    .isEqualTo(brace.matcher(path.getKey())
                            .results()
                            .map(each -> each.group(1))
                            .toList());
        });
        document.path("components")
                .path("parameters")
                .valueStream()
                .filter(each -> each.path("in").asString().equals("path"))
                .forEach(each -> assertThat(each.path("schema").has("pattern")
                                || each.path("schema").has("maxLength"))
                        .as(each.toString())
                        .isTrue());
    }

    @Test
    @DisplayName("what takes JSON has a schema, and says 413 and 415; no status of the contract is a 5xx or open")
    void bodies() {
        routes().forEach(route -> {
            JsonNode operation = ContractCheck.of(route);
            boolean json = operation.path("requestBody").path("content").has("application/json");
            assertThat(statuses(route).contains("415")).as(name(route)).isEqualTo(json);
            if (json) {
                assertThat(statuses(route)).as(name(route)).contains("413");
            }
            Set<String> statuses = new TreeSet<>(statuses(route));
            if (route.segments().equals(List.of("readyz"))) {
                assertThat(statuses.remove("503")).isTrue(); // what its askers look at
            }
            assertThat(statuses).as(name(route)).allMatch(status -> status.matches("(2|4)[0-9]{2}|303"));
        });
    }

    @Test
    @DisplayName("each reference leads somewhere, each component is used, each operation has a name of its own")
    void whole() {
        String text = document.toString();
        Set<String> used = Pattern.compile("\"#(/[\\w/]+)\"")
                .matcher(text)
                .results()
                .map(each -> each.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(used).allMatch(reference -> !document.at(reference).isMissingNode());
        Set<String> there = new TreeSet<>();
        for (String kind : List.of("parameters", "headers", "responses", "schemas")) {
            document.path("components")
                    .path(kind)
                    .propertyNames()
                    .forEach(name -> there.add("/components/" + kind + "/" + name));
        }
        // Of no operation: a method that is not there.
        there.remove("/components/responses/MethodNotAllowed");
        assertThat(used).containsAll(there);
        List<String> ids = document.path("paths")
                .valueStream()
                .flatMap(path -> METHODS.stream().map(path::path))
                .filter(JsonNode::isObject)
                .map(operation -> operation.path("operationId").asString())
                .toList();
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z]\\w+"));
    }

    @Test
    @DisplayName("examples are as their own schemas have them")
    void examples() {
        document.path("components").path("schemas").properties().stream()
                .filter(each -> each.getValue().has("example"))
                .forEach(each -> assertThat(ContractCheck.compiled(each.getValue())
                                .validate(each.getValue().path("example")))
                        .as(each.getKey())
                        .isEmpty());
    }

    @Test
    @DisplayName("anybody can read the contract at /openapi.json, with the address he sees the server under")
    void served() {
        Reply reply = arm.exchange("GET", "/openapi.json", "", Map.of());
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("openapi").asString()).isEqualTo("3.1.0");
        assertThat(reply.json().path("servers").path(0).path("url").asString()).isEqualTo(arm.endpoint());
        assertThat(reply.json().path("paths")).isEqualTo(document.path("paths"));
    }
}
