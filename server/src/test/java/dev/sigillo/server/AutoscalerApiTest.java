package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.server.ArmHarness.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("The API of pools that are scaled by themselves")
class AutoscalerApiTest {
    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeAll
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder);
        arm.put(ArmHarness.S + "/resourcegroups/rg", "{\"location\":\"eastus\"}");
    }

    @AfterAll
    void stops() {
        arm.close();
    }

    /** As az sends it: all pools, as read, with what changes. */
    private Reply cluster(String name, int count, String pool, String properties) {
        return arm.put(
                arm.mc(name),
                "{\"location\":\"eastus\",\"properties\":{%s\"agentPoolProfiles\":[{\"name\":\"np\",\"mode\":\"System\",\"count\":%d%s}]}}"
                        .formatted(properties, count, pool));
    }

    private JsonNode pool(String name) {
        Reply reply = arm.get(arm.mc(name) + "/agentPools/np");
        assertThat(reply.status()).isEqualTo(200);
        return reply.json().path("properties");
    }

    @Test
    @DisplayName("a cluster is made with one, shows bounds and count, and an old count in a later PUT scales nothing")
    void creates() {
        String on = ",\"enableAutoScaling\":true,\"minCount\":1,\"maxCount\":3";
        assertThat(cluster("one", 2, on, "").status()).isEqualTo(201);
        assertThat(pool("one").path("maxCount").asInt()).isEqualTo(3);
        Reply again = cluster("one", 1, on, "\"autoScalerProfile\":{\"scan-interval\":\"20s\"},");
        assertThat(again.status()).isEqualTo(200);
        JsonNode properties = again.json().path("properties");
        assertThat(properties.path("autoScalerProfile").path("scan-interval").asString())
                .isEqualTo("20s");
        assertThat(properties.path("agentPoolProfiles").path(0).path("count").asInt())
                .isEqualTo(2);
        assertThat(properties.path("provisioningState").asString()).isEqualTo("Succeeded");
        assertThat(arm.store.machines().list().stream()
                        .filter(each -> each.clusterId().endsWith("/one")))
                .hasSize(2);
    }

    @Test
    @DisplayName("machines that are deleted by name make no such pool smaller than its least")
    void leastStays() {
        String on = ",\"enableAutoScaling\":true,\"minCount\":2,\"maxCount\":3";
        assertThat(cluster("two", 2, on, "").status()).isEqualTo(201);
        String url = arm.mc("two") + "/agentPools/np";
        String machine = arm.get(url + "/machines")
                .json()
                .path("value")
                .path(0)
                .path("name")
                .asString();
        assertThat(arm.post(url + "/deleteMachines", "{\"machineNames\":[\"" + machine + "\"]}")
                        .status())
                .isEqualTo(202);
        assertThat(pool("two").path("count").asInt()).isEqualTo(2);
    }

    @Test
    @DisplayName("what makes no sense is refused, and nothing changes")
    void refuses() {
        assertThat(cluster("three", 1, "", "").status()).isEqualTo(201);
        String on = ",\"enableAutoScaling\":true,\"minCount\":1,\"maxCount\":3";
        Reply both = cluster("three", 2, on, "");
        assertThat(both.status()).isEqualTo(400);
        assertThat(both.message()).contains("Cannot manually scale and enable cluster autoscaler");
        Reply unknown = cluster("three", 1, on, "\"autoScalerProfile\":{\"x\":\"1\"},");
        assertThat(unknown.code()).isEqualTo("InvalidParameter");
        assertThat(pool("three").path("enableAutoScaling").asBoolean()).isFalse();
        assertThat(cluster("three", 1, on, "").status()).isEqualTo(200);
        assertThat(pool("three").path("enableAutoScaling").asBoolean()).isTrue();
    }
}
