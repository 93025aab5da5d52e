package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.server.ArmHarness.Reply;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("PATCH of tags, and what SDKs ask the resource provider")
class TaggingTest {
    private static final String GROUP = ArmHarness.S + "/resourceGroups/rg";
    private static final String CLUSTER =
            "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"nodepool1\",\"count\":1,\"mode\":\"System\"}]}}";

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeEach
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder);
        arm.put(GROUP, "{\"location\":\"eastus\",\"tags\":{\"a\":\"1\"}}");
        arm.put(arm.mc("one"), CLUSTER);
    }

    @AfterEach
    void stops() {
        arm.close();
    }

    private Reply tag(String path, String body, String etag) {
        return arm.exchange(
                "PATCH",
                path + "?api-version=2026-06-01",
                body,
                Map.of("Authorization", "Bearer " + arm.token(), "If-Match", etag));
    }

    @Test
    @DisplayName("the tags of a cluster are replaced, at once and without an operation; the same again changes nothing")
    void cluster() {
        Reply tagged = tag(arm.mc("one"), "{\"tags\":{\"by\":\"me\"}}", "*");
        assertThat(tagged.status()).isEqualTo(200);
        assertThat(tagged.operation()).isEmpty();
        assertThat(tagged.json().path("tags").path("by").asString()).isEqualTo("me");
        Reply again = tag(arm.mc("one"), "{\"tags\":{\"by\":\"me\"}}", "*");
        assertThat(again.json().path("eTag")).isEqualTo(tagged.json().path("eTag"));
        assertThat(arm.get(arm.mc("one")).json().path("tags").size()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "of a cluster that failed: an operation that succeeded, as SDKs take the state for the outcome; it stays failed")
    void failed() {
        String id = arm.store.clusters().list().getFirst().id();
        arm.store.clusters().setState(id, "Failed");
        Reply tagged = tag(arm.mc("one"), "{\"tags\":{\"by\":\"me\"}}", "*");
        assertThat(tagged.json().at("/properties/provisioningState").asString()).isEqualTo("Updating");
        assertThat(arm.get(tagged.operation()).json().path("status").asString()).isEqualTo("Succeeded");
        assertThat(arm.get(arm.mc("one"))
                        .json()
                        .at("/properties/provisioningState")
                        .asString())
                .isEqualTo("Failed");
    }

    @Test
    @DisplayName("another etag, other fields, tags that are no texts and an operation under way refuse it")
    void refused() {
        assertThat(tag(arm.mc("one"), "{\"tags\":{}}", "another").code()).isEqualTo("PreconditionFailed");
        assertThat(tag(arm.mc("one"), "{\"sku\":{\"name\":\"Base\"}}", "*").code())
                .isEqualTo("PropertyChangeNotAllowed");
        assertThat(tag(arm.mc("one"), "{\"tags\":{\"a\":1}}", "*").code()).isEqualTo("InvalidParameter");
        assertThat(tag(arm.mc("one"), "{\"tags\":[]}", "*").code()).isEqualTo("InvalidParameter");
        assertThat(tag(arm.mc("none"), "{\"tags\":{}}", "*").code()).isEqualTo("ResourceNotFound");
        arm.reconciler.sleep(true);
        arm.put(arm.mc("one") + "/agentPools/two", "{\"properties\":{\"count\":0,\"mode\":\"User\"}}");
        assertThat(tag(arm.mc("one"), "{\"tags\":{}}", "*").code()).isEqualTo("OperationNotAllowed");
        assertThat(arm.get(arm.mc("one")).json().path("tags").size()).isZero();
    }

    @Test
    @DisplayName("the tags of a resource group are replaced, its location stays; other fields refuse it")
    void group() {
        assertThat(tag(GROUP, "{\"tags\":{\"b\":\"2\"}}", "*")
                        .json()
                        .path("tags")
                        .propertyNames())
                .containsExactly("b");
        assertThat(arm.get(GROUP).json().path("location").asString()).isEqualTo("eastus");
        assertThat(tag(GROUP, "{}", "*").json().path("tags").propertyNames()).containsExactly("b");
        assertThat(tag(GROUP, "{\"location\":\"westus\"}", "*").code()).isEqualTo("PropertyChangeNotAllowed");
        assertThat(tag(ArmHarness.S + "/resourceGroups/none", "{\"tags\":{}}", "*")
                        .code())
                .isEqualTo("ResourceGroupNotFound");
    }

    @Test
    @DisplayName("operations of Microsoft.ContainerService, and the versions a pool may have, the cluster's by default")
    void provider() {
        assertThat(arm.get("/providers/Microsoft.ContainerService/operations")
                        .json()
                        .path("value")
                        .findValuesAsString("name"))
                .contains("Microsoft.ContainerService/managedClusters/write");
        var versions = arm.get(arm.mc("one") + "/availableAgentPoolVersions").json();
        assertThat(versions.at("/properties/agentPoolVersions/0/kubernetesVersion")
                        .asString())
                .isEqualTo("1.35.4");
        assertThat(versions.at("/properties/agentPoolVersions/0/default").asBoolean())
                .isTrue();
    }
}
