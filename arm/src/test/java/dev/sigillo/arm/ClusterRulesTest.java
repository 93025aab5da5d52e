package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ClusterRulesTest {
    private final ClusterRules rules = new ClusterRules(Locations.shipped(), new KubernetesVersions(List.of("1.35.4")));

    private ObjectNode create(String request) {
        ObjectNode body = Json.object(request);
        rules.checkTypes(body);
        return rules.create("rg", "my_cluster", body);
    }

    private ObjectNode network(String fields) {
        return create("{\"location\":\"eastus\",\"properties\":{\"networkProfile\":{" + fields + "}}}");
    }

    @Test
    @DisplayName("a request of a region alone gets AKS's defaults")
    void defaults() {
        ObjectNode cluster = create("{\"location\":\"East US\"}");
        DesiredCluster desired = DesiredCluster.of(Json.text(cluster));
        assertThat(desired)
                .isEqualTo(new DesiredCluster(
                        "eastus", "1.35.4", "10.244.0.0/16", "10.0.0.0/16", "10.0.0.10", "mycluster"));
        assertThat(cluster.path("properties").path("nodeResourceGroup").asString())
                .isEqualTo("MC_rg_my_cluster_eastus");
        assertThat(cluster.path("identity").path("type").asString()).isEqualTo("SystemAssigned");
    }

    @Test
    @DisplayName("1.35 is the newest patch of 1.35, and is shown as asked")
    void minorVersion() {
        ObjectNode cluster = create("{\"location\":\"eastus\",\"properties\":{\"kubernetesVersion\":\"1.35\"}}");
        assertThat(cluster.path("properties").path("kubernetesVersion").asString())
                .isEqualTo("1.35");
        assertThat(DesiredCluster.of(Json.text(cluster)).version()).isEqualTo("1.35.4");
    }

    @ParameterizedTest
    @DisplayName("what is wrong is refused with its code")
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                                    | LOCATION_REQUIRED
            {"location":"mars"}                                                   | LOCATION_NOT_AVAILABLE
            {"location":7}                                                        | INVALID_PARAMETER
            {"location":"eastus","properties":[]}                                 | INVALID_PARAMETER
            {"location":"eastus","properties":{"kubernetesVersion":"1.99.0"}}     | K8S_VERSION_NOT_SUPPORTED
            {"location":"eastus","properties":{"kubernetesVersion":1.35}}         | INVALID_PARAMETER
            {"location":"eastus","properties":{"agentPoolProfiles":{}}}           | INVALID_PARAMETER
            {"location":"eastus","properties":{"agentPoolProfiles":[1]}}          | INVALID_PARAMETER
            {"location":"eastus","properties":{"dnsPrefix":"-x"}}                 | INVALID_PARAMETER
            {"location":"eastus","properties":{"enableRBAC":false}}               | NOT_SUPPORTED
            {"location":"eastus","properties":{"disableLocalAccounts":true}}      | NOT_SUPPORTED
            {"location":"eastus","properties":{"addonProfiles":{"x":{"enabled":true}}}} | NOT_SUPPORTED
            {"location":"eastus","tags":{"a":1}}                                  | INVALID_PARAMETER
            """)
    void refuses(String request, ArmError error) {
        assertThatThrownBy(() -> create(request))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    @ParameterizedTest
    @DisplayName("networks that are none, too small, or in each other's way are refused")
    @ValueSource(
            strings = {
                "\"podCidr\":\"10.244.0.0\"",
                "\"podCidr\":\"10.244.0.1/16\"",
                "\"podCidr\":\"10.244.0.0/33\"",
                "\"podCidr\":\"300.244.0.0/16\"",
                "\"podCidr\":\"10.244.0.0/24\"",
                "\"podCidr\":\"10.0.0.0/8\"",
                "\"podCidr\":\"10.224.0.0/16\"",
                "\"serviceCidr\":\"10.244.0.0/16\"",
                "\"dnsServiceIP\":\"10.1.0.10\"",
                "\"dnsServiceIP\":\"10.0.0.1\"",
                "\"dnsServiceIP\":\"x\"",
                "\"networkPolicy\":\"calico\"",
                "\"networkPlugin\":\"none\""
            })
    void badNetworks(String field) {
        assertThatThrownBy(() -> network(field)).isInstanceOf(ArmException.class);
    }

    @Test
    @DisplayName("the DNS address follows the service network")
    void dnsFollows() {
        ObjectNode cluster = network("\"serviceCidr\":\"172.16.0.0/16\"");
        assertThat(DesiredCluster.of(Json.text(cluster)).dnsServiceIp()).isEqualTo("172.16.0.10");
    }

    @Test
    @DisplayName("a PUT that leaves things out keeps them, and the echo of a reply changes nothing")
    void merges() {
        ObjectNode kept = create("{\"location\":\"eastus\",\"tags\":{\"a\":\"b\"}}");
        assertThat(rules.update(kept, Json.object("{\"location\":\"eastus\",\"properties\":{}}")))
                .isEqualTo(kept);
        ObjectNode echo = kept.deepCopy();
        echo.put("id", "x");
        ((ObjectNode) echo.path("properties"))
                .put("provisioningState", "Succeeded")
                .putObject("identityProfile");
        assertThat(rules.update(kept, echo)).isEqualTo(kept);
    }

    @Test
    @DisplayName("tags are replaced as a whole, and removed by null")
    void tags() {
        ObjectNode kept = create("{\"location\":\"eastus\",\"tags\":{\"a\":\"b\"}}");
        assertThat(rules.update(kept, Json.object("{\"tags\":{\"c\":\"d\"}}")).path("tags"))
                .isEqualTo(Json.object("{\"c\":\"d\"}"));
        assertThat(rules.update(kept, Json.object("{\"tags\":null}"))
                        .path("tags")
                        .isNull())
                .isTrue();
    }

    @ParameterizedTest
    @DisplayName("region, network, version and DNS prefix of a cluster stay")
    @ValueSource(
            strings = {
                "{\"location\":\"westeurope\"}",
                "{\"properties\":{\"networkProfile\":{\"podCidr\":\"10.100.0.0/16\"}}}",
                "{\"properties\":{\"dnsPrefix\":\"other\"}}"
            })
    void fixed(String request) {
        ObjectNode kept = create("{\"location\":\"eastus\"}");
        assertThatThrownBy(() -> rules.update(kept, Json.object(request)))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.PROPERTY_CHANGE_NOT_ALLOWED));
    }

    @Test
    @DisplayName("two pools of one name are refused")
    void twins() {
        ObjectNode request =
                Json.object("{\"properties\":{\"agentPoolProfiles\":[{\"name\":\"a\"},{\"name\":\"a\"}]}}");
        assertThatThrownBy(() -> rules.pools(request)).hasMessageContaining("names must differ");
    }
}
