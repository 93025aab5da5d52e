package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.server.ArmHarness.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The requests that the real az and the Java SDK were seen to send (their captures are no part of this tree). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CaptureTest {
    /** What this server refuses on purpose: node pools are replaced, not changed, and there is one version. */
    private static final Set<String> NOT_YET = Set.of(
            "nodepool-update-disable-both",
            "nodepool-update-disable-sb",
            "nodepool-update-disable-vtpm",
            "nodepool-update-enable-both",
            "nodepool-update-enable-sb",
            "nodepool-update-enable-vtpm",
            "nodepool-upgrade",
            "nodepool-upgrade-image",
            "aks-upgrade",
            "aks-upgrade-cponly",
            "aks-upgrade-image",
            "aks-stop",
            "aks-start");

    /** Odd inputs that are good ones; every other one that az let through must be refused. */
    private static final Set<String> HARMLESS = Set.of(
            "poolname-12",
            "upd-nothing",
            "add-gpu-none",
            "add-azurelinux",
            "add-ephemeral",
            "add-spot",
            "create-no-ssh-key",
            "create-vtpm-only",
            "getcred-exec");

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeAll
    void starts(@TempDir Path folder) {
        Assumptions.assumeTrue(
                captures().isPresent(), "the captures of az (../shared/az, SIGILLO_AZ_CAPTURES) are not here");
        arm = new ArmHarness(folder);
        arm.memoryMib = 256 * 1024;
    }

    @AfterAll
    @SuppressWarnings("ConstantValue")
    void stops() {
        if (arm != null) {
            arm.close();
        }
    }

    @AfterEach
    void wipes() {
        arm.delete(ArmHarness.S + "/resourceGroups/myResourceGroup");
    }

    @TestFactory
    @DisplayName("every captured request reaches a handler")
    Stream<DynamicTest> routing() {
        return captures().stream()
                .flatMap(CaptureTest::files)
                .flatMap(file -> exchanges(file).stream()
                        .map(exchange -> DynamicTest.dynamicTest(
                                name(file) + " " + exchange.path("method").asString() + " "
                                        + exchange.path("path").asString(),
                                () -> reaches(exchange))));
    }

    private void reaches(JsonNode exchange) {
        Reply reply = send(exchange);
        assertThat(reply.status()).isNotIn(405, 500, 501, 502, 503);
        assertThat(reply.message()).doesNotContain("There is nothing at");
    }

    @TestFactory
    @DisplayName("every captured command runs on the state its first reply implies")
    Stream<DynamicTest> replay() {
        return captures().stream()
                .flatMap(CaptureTest::files)
                .filter(file -> !name(file).startsWith("_") && !NOT_YET.contains(command(file)))
                .filter(file -> !Set.of("resource-list", "resource-show").contains(command(file)))
                .map(file -> DynamicTest.dynamicTest(name(file), () -> replay(file)));
    }

    private void replay(Path file) {
        List<JsonNode> exchanges = exchanges(file);
        prepare(exchanges);
        for (JsonNode exchange : exchanges) {
            String path = exchange.path("path").asString();
            if (path.contains("/operations/") || path.contains("/operationresults/")) {
                continue;
            }
            Reply reply = send(exchange);
            assertThat(reply.status())
                    .as(exchange.path("method").asString() + " " + path + " → " + reply.json())
                    .isEqualTo(exchange.path("response_status").asInt());
            boolean announced = exchange.path("response_headers").has("Azure-AsyncOperation");
            if (announced && exchange.path("method").asString().equals("DELETE")) {
                assertThat(reply.operation()).isNotEmpty();
            }
            if (!reply.operation().isEmpty()) {
                assertThat(arm.get(reply.operation()).json().path("status").asString())
                        .isEqualTo("Succeeded");
            }
        }
    }

    /** Group, cluster and pools as the file's replies show them before its first write. */
    private void prepare(List<JsonNode> exchanges) {
        arm.delete(ArmHarness.S + "/resourceGroups/myResourceGroup");
        JsonNode first = exchanges.getFirst();
        boolean makesGroup = first.path("method").asString().equals("PUT")
                && first.path("path").asString().endsWith("/myResourceGroup");
        if (makesGroup) {
            return;
        }
        arm.put(ArmHarness.S + "/resourceGroups/myResourceGroup", "{\"location\":\"eastus\"}");
        boolean creates = exchanges.stream()
                .anyMatch(each -> each.path("method").asString().equals("PUT")
                        && each.path("response_status").asInt() == 201
                        && each.path("path").asString().matches(".*/managedClusters/[^/]+"));
        if (!creates
                && exchanges.stream()
                        .anyMatch(each -> each.path("path").asString().contains("/myAKSCluster"))) {
            Reply made = arm.put(
                    path("myAKSCluster"),
                    Json.text(body(exchanges, "myAKSCluster").orElseGet(() -> plain("before"))));
            assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
            pools(exchanges).forEach((name, pool) -> {
                Reply added = arm.put(path("myAKSCluster") + "/agentPools/" + name, Json.text(pool));
                assertThat(added.status()).as(added.json().toString()).isIn(200, 201);
            });
        }
    }

    private static Optional<ObjectNode> body(List<JsonNode> exchanges, String cluster) {
        return exchanges.stream()
                .filter(each -> each.path("method").asString().equals("GET")
                        && each.path("path").asString().endsWith("/managedClusters/" + cluster)
                        && each.path("response_status").asInt() == 200)
                .map(each -> portable((ObjectNode) each.path("response_body").deepCopy()))
                .findFirst();
    }

    /** Pools that the file's replies name, unless the file itself adds them. */
    private static Map<String, ObjectNode> pools(List<JsonNode> exchanges) {
        Map<String, ObjectNode> pools = new HashMap<>();
        for (JsonNode exchange : exchanges) {
            String path = exchange.path("path").asString();
            if (path.endsWith("/agentPools")) {
                exchange.path("response_body")
                        .path("value")
                        .forEach(pool ->
                                pools.put(pool.path("name").asString(), portable((ObjectNode) pool.deepCopy())));
            } else if (path.matches(".*/agentPools/[^/]+")
                    && exchange.path("method").asString().equals("GET")) {
                pools.putIfAbsent(path.substring(path.lastIndexOf('/') + 1), portable((ObjectNode)
                        exchange.path("response_body").deepCopy()));
            } else if (path.contains("/agentPools/") && path.endsWith("/upgradeProfiles/default")) {
                pools.putIfAbsent(path.split("/")[10], Json.object("{\"properties\":{}}"));
            }
        }
        exchanges.stream()
                .filter(each -> each.path("method").asString().equals("PUT")
                        && each.path("response_status").asInt() == 201)
                .map(each -> each.path("path").asString())
                .filter(path -> path.contains("/agentPools/"))
                .forEach(path -> pools.remove(path.substring(path.lastIndexOf('/') + 1)));
        pools.values().removeIf(pool -> pool.path("properties").isMissingNode());
        return pools;
    }

    private static ObjectNode plain(String pool) {
        return Json.object("{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"" + pool
                + "\",\"count\":1,\"mode\":\"System\"}]}}");
    }

    /** The captures come from a server of other versions; ours has one. */
    private static ObjectNode portable(ObjectNode body) {
        return Json.object(Json.text(body)
                .replaceAll("\"(kubernetesVersion|orchestratorVersion)\":\"1\\.3[23][^\"]*\"", "\"$1\":\"\"")
                .replaceAll("\"osDiskType\":\"Managed\"", "\"osDiskType\":\"Ephemeral\"")
                .replaceAll("\"maxPods\":250", "\"maxPods\":110"));
    }

    @TestFactory
    @DisplayName("odd inputs that az lets through are refused, but for the harmless ones")
    Stream<DynamicTest> edgeCases() {
        return captures().map(folder -> read(folder.resolve("_edge-cases.json"))).stream()
                .flatMap(cases -> cases.properties().stream())
                .filter(each -> each.getValue().path("writes").size() > 0)
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> edgeCase(each.getKey(), each.getValue())));
    }

    private void edgeCase(String name, JsonNode edge) {
        arm.delete(ArmHarness.S + "/resourceGroups/myResourceGroup");
        arm.put(ArmHarness.S + "/resourceGroups/myResourceGroup", "{\"location\":\"eastus\"}");
        arm.put(path("myAKSCluster"), Json.text(plain("nodepool1")));
        if (name.equals("upd-nothing")) {
            arm.put(path("myAKSCluster") + "/agentPools/plain", Json.text(portable((ObjectNode)
                    edge.path("writes").path(0).path("request_body"))));
        }
        for (JsonNode write : edge.path("writes")) {
            Reply reply = send(write);
            if (HARMLESS.contains(name)) {
                assertThat(reply.status()).as(reply.json().toString()).isLessThan(300);
            } else {
                assertThat(reply.status()).as(reply.json().toString()).isBetween(400, 499);
                assertThat(reply.message()).isNotEmpty();
            }
        }
    }

    @Test
    @DisplayName("az 2.74 and 2.91 ask for the same desired state with their different bodies")
    void sameDesiredState() {
        for (String command :
                List.of("nodepool-add-both", "nodepool-add-sb", "nodepool-add-vtpm", "nodepool-add-plain")) {
            List<JsonNode> desired = new ArrayList<>();
            for (String version : List.of("", ".az291")) {
                arm.delete(ArmHarness.S + "/resourceGroups/myResourceGroup");
                arm.put(ArmHarness.S + "/resourceGroups/myResourceGroup", "{\"location\":\"eastus\"}");
                arm.put(path("myAKSCluster"), Json.text(plain("nodepool1")));
                Path file = captures().orElseThrow().resolve(command + version + ".json");
                exchanges(file).stream()
                        .filter(each -> each.path("method").asString().equals("PUT"))
                        .map(this::send)
                        .forEach(reply -> desired.add(comparable(reply.json())));
            }
            assertThat(desired).hasSize(2);
            assertThat(desired.getFirst()).isEqualTo(desired.getLast());
        }
    }

    private static JsonNode comparable(JsonNode pool) {
        ObjectNode properties = (ObjectNode) pool.path("properties").deepCopy();
        // 2.74 sends these two for regular pools as well; they mean something for spot pools only.
        properties.remove(List.of("eTag", "scaleSetEvictionPolicy", "spotMaxPrice"));
        return properties;
    }

    private Reply send(JsonNode exchange) {
        JsonNode body = exchange.path("request_body");
        String path = exchange.path("path").asString();
        if (path.endsWith("/token")) {
            return arm.login(
                    path,
                    arm.credentials.path("clientId").asString(),
                    arm.credentials.path("clientSecret").asString(),
                    body.path("scope").asString().replace("18443", Integer.toString(arm.port)));
        }
        StringBuilder query = new StringBuilder("?");
        exchange.path("query")
                .properties()
                .forEach(each -> query.append(each.getKey().replace("$", "%24"))
                        .append('=')
                        .append(each.getValue().asString().replace(" ", "%20").replace("'", "%27"))
                        .append('&'));
        String text = body instanceof ObjectNode object ? Json.text(portable(object)) : "";
        return arm.send(exchange.path("method").asString(), path + query, text);
    }

    private static String path(String cluster) {
        return ArmHarness.S + "/resourceGroups/myResourceGroup/providers/Microsoft.ContainerService/managedClusters/"
                + cluster;
    }

    private static List<JsonNode> exchanges(Path file) {
        JsonNode content = read(file);
        List<JsonNode> exchanges = new ArrayList<>();
        (content.isArray() ? content : content.path("requests")).forEach(exchanges::add);
        return exchanges;
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .filter(file -> name(file).endsWith(".json") && !name(file).equals("_edge-cases.json"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String command(Path file) {
        return name(file).substring(0, name(file).indexOf('.'));
    }

    private static JsonNode read(Path file) {
        try {
            return Json.MAPPER.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Path> captures() {
        String given = System.getenv("SIGILLO_AZ_CAPTURES");
        if (given != null) {
            return Optional.of(Path.of(given)).filter(Files::isDirectory);
        }
        Path at = Path.of("").toAbsolutePath();
        while (at.getParent() != null && !Files.exists(at.resolve(".mvn"))) {
            at = at.getParent();
        }
        return Optional.of(at.resolveSibling("shared/az")).filter(Files::isDirectory);
    }
}
