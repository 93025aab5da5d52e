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
    /** What this server refuses on purpose, with its code: there is one version. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("nodepool-upgrade", "AgentPoolK8sVersionNotSupported"),
            Map.entry("aks-upgrade", "K8sVersionNotSupported"),
            Map.entry("aks-upgrade-cponly", "K8sVersionNotSupported"));

    /** Odd inputs that az let through and that are good ones. */
    private static final Set<String> HARMLESS = Set.of(
            "poolname-12",
            "upd-nothing",
            "add-azurelinux",
            "add-ephemeral",
            "add-spot",
            "create-no-ssh-key",
            "create-vtpm-only");

    /** The others, each with the status and code that it must have. */
    private static final Map<String, String> ODD = Map.ofEntries(
            Map.entry("poolname-upper", "400 InvalidParameter"),
            Map.entry("poolname-digit", "400 InvalidParameter"),
            Map.entry("create-vmas-tl", "400 TrustedLaunchIncompatibleWithConfig"),
            Map.entry("create-k8s-old", "400 TrustedLaunchIncompatibleWithConfig"),
            Map.entry("create-fips", "400 TrustedLaunchIncompatibleWithConfig"),
            Map.entry("add-windows", "400 TrustedLaunchIncompatibleWithConfig"),
            Map.entry("add-windows-name7", "400 InvalidParameter"),
            Map.entry("add-arm", "400 TrustedLaunchIncompatibleWithConfig"),
            Map.entry("add-gpu", "400 TrustedLaunchIncompatibleWithConfig"),
            Map.entry("add-gpu-none", "409 InsufficientCapacity"),
            Map.entry("add-virtualnode", "400 TrustedLaunchIncompatibleWithConfig"),
            Map.entry("add-count-neg", "400 InvalidParameter"),
            Map.entry("del-system", "400 OperationNotAllowed"),
            Map.entry("getcred-exec", "400 InvalidParameter"),
            Map.entry("getcred-missing", "404 ResourceNotFound"));

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

    /** With no group there, what a request names decides alone what comes back. */
    private void reaches(JsonNode exchange) {
        arm.delete(ArmHarness.S + "/resourceGroups/myResourceGroup");
        String path = exchange.path("path").asString();
        Reply reply = send(exchange);
        String got = reply.status() + " " + reply.code();
        boolean group = path.matches("(?i)/subscriptions/[^/]+/resourceGroups/[^/]+");
        String expected = "200 ";
        if (path.contains("/operations/") || path.contains("/operationresults/")) {
            expected = "404 NotFound";
        } else if (group && exchange.path("method").asString().equals("PUT")) {
            expected = "201 ";
        } else if (path.matches("(?i)/subscriptions/[^/]+/resourceGroups/[^/]+.*")) {
            expected = "404 ResourceGroupNotFound";
        }
        assertThat(got).as(reply.json().toString()).isEqualTo(expected);
        AzNeeds.check(path, reply);
    }

    @TestFactory
    @DisplayName("every captured command runs on the state its first reply implies, or is refused by its code")
    Stream<DynamicTest> replay() {
        return captures().stream()
                .flatMap(CaptureTest::files)
                .filter(file -> !name(file).startsWith("_"))
                .map(file -> DynamicTest.dynamicTest(name(file), () -> replay(file)));
    }

    @Test
    @DisplayName("every conversation of the Java SDK runs from end to end")
    void javaSdk() {
        arm.put(ArmHarness.S + "/resourceGroups/myResourceGroup", "{\"location\":\"eastus\"}");
        arm.put(path("myAKSCluster"), Json.text(plain("nodepool1")));
        List<JsonNode> exchanges = exchanges(captures().orElseThrow().resolve("_java-sdk-2.56.1.json")).stream()
                .filter(each -> !each.path("path").asString().contains("/operations/")
                        && !each.path("path").asString().endsWith("/myResourceGroup"))
                .toList();
        assertThat(exchanges).hasSizeGreaterThan(4);
        exchanges.forEach(this::answered);
    }

    private void replay(Path file) {
        List<JsonNode> exchanges = exchanges(file);
        prepare(exchanges);
        String refusal = REFUSED.getOrDefault(command(file), "");
        for (JsonNode exchange : exchanges) {
            String path = exchange.path("path").asString();
            if (path.contains("/operations/") || path.contains("/operationresults/")) {
                continue;
            }
            boolean write = !exchange.path("method").asString().matches("GET|HEAD");
            if (write && !refusal.isEmpty()) {
                Reply reply = sendAsIs(exchange);
                assertThat(reply.code()).as(reply.json().toString()).isEqualTo(refusal);
                AzNeeds.check(path, reply);
                return;
            }
            answered(exchange);
        }
        assertThat(refusal).as("a write of %s", name(file)).isEmpty();
    }

    /** As the capture's own server answered, but for the routes that it was seen not to have. */
    private void answered(JsonNode exchange) {
        String method = exchange.path("method").asString();
        String path = exchange.path("path").asString();
        Reply reply = send(exchange);
        int expected = path.endsWith("/resources")
                ? 200
                : exchange.path("response_status").asInt();
        assertThat(reply.status())
                .as(method + " " + path + " → " + reply.json())
                .isEqualTo(expected);
        AzNeeds.check(path, reply);
        boolean announced = exchange.path("response_headers").has("Azure-AsyncOperation");
        boolean creates = expected == 201 && path.contains("/managedClusters/");
        if (announced && (method.equals("DELETE") || creates)) {
            assertThat(reply.operation()).as(method + " " + path).isNotEmpty();
        }
        if (!reply.operation().isEmpty()) {
            assertThat(reply.raw().headers().firstValue("Retry-After")).contains("1");
            assertThat(arm.get(reply.operation()).json().path("status").asString())
                    .isEqualTo("Succeeded");
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
            } else if (path.contains("/agentPools/")
                    && path.matches(".*/(upgradeProfiles/default|upgradeNodeImageVersion)")) {
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

    private static ObjectNode portable(ObjectNode body) {
        return portable(body, true);
    }

    /** The captures come from a server of other versions and defaults; ours has one version. */
    private static ObjectNode portable(ObjectNode body, boolean ourVersion) {
        String version = ourVersion ? "1\\.3[23][^\"]*" : "1\\.32[^\"]*";
        return Json.object(Json.text(body)
                .replaceAll("\"(kubernetesVersion|orchestratorVersion)\":\"" + version + "\"", "\"$1\":\"\"")
                .replaceAll("\"osDiskType\":\"Managed\"", "\"osDiskType\":\"Ephemeral\"")
                .replaceAll("\"maxPods\":250", "\"maxPods\":110")
                // Pools with names that their server took, and that ours would refuse first.
                .replace("\"name\":\"MyPool\"", "\"name\":\"mypool\"")
                .replace("\"name\":\"1pool\"", "\"name\":\"onepool\""));
    }

    @TestFactory
    @DisplayName("odd inputs that az lets through are refused by their codes, but for the harmless ones")
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
                assertThat(reply.status()).as(reply.json().toString()).isIn(200, 201);
            } else {
                assertThat(reply.status() + " " + reply.code())
                        .as(reply.json().toString())
                        .isEqualTo(ODD.get(name));
            }
            AzNeeds.check(write.path("path").asString(), reply);
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
        return send(exchange, true);
    }

    /** With the version that was asked for, be it one that is not there. */
    private Reply sendAsIs(JsonNode exchange) {
        return send(exchange, false);
    }

    private Reply send(JsonNode exchange, boolean ourVersion) {
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
        String text = body instanceof ObjectNode object ? Json.text(portable(object, ourVersion)) : "";
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
