package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Json;
import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.VerdictRecord;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The API over HTTPS, as a client that is not az sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ArmHarness.OfClass.class)
class ApiTest {
    private static final String BOTH = "\"securityProfile\":{\"enableVTPM\":true,\"enableSecureBoot\":true}";
    private static final String CLUSTER =
            "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"nodepool1\",\"count\":1,\"mode\":\"System\","
                    + BOTH + "}]}}";

    private final ArmHarness arm;

    ApiTest(ArmHarness arm) {
        this.arm = arm;
    }

    @BeforeEach
    void group() {
        assertThat(arm.put(ArmHarness.S + "/resourcegroups/rg", "{\"location\":\"eastus\"}")
                        .status())
                .isIn(200, 201);
    }

    @AfterEach
    void wipes() {
        arm.reconciler.sleep(false);
        arm.delete(ArmHarness.S + "/resourceGroups/rg");
        assertThat(arm.store.clusters().list()).isEmpty();
    }

    private Reply cluster(String name) {
        return arm.put(arm.mc(name), CLUSTER);
    }

    private Reply pool(String cluster, String pool, String properties) {
        return arm.put(arm.mc(cluster) + "/agentPools/" + pool, "{\"properties\":{" + properties + "}}");
    }

    private static void refused(Reply reply, int status, String code, String words) {
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(status);
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.message()).contains(words);
        assertThat(reply.json().path("error").has("target")).isTrue();
    }

    @Test
    @DisplayName("a cluster is created with 201, an operation to follow, and the fields whose absence breaks az")
    void creates() {
        arm.reconciler.sleep(true);
        Reply made = cluster("one");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.raw().headers().firstValue("Retry-After")).contains("1");
        var properties = made.json().path("properties");
        assertThat(properties.path("provisioningState").asString()).isEqualTo("Creating");
        assertThat(properties.path("servicePrincipalProfile").path("clientId").asString())
                .isEqualTo("msi");
        assertThat(properties.path("identityProfile").path("kubeletidentity").propertyNames())
                .containsExactlyInAnyOrder("resourceId", "clientId", "objectId");
        assertThat(properties.path("maxAgentPools").asInt()).isEqualTo(100);
        assertThat(properties.path("networkProfile").path("podCidr").asString()).isEqualTo("10.244.0.0/16");
        assertThat(properties.path("agentPoolProfiles").path(0).path("type").asString())
                .isEqualTo("VirtualMachineScaleSets");
        assertThat(properties
                        .path("agentPoolProfiles")
                        .path(0)
                        .path("nodeImageVersion")
                        .asString())
                .isEqualTo(ArmHarness.IMAGE);
        Reply open = arm.get(made.operation());
        assertThat(open.json().path("status").asString()).isEqualTo("InProgress");
        assertThat(open.raw().headers().firstValue("Retry-After")).contains("1");
        arm.reconciler.sleep(false);
        assertThat(arm.get(made.operation()).json().path("status").asString()).isEqualTo("Succeeded");
        assertThat(arm.get(arm.mc("ONE"))
                        .json()
                        .path("properties")
                        .path("provisioningState")
                        .asString())
                .isEqualTo("Succeeded");
    }

    @Test
    @DisplayName("a port that somebody else listens on stops the start, in words for a person")
    void portTaken(@TempDir Path folder) {
        assertThatThrownBy(() -> new ArmHarness(folder, arm.port, Clock.systemUTC()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("port " + arm.port + " of 127.0.0.1 cannot be listened on")
                .hasMessageContaining("SIGILLO_PORT");
    }

    @Test
    @DisplayName("the same PUT again is answered with the same operation, and with none when all is done")
    void idempotent() {
        arm.reconciler.sleep(true);
        Reply first = cluster("one");
        Reply again = cluster("one");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.operation()).isEqualTo(first.operation()).isNotEmpty();
        arm.reconciler.sleep(false);
        Reply last = cluster("one");
        assertThat(last.status()).isEqualTo(200);
        assertThat(last.operation()).isEmpty();
        assertThat(arm.store.clusters().list()).hasSize(1);
    }

    @Test
    @DisplayName("the echo of a reply as a PUT changes nothing")
    void echo() {
        cluster("one");
        Reply shown = arm.get(arm.mc("one"));
        Reply echoed = arm.put(arm.mc("one"), Json.text(shown.json()));
        assertThat(echoed.status()).isEqualTo(200);
        assertThat(echoed.operation()).isEmpty();
        assertThat(echoed.json()).isEqualTo(shown.json());
    }

    @Test
    @DisplayName("one operation at a time on a pool, with Azure's words; other pools are free")
    void oneOperation() {
        cluster("one");
        arm.reconciler.sleep(true);
        assertThat(pool("one", "np1", "\"count\":1").status()).isEqualTo(201);
        String words = "Operation is not allowed: Another agentpool operation (np1 - Creating) is in progress, "
                + "please wait for it to finish before starting a new operation.";
        refused(pool("one", "np1", "\"count\":2"), 409, "OperationNotAllowed", words);
        refused(arm.delete(arm.mc("one") + "/agentPools/np1"), 409, "OperationNotAllowed", words);
        assertThat(pool("one", "np2", "\"count\":1").status()).isEqualTo(201);
        refused(
                arm.put(arm.mc("one"), CLUSTER.replace("\"count\":1", "\"count\":2")),
                409,
                "OperationNotAllowed",
                "agentpool operation (np1 - Creating)");
    }

    @Test
    @DisplayName("while a cluster is being created its pools can neither be added to nor changed")
    void busyCluster() {
        arm.reconciler.sleep(true);
        cluster("one");
        refused(pool("one", "np1", "\"count\":1"), 409, "OperationNotAllowed", "Another operation (one - Creating)");
        refused(arm.delete(arm.mc("one") + "/agentPools/nodepool1"), 409, "OperationNotAllowed", "(one - Creating)");
    }

    @Test
    @DisplayName("a cluster can be deleted while it is being created; the creation is cancelled, and nothing is left")
    void deletedWhileCreating() {
        arm.reconciler.sleep(true);
        Reply creation = cluster("one");
        Reply deletion = arm.delete(arm.mc("one"));
        assertThat(deletion.status()).isEqualTo(202);
        assertThat(arm.delete(arm.mc("one")).operation()).isEqualTo(deletion.operation());
        assertThat(arm.get(creation.operation()).json().path("status").asString())
                .isEqualTo("Canceled");
        assertThat(arm.get(arm.mc("one"))
                        .json()
                        .path("properties")
                        .path("provisioningState")
                        .asString())
                .isEqualTo("Deleting");
        refused(cluster("one"), 409, "OperationNotAllowed", "(one - Deleting)");
        refused(pool("one", "np1", "\"count\":1"), 409, "OperationNotAllowed", "(one - Deleting)");
        arm.reconciler.sleep(false);
        assertThat(arm.get(deletion.operation()).json().path("status").asString())
                .isEqualTo("Succeeded");
        refused(arm.get(arm.mc("one")), 404, "ResourceNotFound", "managedClusters/one");
        assertThat(arm.delete(arm.mc("one")).status()).isEqualTo(204);
    }

    @Test
    @DisplayName("the last system pool stays; a user pool goes; a missing one is gone already")
    void lastSystemPool() {
        cluster("one");
        pool("one", "np1", "\"count\":1");
        refused(
                arm.delete(arm.mc("one") + "/agentPools/nodepool1"),
                400,
                "OperationNotAllowed",
                "There has to be at least one system agent pool.");
        assertThat(arm.delete(arm.mc("one") + "/agentPools/np1").status()).isEqualTo(202);
        assertThat(arm.delete(arm.mc("one") + "/agentPools/np1").status()).isEqualTo(204);
        refused(arm.get(arm.mc("one") + "/agentPools/np1"), 404, "NotFound", "np1");
    }

    @Test
    @DisplayName(
            "a pool is deleted as disruption budgets allow, or, if so asked by then, whatever they say; other words are refused")
    void deletionHeedsBudgets() {
        cluster("one");
        String id = arm.store.clusters().list().getFirst().id();
        pool("one", "np1", "\"count\":1");
        String url = arm.mc("one") + "/agentPools/np1";
        String asking = url + "?api-version=2026-06-01&ignore-pod-disruption-budget=";
        for (String wrong : List.of("", "yes", "1", "truely", "true%0A")) {
            refused(arm.delete(asking + wrong), 400, "InvalidParameter", "is not one of true, false");
        }
        assertThat(arm.get(url).status()).isEqualTo(200);
        arm.reconciler.sleep(true);
        Reply deletion = arm.delete(asking + "False");
        assertThat(deletion.status()).isEqualTo(202);
        assertThat(arm.store.pools().find(id, "np1").orElseThrow().heedsBudgets())
                .isTrue();
        assertThat(arm.delete(url).operation()).isEqualTo(deletion.operation());
        assertThat(arm.store.pools().find(id, "np1").orElseThrow().heedsBudgets())
                .isTrue();
        assertThat(arm.delete(asking + "TRUE").operation()).isEqualTo(deletion.operation());
        assertThat(arm.store.pools().find(id, "np1").orElseThrow())
                .satisfies(pool -> assertThat(pool.deleting()).isTrue())
                .satisfies(pool -> assertThat(pool.heedsBudgets()).isFalse());
        arm.reconciler.sleep(false);
        refused(arm.get(url), 404, "NotFound", "np1");
        pool("one", "np1", "\"count\":1");
        arm.reconciler.sleep(true);
        assertThat(arm.delete(asking + "true").status()).isEqualTo(202);
        assertThat(arm.store.pools().find(id, "np1").orElseThrow().heedsBudgets())
                .isFalse();
    }

    @Test
    @DisplayName("a failed pool shows why, and the same PUT starts anew")
    void retry() {
        cluster("one");
        arm.reconciler.sleep(true);
        Reply made = pool("one", "np1", "\"count\":1");
        String id = arm.store.clusters().list().getFirst().id();
        ErrorBody error = ErrorBody.of(ArmError.ATTESTATION_FAILED, "initrd differs", "np1");
        arm.store
                .operations()
                .openOfPool(id, "np1")
                .forEach(open -> arm.store.operations().fail(open.id(), error));
        arm.store.pools().setState(id, "np1", "Failed");
        assertThat(arm.get(made.operation())
                        .json()
                        .path("error")
                        .path("message")
                        .asString())
                .isEqualTo("initrd differs");
        var properties = arm.get(arm.mc("one") + "/agentPools/np1").json().path("properties");
        assertThat(properties.path("provisioningState").asString()).isEqualTo("Failed");
        assertThat(properties
                        .path("status")
                        .path("provisioningError")
                        .path("code")
                        .asString())
                .isEqualTo("AttestationFailed");
        Reply again = pool("one", "np1", "\"count\":1");
        assertThat(again.operation()).isNotEmpty().isNotEqualTo(made.operation());
        assertThat(again.json().path("properties").path("provisioningState").asString())
                .isEqualTo("Updating");
    }

    @ParameterizedTest
    @DisplayName("Trusted Launch on what cannot have it is refused with the one code, and nothing is made")
    @ValueSource(
            strings = {
                "\"osType\":\"Windows\"",
                "\"vmSize\":\"Standard_A2_v2\"",
                "\"orchestratorVersion\":\"1.25.1\"",
                "\"orchestratorVersion\":\"1.19\""
            })
    void trustedLaunch(String field) {
        cluster("one");
        Reply reply = pool("one", "np1", "\"count\":1," + field + "," + BOTH);
        refused(reply, 400, "TrustedLaunchIncompatibleWithConfig", "np1");
        String created = CLUSTER.replace("\"count\":1", "\"count\":1," + field);
        refused(arm.put(arm.mc("two"), created), 400, "TrustedLaunchIncompatibleWithConfig", "nodepool1");
        assertThat(arm.store.clusters().list()).hasSize(1);
        assertThat(arm.store.operations().open()).isEmpty();
    }

    @Test
    @DisplayName("an old version of the cluster is refused for its trusted pools before it is unknown")
    void oldCluster() {
        String old = CLUSTER.replace("\"properties\":{", "\"properties\":{\"kubernetesVersion\":\"1.24.0\",");
        refused(arm.put(arm.mc("two"), old), 400, "TrustedLaunchIncompatibleWithConfig", "1.24.0");
        refused(arm.put(arm.mc("two"), old.replace("true", "false")), 400, "AgentPoolK8sVersionNotSupported", "1.24.0");
    }

    @Test
    @DisplayName("what does not fit the host is refused with what is free, which status shows too; nothing is made")
    void capacity() {
        cluster("one");
        String free = arm.get(ArmHarness.S + "/providers/Sigillo.Host/status")
                .json()
                .path("properties")
                .path("freeMemoryMiB")
                .asString();
        assertThat(free).isEqualTo(Long.toString(24 * 1024 - 1024 - 700 - 2560));
        refused(
                pool("one", "np1", "\"count\":8"),
                409,
                "InsufficientCapacity",
                "needs 20480 MiB of memory, and " + free + " MiB");
        assertThat(pool("one", "np1", "\"count\":7").status()).isEqualTo(201);
        assertThat(arm.get(arm.mc("one") + "/agentPools").json().path("value").size())
                .isEqualTo(2);
        refused(pool("one", "np1", "\"count\":8"), 409, "InsufficientCapacity", "8 nodes hold 20480 MiB");
        assertThat(pool("one", "np1", "\"count\":6").status()).isEqualTo(200);
        Reply second = arm.put(arm.mc("two"), CLUSTER.replace("\"count\":1", "\"count\":3"));
        refused(second, 409, "InsufficientCapacity", "This needs 8380 MiB");
        assertThat(arm.store.clusters().list()).hasSize(1);
    }

    @Test
    @DisplayName("more nodes than the networks have room for are refused when asked for, and nothing is made")
    void podNetwork() {
        String small = CLUSTER.replace(
                "\"properties\":{", "\"properties\":{\"networkProfile\":{\"podCidr\":\"10.100.0.0/22\"},");
        refused(
                arm.put(arm.mc("one"), small.replace("\"count\":1", "\"count\":5")),
                400,
                "InsufficientSubnetSize",
                "5 nodes, and its networks have room for 4");
        assertThat(arm.store.clusters().list()).isEmpty();
        assertThat(arm.put(arm.mc("one"), small).status()).isEqualTo(201);
        assertThat(pool("one", "np1", "\"count\":3").status()).isEqualTo(201);
        refused(pool("one", "np2", "\"count\":1"), 400, "InsufficientSubnetSize", "10.100.0.0/22");
        refused(pool("one", "np1", "\"count\":4"), 400, "InsufficientSubnetSize", "10.100.0.0/22");
        assertThat(pool("one", "np1", "\"count\":0").status()).isEqualTo(200);
        assertThat(pool("one", "np2", "\"count\":1").status()).isEqualTo(201);
    }

    @Test
    @DisplayName("a PUT that changes a failed cluster tries its failed pools again")
    void changeRetries() {
        cluster("one");
        pool("one", "np1", "\"count\":1");
        String id = arm.store.clusters().list().getFirst().id();
        arm.reconciler.sleep(true);
        arm.store.pools().setState(id, "np1", "Failed");
        arm.store.clusters().setState(id, "Failed");
        Reply changed =
                arm.put(arm.mc("one"), CLUSTER.replace("{\"location\"", "{\"tags\":{\"a\":\"b\"},\"location\""));
        assertThat(changed.operation()).isNotEmpty();
        var pools = changed.json().path("properties").path("agentPoolProfiles");
        assertThat(pools.path(0).path("provisioningState").asString()).isEqualTo("Succeeded");
        assertThat(pools.path(1).path("provisioningState").asString()).isEqualTo("Updating");
    }

    @ParameterizedTest
    @DisplayName("bad bodies are 400 and say what is wrong")
    @ValueSource(
            strings = {
                "{",
                "[]",
                "null",
                "\"x\"",
                "{} {}",
                "{\"location\":\"eastus\",\"location\":\"eastus\"}",
                "{\"location\":\"eastus\",\"properties\":\"x\"}",
                "{\"location\":[\"eastus\"]}",
                "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":7}]}}",
                "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[null]}}",
                "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"count\":1}]}}",
                "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"a\",\"mode\":\"Boss\"}]}}",
                "{\"location\":\"eastus\"}",
                "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"a\",\"mode\":\"User\"}]}}",
                "{\"location\":\"atlantis\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"a\",\"mode\":\"System\"}]}}"
            })
    void badBodies(String body) {
        Reply reply = arm.put(arm.mc("bad"), body);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.code()).isNotEmpty();
        assertThat(reply.message()).isNotEmpty();
        assertThat(arm.store.clusters().list()).isEmpty();
    }

    @Test
    @DisplayName("deep nesting and a body of 10 MB are refused, and the server goes on")
    void largeBodies() {
        refused(arm.put(arm.mc("bad"), "{\"a\":".repeat(5000)), 400, "InvalidRequestContent", "");
        refused(arm.put(arm.mc("bad"), "{\"a\":\"" + "x".repeat(10 << 20) + "\"}"), 413, "RequestEntityTooLarge", "");
        assertThat(cluster("good").status()).isEqualTo(201);
    }

    @Test
    @DisplayName("nobody without a token has a body read: route and token come first, and a token request is small")
    void bodyLast() {
        String large = "{\"a\":\"" + "x".repeat(10 << 20) + "\"}";
        String query = "?api-version=2026-06-01";
        Reply noToken = arm.exchange("PUT", arm.mc("bad") + query, large, Map.of());
        refused(noToken, 401, "AuthenticationFailed", "");
        refused(arm.exchange("PUT", "/nowhere" + query, large, Map.of()), 404, "NotFound", "");
        refused(
                arm.exchange("POST", "/adfs/oauth2/token", "a=" + "x".repeat(20 << 10), Map.of()),
                413,
                "RequestEntityTooLarge",
                "16384");
        refused(
                arm.exchange("PUT", arm.mc("bad") + query, "{", Map.of("Authorization", "Bearer x")),
                401,
                "InvalidAuthenticationToken",
                "");
        refused(arm.send("PUT", arm.mc("bad") + "?api-version=x", large), 400, "InvalidApiVersionParameter", "");
        assertThat(cluster("good").status()).isEqualTo(201);
    }

    @Test
    @DisplayName("resources are listed by group and type, and a filter that is not understood is refused")
    void resources() {
        cluster("one");
        String list = ArmHarness.S + "/resources?api-version=2024-11-01&%24filter=";
        String group = "resourceGroup%20eq%20%27RG%27";
        assertThat(arm.get(list + group)
                        .json()
                        .path("value")
                        .path(0)
                        .path("name")
                        .asString())
                .isEqualTo("one");
        assertThat(arm.get(list + group
                                + "%20and%20resourceType%20eq%20%27Microsoft.ContainerService/managedClusters%27")
                        .json()
                        .path("value")
                        .size())
                .isEqualTo(1);
        assertThat(arm.get(list + group + "%20and%20resourceType%20eq%20%27Microsoft.Compute/disks%27")
                        .json()
                        .path("value")
                        .size())
                .isZero();
        refused(arm.get(list + "substringof%28%27a%27%2Cname%29"), 400, "InvalidParameter", "$filter");
        String longest = "a".repeat(1000) + "%27%27".repeat(400);
        assertThat(arm.get(list + "name%20eq%20%27" + longest + "%27").status()).isEqualTo(200);
        refused(arm.get(list + "name%20eq%20%27" + longest), 400, "InvalidParameter", "$filter");
    }

    @Test
    @DisplayName("a list gives so many as $top says, and a nextLink under which the rest is")
    void pages() {
        cluster("one");
        cluster("two");
        String list =
                ArmHarness.S + "/resources?api-version=2024-11-01&%24filter=resourceGroup%20eq%20%27rg%27&%24top=";
        JsonNode first = arm.get(list + 1).json();
        assertThat(first.path("value").size()).isEqualTo(1);
        assertThat(first.at("/value/0/name").asString()).isEqualTo("one");
        arm.delete(arm.mc("one"));
        JsonNode second =
                arm.get(first.path("nextLink").asString().replace("$", "%24")).json();
        assertThat(second.at("/value/0/name").asString())
                .as("what goes meanwhile moves nothing past the reader")
                .isEqualTo("two");
        assertThat(second.has("nextLink")).isFalse();
        assertThat(arm.get(list + 999_999_999).json().has("nextLink")).isFalse();
        assertThat(arm.get(ArmHarness.S + "/resourceGroups?api-version=2024-11-01&%24top=1")
                        .json()
                        .has("nextLink"))
                .isTrue();
        for (String odd : List.of("0", "-1", "x", "1.5", "9999999999")) {
            refused(arm.get(list + odd), 400, "InvalidParameter", "$top");
        }
    }

    @ParameterizedTest
    @DisplayName("what is not there is a 404 of its kind")
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /subscriptions/{S}/nonsense                                             | NotFound
            GET    | /nonsense                                                               | NotFound
            GET    | /subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups      | SubscriptionNotFound
            GET    | /subscriptions/{S}/resourceGroups/nope                                  | ResourceGroupNotFound
            DELETE | /subscriptions/{S}/resourceGroups/nope                                  | ResourceGroupNotFound
            GET    | /subscriptions/{S}/resourceGroups/nope/providers/Microsoft.ContainerService/managedClusters/c | ResourceGroupNotFound
            GET    | /subscriptions/{S}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c   | ResourceNotFound
            POST   | /subscriptions/{S}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c/listClusterUserCredential | ResourceNotFound
            GET    | /subscriptions/{S}/providers/Microsoft.ContainerService/locations/eastus/operations/x | NotFound
            GET    | /subscriptions/{S}/providers/Nonsense                                   | NotFound
            """)
    void absent(String method, String path, String code) {
        Reply reply = arm.send(method, path.replace("{S}", ArmHarness.SUBSCRIPTION), "");
        refused(reply, 404, code, "");
    }

    @Test
    @DisplayName("a known path with another method is 405, and bytes that are no text name nothing")
    void methods() {
        refused(arm.send("PATCH", ArmHarness.S + "/resourceGroups", "{}"), 405, "MethodNotAllowed", "GET");
        refused(arm.get(ArmHarness.S + "/resourceGroups/%ff"), 404, "ResourceGroupNotFound", "");
    }

    @Test
    @DisplayName("paths match in any case and with doubled slashes")
    void lenientPaths() {
        cluster("one");
        String odd = arm.mc("ONE").replace("/providers", "//PROVIDERS").replace("resourceGroups", "RESOURCEGROUPS");
        assertThat(arm.get(odd).json().path("name").asString()).isEqualTo("one");
    }

    @ParameterizedTest
    @DisplayName("any api-version of the date form is taken, and none or another form is not")
    @CsvSource({
        "?api-version=2016-03-30,200,''",
        "?api-version=2026-03-02-preview,200,''",
        "?API-Version=2099-12-31,200,''",
        "?x=y,400,MissingApiVersionParameter",
        "?api-version=latest,400,InvalidApiVersionParameter",
        "?api-version=2026-13-45,400,InvalidApiVersionParameter"
    })
    void apiVersions(String query, int status, String code) {
        Reply reply = arm.get(ArmHarness.S + "/locations" + query);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.code()).isEqualTo(code);
    }

    @Test
    @DisplayName(
            "named machines leave a pool, which is asked for as many fewer; the same request again is one operation")
    void deleteMachines() {
        cluster("one");
        pool("one", "more", "\"count\":3," + BOTH);
        String url = arm.mc("one") + "/agentPools/more";
        JsonNode machines = arm.get(url + "/machines").json().path("value");
        String first = machines.path(0).path("name").asString();
        String second = machines.path(1).path("name").asString();
        assertThat(machines.valueStream()
                        .map(machine ->
                                machine.path("properties").path("retiring").asBoolean()))
                .containsExactlyElementsOf(machines.valueStream()
                        .map(machine -> machine.path("name").asString().endsWith("1"))
                        .toList());
        arm.reconciler.sleep(true);
        String both = "{\"machineNames\":[\"%s\",\"%s\"]}".formatted(first, second.toUpperCase(Locale.ROOT));
        Reply reply = arm.post(url + "/deleteMachines", both);
        assertThat(reply.status()).isEqualTo(202);
        String operation = reply.operation();
        assertThat(arm.post(url + "/deleteMachines", both).operation()).isEqualTo(operation);
        assertThat(arm.post(
                                url + "/deleteMachines",
                                "{\"machineNames\":[\""
                                        + machines.path(2).path("name").asString() + "\"]}")
                        .code())
                .isEqualTo("OperationNotAllowed");
        JsonNode pool = arm.get(url).json().path("properties");
        assertThat(pool.path("count").asInt()).isEqualTo(1);
        assertThat(pool.path("provisioningState").asString()).isEqualTo("DeletingMachines");
        assertThat(arm.get(url + "/machines/" + first)
                        .json()
                        .path("properties")
                        .path("phase")
                        .asString())
                .isEqualTo("LEAVING");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"machineNames\":[\"aks-nodepool1-4\"]} | 0 is not in the range 1 to 1000 of a System pool",
                "{\"machineNames\":[\"aks-nodepool1-4\",\"x\"]} | has no machine x; it has: aks-nodepool1-4",
                "{\"machineNames\":[]} | at least one is expected",
                "{\"machineNames\":[7]} | a name is a number",
                "{\"machineNames\":\"aks-nodepool1-4\"} | at least one is expected",
                "{} | at least one is expected"
            })
    @DisplayName("machines that cannot leave are refused, and all of them stay")
    void deleteNoMachines(String body, String why) {
        cluster("one");
        refused(arm.post(arm.mc("one") + "/agentPools/nodepool1/deleteMachines", body), 400, "InvalidParameter", why);
        assertThat(arm.store.machines().list()).allMatch(machine -> machine.phase() == Phase.READY);
    }

    @Test
    @DisplayName(
            "an operation is aborted: it ends as Canceled, what was let in stays, and the same PUT goes on from there")
    void abort() {
        cluster("one");
        pool("one", "more", "\"count\":1," + BOTH);
        String url = arm.mc("one") + "/agentPools/more";
        refused(arm.post(url + "/abort"), 409, "OperationNotAllowed", "no operation is in progress on 'more'");
        refused(arm.post(arm.mc("one") + "/abort"), 409, "OperationNotAllowed", "no operation is in progress on 'one'");
        arm.reconciler.sleep(true);
        String operation = pool("one", "more", "\"count\":2").operation();
        assertThat(arm.post(url + "/abort").status()).isEqualTo(204);
        assertThat(arm.get(operation).json().path("status").asString()).isEqualTo("Canceled");
        JsonNode aborted = arm.get(url).json().path("properties");
        assertThat(aborted.path("provisioningState").asString()).isEqualTo("Canceled");
        assertThat(aborted.path("count").asInt()).isEqualTo(1);
        arm.reconciler.sleep(false);
        pool("one", "more", "\"count\":2");
        assertThat(arm.get(url)
                        .json()
                        .path("properties")
                        .path("provisioningState")
                        .asString())
                .isEqualTo("Succeeded");
        assertThat(arm.store.machines().list()).hasSize(3);
    }

    @Test
    @DisplayName(
            "a cluster's operation is aborted with its pools; a deletion is not, nor a pool of a cluster that changes")
    void abortCluster() {
        arm.reconciler.sleep(true);
        String operation = cluster("one").operation();
        refused(
                arm.post(arm.mc("one") + "/agentPools/nodepool1/abort"),
                409,
                "OperationNotAllowed",
                "(one - Creating)");
        assertThat(arm.post(arm.mc("one") + "/abort").status()).isEqualTo(204);
        assertThat(arm.get(operation).json().path("status").asString()).isEqualTo("Canceled");
        JsonNode cluster = arm.get(arm.mc("one")).json().path("properties");
        assertThat(cluster.path("provisioningState").asString()).isEqualTo("Canceled");
        assertThat(cluster.path("agentPoolProfiles")
                        .path(0)
                        .path("provisioningState")
                        .asString())
                .isEqualTo("Canceled");
        assertThat(cluster("one").status()).isEqualTo(200);
        assertThat(arm.get(arm.mc("one"))
                        .json()
                        .path("properties")
                        .path("provisioningState")
                        .asString())
                .isEqualTo("Updating");
        arm.delete(arm.mc("one"));
        refused(
                arm.post(arm.mc("one") + "/abort"),
                409,
                "OperationNotAllowed",
                "what deletes machines cannot be aborted");
    }

    @Test
    @DisplayName("a cluster is stopped and started; in between it says so, takes no room, and nothing of it changes")
    void power() {
        cluster("one");
        arm.reconciler.sleep(true);
        Reply stop = arm.post(arm.mc("one") + "/stop");
        refused(arm.post(arm.mc("one") + "/abort"), 409, "OperationNotAllowed", "(one - Stopping)");
        arm.reconciler.sleep(false);
        assertThat(stop.status()).isEqualTo(202);
        assertThat(arm.get(stop.operation()).json().path("status").asString()).isEqualTo("Succeeded");
        JsonNode stopped = arm.get(arm.mc("one")).json().path("properties");
        assertThat(stopped.path("powerState").path("code").asString()).isEqualTo("Stopped");
        assertThat(stopped.path("agentPoolProfiles")
                        .path(0)
                        .path("powerState")
                        .path("code")
                        .asString())
                .isEqualTo("Stopped");
        assertThat(arm.store.machines().list()).isEmpty();
        refused(
                pool("one", "more", "\"count\":1"),
                409,
                "OperationNotAllowed",
                "az aks start --resource-group rg --name one");
        refused(pool("one", "nodepool1", "\"count\":2"), 409, "OperationNotAllowed", "is in Stopped state");
        refused(
                arm.put(arm.mc("one"), CLUSTER.replace("\"count\":1", "\"count\":2")),
                409,
                "OperationNotAllowed",
                "is in Stopped state");
        assertThat(cluster("one").status()).as("the same PUT again").isEqualTo(200);
        assertThat(arm.get(arm.post(arm.mc("one") + "/stop").operation())
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("Succeeded");

        arm.reconciler.sleep(true);
        Reply start = arm.post(arm.mc("one") + "/start");
        assertThat(arm.post(arm.mc("one") + "/start").operation()).isEqualTo(start.operation());
        refused(arm.post(arm.mc("one") + "/stop"), 409, "OperationNotAllowed", "(one - Starting)");
        assertThat(arm.get(arm.mc("one"))
                        .json()
                        .path("properties")
                        .path("provisioningState")
                        .asString())
                .isEqualTo("Starting");
        arm.reconciler.sleep(false);
        assertThat(arm.store.machines().list()).hasSize(1);
        assertThat(arm.get(arm.mc("one"))
                        .json()
                        .path("properties")
                        .path("powerState")
                        .path("code")
                        .asString())
                .isEqualTo("Running");
    }

    @Test
    @DisplayName(
            "a cluster's certificates are made anew as an operation of the whole cluster, which cannot be aborted; not of a stopped one")
    void rotateCertificates() {
        cluster("one");
        arm.reconciler.sleep(true);
        Reply rotation = arm.post(arm.mc("one") + "/rotateClusterCertificates");
        assertThat(rotation.status()).isEqualTo(202);
        assertThat(arm.post(arm.mc("one") + "/rotateClusterCertificates").operation())
                .isEqualTo(rotation.operation());
        assertThat(arm.get(arm.mc("one"))
                        .json()
                        .path("properties")
                        .path("provisioningState")
                        .asString())
                .isEqualTo("RotatingClusterCertificates");
        refused(arm.post(arm.mc("one") + "/abort"), 409, "OperationNotAllowed", "(one - RotatingClusterCertificates)");
        refused(pool("one", "more", "\"count\":1"), 409, "OperationNotAllowed", "RotatingClusterCertificates");
        arm.reconciler.sleep(false);
        assertThat(arm.get(rotation.operation()).json().path("status").asString())
                .isEqualTo("Succeeded");
        arm.post(arm.mc("one") + "/stop");
        refused(
                arm.post(arm.mc("one") + "/rotateClusterCertificates"),
                409,
                "OperationNotAllowed",
                "is in Stopped state");
    }

    @Test
    @DisplayName("a cluster's node resource group is read as any other and lists its machines; nobody changes it")
    void nodeResourceGroup() {
        cluster("one");
        String group = arm.get(arm.mc("one"))
                .json()
                .path("properties")
                .path("nodeResourceGroup")
                .asString();
        String url = ArmHarness.S + "/resourceGroups/" + group.toUpperCase(Locale.ROOT);
        assertThat(arm.get(url).json().path("managedBy").asString()).isEqualTo(arm.mc("one"));
        assertThat(arm.send("HEAD", url, "").status()).isEqualTo(204);
        JsonNode machine = arm.get(url + "/resources").json().path("value").path(0);
        assertThat(machine.path("type").asString()).isEqualTo("Microsoft.Compute/virtualMachines");
        assertThat(machine.path("tags").path("aks-managed-poolName").asString()).isEqualTo("nodepool1");
        assertThat(arm.get(ArmHarness.S + "/resources?api-version=2024-11-01&$filter=resourceGroup%20eq%20'" + group
                                + "'")
                        .json()
                        .path("value")
                        .size())
                .isEqualTo(1);
        assertThat(arm.get(ArmHarness.S + "/resourceGroups")
                        .json()
                        .path("value")
                        .valueStream()
                        .map(each -> each.path("name").asString()))
                .containsExactly("rg", group);
        String id = machine.path("id").asString();
        JsonNode alone = arm.get(id).json();
        machine.properties()
                .forEach(each -> assertThat(alone.path(each.getKey())).isEqualTo(each.getValue()));
        assertThat(alone.at("/properties/provisioningState").asString()).isEqualTo("Succeeded");
        for (String method : List.of("PUT", "PATCH", "DELETE", "POST")) {
            refused(arm.send(method, id, ""), 405, "MethodNotAllowed", "allowed: GET");
        }
        refused(arm.get(id + "x"), 404, "ResourceNotFound", "was not found");
        refused(
                arm.get(id.replace(group, "rg")),
                404,
                "ResourceNotFound",
                "Microsoft.Compute/virtualMachines/" + machine.path("name").asString());
        refused(arm.get(id.replace(group, "none")), 404, "ResourceGroupNotFound", "none");
        assertThat(arm.get(ArmHarness.S + "/providers/Microsoft.Compute")
                        .json()
                        .path("resourceTypes")
                        .valueStream()
                        .filter(each -> each.path("resourceType").asString().equals("virtualMachines"))
                        .map(each -> each.path("apiVersions").size()))
                .as("az asks for the type's versions before it shows one")
                .containsExactly(1);
        refused(arm.delete(url), 409, "OperationNotAllowed", "It goes with its cluster");
        refused(arm.put(url, "{\"location\":\"eastus\"}"), 409, "OperationNotAllowed", "managed cluster 'one'");
        arm.delete(arm.mc("one"));
        assertThat(arm.get(url).status()).isEqualTo(404);
    }

    @Test
    @DisplayName("conditions on entity tags hold or are 412")
    void etags() {
        String etag = cluster("one").json().path("eTag").asString();
        String now = arm.get(arm.mc("one")).json().path("eTag").asString();
        assertThat(now).isNotEqualTo(etag);
        Map<String, String> old = Map.of("Authorization", "Bearer " + arm.token(), "If-Match", etag);
        Map<String, String> good = Map.of("Authorization", "Bearer " + arm.token(), "If-Match", "\"" + now + "\"");
        Map<String, String> absent = Map.of("Authorization", "Bearer " + arm.token(), "If-None-Match", "*");
        String path = arm.mc("one") + "?api-version=2026-06-01";
        refused(arm.exchange("PUT", path, CLUSTER, old), 412, "PreconditionFailed", now);
        refused(arm.exchange("PUT", path, CLUSTER, absent), 412, "PreconditionFailed", "If-None-Match");
        assertThat(arm.exchange("PUT", path, CLUSTER, good).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("deleting a group deletes the clusters inside, and its Location answers 202 until all is gone")
    void deletesGroup() {
        cluster("one");
        cluster("two");
        arm.reconciler.sleep(true);
        Reply deletion = arm.delete(ArmHarness.S + "/resourcegroups/RG");
        assertThat(deletion.status()).isEqualTo(202);
        String location = deletion.raw().headers().firstValue("Location").orElseThrow();
        assertThat(arm.get(location).status()).isEqualTo(202);
        refused(cluster("three"), 409, "ResourceGroupBeingDeleted", "rg");
        arm.reconciler.sleep(false);
        assertThat(arm.get(location).status()).isEqualTo(200);
        assertThat(arm.send("HEAD", ArmHarness.S + "/resourceGroups/rg", "").status())
                .isEqualTo(404);
        group();
        assertThat(arm.send("HEAD", ArmHarness.S + "/resourceGroups/rg", "").status())
                .isEqualTo(204);
    }

    @Test
    @DisplayName("a group keeps its region, needs one, and has a name by the rules")
    void groups() {
        refused(
                arm.put(ArmHarness.S + "/resourceGroups/rg", "{\"location\":\"westeurope\"}"),
                409,
                "InvalidResourceGroupLocation",
                "eastus");
        refused(arm.put(ArmHarness.S + "/resourceGroups/new", "{}"), 400, "LocationRequired", "");
        refused(
                arm.put(ArmHarness.S + "/resourceGroups/new", "{\"location\":\"mars\"}"),
                400,
                "LocationNotAvailableForResourceType",
                "mars");
        refused(
                arm.put(ArmHarness.S + "/resourceGroups/a%20b", "{\"location\":\"eastus\"}"),
                400,
                "InvalidParameter",
                "");
        refused(
                arm.put(ArmHarness.S + "/resourceGroups/new", "{\"location\":\"eastus\",\"tags\":{\"a\":1}}"),
                400,
                "InvalidParameter",
                "tags");
    }

    @Test
    @DisplayName("a cluster has a name by the rules")
    void clusterNames() {
        for (String name : new String[] {"-a", "a-", "a.b", "a".repeat(64)}) {
            refused(cluster(name), 400, "InvalidParameter", "resourceName");
        }
        assertThat(cluster("a".repeat(63)).status()).isEqualTo(201);
    }

    @Test
    @DisplayName("a kubeconfig is the same at each call, and the administrator's is another")
    void kubeconfigs() {
        cluster("one");
        String path = arm.mc("one") + "/listClusterUserCredential";
        Reply user = arm.post(path);
        for (String format : new String[] {"", "azure", "Azure"}) {
            assertThat(arm.post(path + "?api-version=2026-06-01&format=" + format)
                            .json())
                    .as(format)
                    .isEqualTo(user.json());
        }
        assertThat(user.json().path("kubeconfigs").path(0).path("name").asString())
                .isEqualTo("clusterUser");
        Reply admin = arm.post(arm.mc("one") + "/listClusterAdminCredential");
        assertThat(admin.json().path("kubeconfigs").path(0).path("name").asString())
                .isEqualTo("clusterAdmin");
    }

    @ParameterizedTest
    @DisplayName("a kubeconfig in kubelogin's format is refused by the name of the format that there is")
    @ValueSource(strings = {"exec", "EXEC", "spiffe"})
    void otherFormats(String format) {
        cluster("one");
        for (String whose : new String[] {"User", "Admin"}) {
            Reply reply = arm.post(
                    arm.mc("one") + "/listCluster" + whose + "Credential?api-version=2026-06-01&format=" + format);
            refused(reply, 400, "InvalidParameter", "'" + format + "' is not supported");
            assertThat(reply.message())
                    .contains("exec is the format of kubelogin and needs Entra ID")
                    .contains("The supported format is azure");
            assertThat(reply.json().path("error").path("target").asString()).isEqualTo("format");
        }
    }

    @Test
    @DisplayName("no pool is stopped or started by itself; what az echoes of its power is taken")
    void poolPower() {
        cluster("one");
        pool("one", "np1", "\"count\":1");
        String stopped = "\"powerState\":{\"code\":\"Stopped\"}";
        String running = "\"powerState\":{\"code\":\"running\"}";
        Reply stop = arm.put(
                arm.mc("one") + "/agentPools/np1",
                Json.text(arm.get(arm.mc("one") + "/agentPools/np1").json()).replace("\"Running\"", "\"Stopped\""));
        refused(stop, 400, "NotSupported", "'np1' is Running and the request says Stopped");
        assertThat(stop.message())
                .contains("az aks nodepool scale --node-count 0")
                .contains("az aks stop");
        assertThat(stop.json().path("error").path("target").asString()).isEqualTo("properties.powerState");
        refused(pool("one", "np2", stopped), 400, "NotSupported", "properties.powerState");
        refused(pool("one", "np1", "\"powerState\":{\"code\":1}"), 400, "InvalidParameter", "powerState.code");
        String named = CLUSTER.replace("\"count\":1", "\"count\":1," + stopped);
        refused(arm.put(arm.mc("one"), named), 400, "NotSupported", "'nodepool1' is Running");
        refused(arm.put(arm.mc("two"), named), 400, "NotSupported", "properties.powerState");
        assertThat(pool("one", "np1", running).operation()).isEmpty();
        assertThat(pool("one", "np1", "\"powerState\":null").status()).isEqualTo(200);

        arm.post(arm.mc("one") + "/stop");
        refused(pool("one", "np1", running), 400, "NotSupported", "az aks start");
        assertThat(pool("one", "np1", stopped).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("a pool's mode may change while its machines stay, but the last system pool keeps its own")
    void modes() {
        cluster("one");
        pool("one", "np1", "\"count\":0");
        String last = "There has to be at least one system agent pool. 'nodepool1' is the last one";
        refused(pool("one", "nodepool1", "\"mode\":\"User\""), 400, "OperationNotAllowed", last);
        refused(arm.put(arm.mc("one"), CLUSTER.replace("\"System\"", "\"user\"")), 400, "OperationNotAllowed", last);
        refused(pool("one", "np1", "\"mode\":\"System\""), 400, "InvalidParameter", "1 to 1000 of a System pool");

        List<String> before = machineIds();
        Reply changed = pool("one", "np1", "\"count\":1,\"mode\":\"system\"");
        assertThat(changed.status()).as(changed.json().toString()).isEqualTo(200);
        assertThat(changed.operation()).as("nodes have to be told").isNotEmpty();
        assertThat(mode("np1")).isEqualTo("System");
        assertThat(pool("one", "nodepool1", "\"mode\":\"User\"").status()).isEqualTo(200);
        assertThat(mode("nodepool1")).isEqualTo("User");
        assertThat(machineIds()).containsAll(before);
        refused(pool("one", "np1", "\"mode\":\"User\""), 400, "OperationNotAllowed", "'np1' is the last one");

        Reply swapped = arm.put(
                arm.mc("one"),
                "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":["
                        + "{\"name\":\"np1\",\"mode\":\"User\"},{\"name\":\"nodepool1\",\"mode\":\"System\"}]}}");
        assertThat(swapped.status()).as("two change places: " + swapped.json()).isEqualTo(200);
        assertThat(mode("np1") + mode("nodepool1")).isEqualTo("UserSystem");
    }

    private List<String> machineIds() {
        return arm.store.machines().list().stream()
                .map(MachineRecord::machineId)
                .toList();
    }

    private String mode(String pool) {
        return arm.get(arm.mc("one") + "/agentPools/" + pool)
                .json()
                .path("properties")
                .path("mode")
                .asString();
    }

    @Test
    @DisplayName("machines show address, flags and verdict, and their console on request")
    void machines() {
        cluster("one");
        String machines = arm.mc("one") + "/agentPools/nodepool1/machines";
        var machine = arm.get(machines).json().path("value").path(0);
        String name = machine.path("name").asString();
        assertThat(machine.path("properties").path("verdict").isMissingNode()).isTrue();
        String id = machine.path("properties").path("machineId").asString();
        arm.store.verdicts().add(new VerdictRecord(id, Instant.now(), false, "{\"findings\":[]}", Optional.empty()));
        var verdict = arm.get(machines + "/" + name).json().path("properties").path("verdict");
        assertThat(verdict.path("passing").asBoolean()).isFalse();
        assertThat(verdict.path("findings").isArray()).isTrue();
        assertThat(arm.post(machines + "/" + id + "/getConsole")
                        .json()
                        .path("console")
                        .asString())
                .isEqualTo("console of " + id);
        refused(arm.get(machines + "/nope"), 404, "NotFound", "nope");
    }
}
