package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.server.ArmHarness.Reply;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ArmHarness.OfClass.class)
@DisplayName("A deployment of a template")
class DeploymentTest {
    private static final String GROUP = ArmHarness.S + "/resourcegroups/rg";
    private static final String ONE = GROUP + "/providers/Microsoft.Resources/deployments/one";

    /** With the name without quotes and the comment, as az sends it. */
    private static final String CLUSTER = """
            {"properties": {"parameters": {"count": {"value": 2}}, "mode": "Incremental", template:{
              "parameters":{"count":{"type":"int"}}, // how many
              "resources":[
                {"type":"Microsoft.ContainerService/managedClusters","apiVersion":"2024-02-01","name":"shop",
                 "location":"[resourceGroup().location]","properties":{"agentPoolProfiles":[
                   {"name":"np","mode":"System","count":1,"securityProfile":{"enableVTPM":true}}]}},
                {"type":"Microsoft.ContainerService/managedClusters/agentPools","apiVersion":"2024-02-01",
                 "name":"shop/more","properties":{"count":"[parameters('count')]"}}],
              "outputs":{"count":{"type":"int","value":"[parameters('count')]"}}}}}""";

    private static final String POOL = """
            {"properties":{"mode":"Incremental","template":{"resources":[
              {"type":"Microsoft.ContainerService/managedClusters/agentPools","apiVersion":"2024-02-01",
               "name":"shop/%s","properties":{"count":1,"vmSize":"%s"}}]}}}""";

    private final ArmHarness arm;

    DeploymentTest(ArmHarness arm) {
        this.arm = arm;
    }

    private static String pool(String name, String properties) {
        return POOL.formatted(name, "").replace("\"count\":1", "\"count\":1," + properties);
    }

    @BeforeEach
    void group() {
        arm.put(GROUP, "{\"location\":\"eastus\"}");
    }

    @AfterEach
    void wipes() {
        arm.reconciler.sleep(false);
        arm.delete(GROUP);
        assertThat(arm.get(ONE).status()).isEqualTo(404);
    }

    @Test
    @DisplayName("makes its clusters with their pools, runs as long as they do, and shows parameters and outputs")
    void deploys() {
        arm.reconciler.sleep(true);
        assertThat(arm.post(ONE + "/validate", CLUSTER).status()).isEqualTo(200);
        assertThat(arm.store.clusters().list()).as("validating makes nothing").isEmpty();
        assertThat(arm.send("HEAD", ONE, "").status()).isEqualTo(404);

        Reply made = arm.put(ONE, CLUSTER);
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        assertThat(arm.get(made.operation()).json().path("status").asString()).isEqualTo("Running");
        assertThat(arm.put(ONE, CLUSTER).code()).isEqualTo("OperationNotAllowed");
        arm.reconciler.sleep(false);
        assertThat(arm.get(made.operation()).json().path("status").asString()).isEqualTo("Succeeded");
        JsonNode properties = arm.get(ONE).json().path("properties");
        assertThat(properties.path("provisioningState").asString()).isEqualTo("Succeeded");
        assertThat(properties.path("outputs").path("count").path("value").asInt())
                .isEqualTo(2);
        assertThat(properties
                        .path("outputResources")
                        .valueStream()
                        .map(each -> each.path("id").asString()))
                .containsExactly(arm.mc("shop"), arm.mc("shop") + "/agentPools/more");
        assertThat(arm.get(arm.mc("shop") + "/agentPools/more")
                        .json()
                        .path("properties")
                        .path("count")
                        .asInt())
                .isEqualTo(2);
        assertThat(arm.get(GROUP + "/deployments/one/operations")
                        .json()
                        .path("value")
                        .size())
                .isEqualTo(2);
        assertThat(arm.get(ONE.substring(0, ONE.lastIndexOf('/')))
                        .json()
                        .path("value")
                        .size())
                .isEqualTo(1);
        assertThat(arm.put(ONE, CLUSTER)
                        .json()
                        .path("properties")
                        .path("provisioningState")
                        .asString())
                .as("the same again has nothing to do")
                .isEqualTo("Succeeded");
        assertThat(arm.delete(ONE).status()).isEqualTo(204);
        assertThat(arm.get(arm.mc("shop")).status()).as("what it made stays").isEqualTo(200);
    }

    @Test
    @DisplayName("fails with its operations' errors, and puts pools into a cluster that is there")
    void fails() {
        arm.put(ONE, CLUSTER);
        arm.reconciler.sleep(true);
        Reply made = arm.put(ONE, POOL.formatted("third", ""));
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        arm.post(arm.mc("shop") + "/agentPools/third/abort");
        JsonNode status = arm.get(made.operation()).json();
        assertThat(status.path("status").asString()).isEqualTo("Canceled");
        assertThat(status.path("error").path("code").asString()).isEqualTo("DeploymentFailed");
        assertThat(status.path("error").path("details").path(0).path("message").asString())
                .contains("aborted");
    }

    @Test
    @DisplayName("tries a pool again that had failed by itself, also where its cluster has nothing to do")
    void again() {
        arm.put(ONE, CLUSTER);
        arm.store.pools().setState(arm.mc("shop"), "more", "Failed");
        arm.reconciler.sleep(true);
        Reply again = arm.put(ONE, CLUSTER);
        assertThat(arm.get(again.operation()).json().path("status").asString()).isEqualTo("Running");
    }

    @Test
    @DisplayName("two clusters of one template share nothing, whatever variables they share")
    void apart() {
        String shared = """
                {"properties":{template:{"variables":{"p":{"agentPoolProfiles":[{"name":"np","mode":"System","count":1}]}},
                 "resources":[
                  {"type":"Microsoft.ContainerService/managedClusters","apiVersion":"1","name":"a","location":"eastus",
                   "properties":"[variables('p')]"},
                  {"type":"Microsoft.ContainerService/managedClusters","apiVersion":"1","name":"b","location":"eastus",
                   "properties":"[variables('p')]"},
                  {"type":"Microsoft.ContainerService/managedClusters/agentPools","apiVersion":"1","name":"a/more",
                   "properties":{"count":1,"name":"other"}}]}}}""";
        assertThat(arm.put(ONE, shared).status()).isEqualTo(201);
        assertThat(arm.store.pools().listOfCluster(arm.mc("a")))
                .extracting("name")
                .containsExactlyInAnyOrder("np", "more");
        assertThat(arm.store.pools().listOfCluster(arm.mc("b")))
                .extracting("name")
                .containsExactly("np");
    }

    @Test
    @DisplayName("is refused as a whole for what one resource would be refused for, and then nothing is made")
    void refused() {
        arm.put(ONE, CLUSTER);
        String both = CLUSTER.replace("\"name\":\"shop", "\"name\":\"inn")
                .replace("\"count\":\"[parameters('count')]\"", "\"vmSize\":\"Standard_M1\"");
        for (Reply reply : new Reply[] {arm.put(ONE, both), arm.post(ONE + "/validate", both)}) {
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.code()).isEqualTo("VMSizeNotSupported");
        }
        assertThat(arm.get(arm.mc("inn")).status()).isEqualTo(404);
        assertThat(arm.put(ONE, POOL.formatted("x", "").replace("shop/", "none/"))
                        .code())
                .isEqualTo("ResourceNotFound");
        assertThat(arm.put(ONE, pool("more", "\"powerState\":{\"code\":\"Stopped\"}"))
                        .message())
                .contains("no agent pool is stopped or started by itself");
        assertThat(arm.put(ONE, pool("np", "\"mode\":\"User\"")).message())
                .contains("There has to be at least one system agent pool.");
        assertThat(arm.put(ONE, CLUSTER.replace("Incremental", "Complete")).message())
                .contains("can only be Incremental");
        assertThat(arm.put(ONE, CLUSTER.replace("shop/more", "shop/np")).message())
                .contains("is there twice");
        assertThat(arm.put(ONE, "{\"properties\":{\"template\":{\"resources\":[}}}")
                        .code())
                .isEqualTo("InvalidRequestContent");
        assertThat(arm.post(ONE + "/whatIf", CLUSTER).message()).contains("what-if is not supported");
        for (String each : List.of(ONE + "/cancel", ONE + "/exportTemplate", GROUP + "/exportTemplate")) {
            Reply reply = arm.post(each);
            assertThat(reply.code()).as(each).isEqualTo("NotSupported");
            assertThat(reply.message()).as(each).contains("not supported");
        }
    }

    @Test
    @DisplayName("shows in its outputs what its resources have, once they are there and as long as they are")
    void references() {
        arm.reconciler.sleep(true);
        Reply made = arm.put(ONE, CLUSTER.replace("\"outputs\":{", """
                "outputs":{"fqdn":{"type":"string","value":"[reference('shop').fqdn]"},
                "pool":{"type":"int","value":"[reference('shop/more').count]"},
                "first":{"type":"string","value":"[reference('shop').agentPoolProfiles[0].name]"},
                "none":{"type":"string","value":"[reference('shop').nonsense]"},
                "at":{"type":"string","value":"[reference(resourceId('Microsoft.ContainerService/managedClusters',\
                'SHOP'), '2024-02-01', 'Full').location]"},"""));
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        assertThat(made.json().at("/properties/outputs/fqdn").toString()).isEqualTo("{\"type\":\"string\"}");
        arm.reconciler.sleep(false);
        JsonNode outputs = arm.get(ONE).json().at("/properties/outputs");
        assertThat(outputs.at("/fqdn/value"))
                .isEqualTo(arm.get(arm.mc("shop")).json().at("/properties/fqdn"));
        assertThat(outputs.at("/pool/value").asInt()).isEqualTo(2);
        assertThat(outputs.at("/first/value"))
                .isEqualTo(arm.get(arm.mc("shop")).json().at("/properties/agentPoolProfiles/0/name"));
        assertThat(outputs.at("/at/value").asString()).isEqualTo("eastus");
        assertThat(outputs.path("none").has("value")).isFalse();
        assertThat(outputs.at("/count/value").asInt()).isEqualTo(2);
        arm.delete(arm.mc("shop"));
        assertThat(arm.get(ONE).json().at("/properties/outputs/fqdn").has("value"))
                .isFalse();
    }
}
