package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ClusterRulesTest {
    private final ClusterRules rules =
            new ClusterRules(Locations.shipped(), () -> new KubernetesVersions(List.of("1.35.4")));

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
                        "eastus",
                        "1.35.4",
                        "10.244.0.0/16",
                        "10.0.0.0/16",
                        "10.0.0.10",
                        "mycluster",
                        AutoscalerProfile.of(Json.newObject()),
                        new AuthorizedRanges(List.of()),
                        Duration.ofSeconds(60),
                        PowerState.RUNNING));
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
        {"location":"eastus","tags":{"sigillo-attestation-interval":"5"}}     | INVALID_PARAMETER
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
                "\"networkPlugin\":\"none\"",
                "\"networkDataplane\":\"cilium\"",
                "\"advancedNetworking\":{\"enabled\":true}",
                "\"outboundType\":\"userDefinedRouting\"",
                "\"outboundType\":\"block\"",
                "\"ipFamilies\":[\"IPv4\",\"IPv6\"]",
                "\"podCidrs\":[\"10.100.0.0/16\"]",
                "\"podCidrs\":[\"10.244.0.0/16\",\"fd00::/64\"]",
                "\"podCidrs\":\"10.244.0.0/16\"",
                "\"serviceCidr\":\"127.0.0.0/16\"",
                "\"serviceCidr\":\"169.254.0.0/16\"",
                "\"podCidr\":\"240.0.0.0/8\""
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

    @ParameterizedTest
    @DisplayName("what would promise protection that is not there is refused by its name; the same words that ask for"
            + " nothing are not")
    @CsvSource(delimiter = '|', textBlock = """
        "apiServerAccessProfile":{"enablePrivateCluster":true}              | "apiServerAccessProfile":{"enablePrivateCluster":false}
        "apiServerAccessProfile":{"disableRunCommand":true}                 | "apiServerAccessProfile":{"authorizedIPRanges":["192.0.2.0/24"]}
        "securityProfile":{"workloadIdentity":{"enabled":true}}             | "securityProfile":{"workloadIdentity":{"enabled":false}}
        "securityProfile":{"azureKeyVaultKms":{"enabled":true,"keyId":"k"}} | "securityProfile":{}
        "autoUpgradeProfile":{"upgradeChannel":"patch"}                     | "autoUpgradeProfile":{"upgradeChannel":"none"}
        "autoUpgradeProfile":{"nodeOSUpgradeChannel":"SecurityPatch"}       | "autoUpgradeProfile":{"nodeOSUpgradeChannel":"None"}
        "oidcIssuerProfile":{"enabled":true}                                | "oidcIssuerProfile":{"enabled":false}
        "diskEncryptionSetID":"/subscriptions/x"                            | "diskEncryptionSetID":""
        "publicNetworkAccess":"Disabled"                                    | "publicNetworkAccess":"Enabled"
        "nodeResourceGroupProfile":{"restrictionLevel":"ReadOnly"}          | "nodeResourceGroupProfile":{"restrictionLevel":"Unrestricted"}
        "fqdnSubdomain":"mine"                                              | "fqdnSubdomain":""
        "hostedSystemProfile":{"enabled":true}                              | "hostedSystemProfile":{"enabled":false}
        "schedulerProfile":{"upstream":{"schedulerConfigMode":"ManagedByCRD"}} | "schedulerProfile":{"upstream":{"schedulerConfigMode":"Default"}}
        "upgradeSettings":{"overrideSettings":{"forceUpgrade":true}}        | "upgradeSettings":{"overrideSettings":{"forceUpgrade":false}}
        "supportPlan":"AKSLongTermSupport"                                  | "supportPlan":"KubernetesOfficial"
        "aadProfile":{"managed":true}                                       | "aadProfile":{"managed":false}
        "addonProfiles":{"azurepolicy":{"enabled":true}}                    | "addonProfiles":{"azurepolicy":{"enabled":false,"config":{"a":"b"}}}
        """)
    void unsupported(String asks, String asksNothing) {
        String field = "properties." + asks.substring(1, asks.indexOf('"', 1));
        assertThatThrownBy(() -> create("{\"location\":\"eastus\",\"properties\":{" + asks + "}}"))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.NOT_SUPPORTED))
                .hasMessageContaining(field);
        ObjectNode kept = create("{\"location\":\"eastus\",\"properties\":{" + asksNothing + "}}");
        assertThatThrownBy(() -> rules.update(kept, Json.object("{\"properties\":{" + asks + "}}")))
                .hasMessageContaining(field);
    }

    @Test
    @DisplayName("the refusal names the very field that asks")
    void namesField() {
        assertThatThrownBy(() -> create("{\"location\":\"eastus\",\"properties\":{\"apiServerAccessProfile\":"
                        + "{\"privateDNSZone\":\"none\",\"enablePrivateCluster\":true}}}"))
                .isInstanceOfSatisfying(
                        ArmException.class,
                        e -> assertThat(e.body().target())
                                .isEqualTo("properties.apiServerAccessProfile.enablePrivateCluster"));
    }

    @Test
    @DisplayName("identities and skus that there are none of are refused")
    void identities() {
        assertThatThrownBy(() -> create("{\"location\":\"eastus\",\"identity\":{\"type\":\"UserAssigned\"}}"))
                .hasMessageContaining("identity.type 'UserAssigned'");
        assertThatThrownBy(() -> create("{\"location\":\"eastus\",\"sku\":{\"name\":\"Automatic\"}}"))
                .hasMessageContaining("sku.name 'Automatic'");
    }

    @Test
    @DisplayName("a field that holds one of a few words takes them in any case, and keeps the service's own spelling")
    void words() {
        String request = """
                {"location":"eastus","sku":{"name":"base","tier":"STANDARD"},"properties":{"networkProfile":
                 {"networkPlugin":"AZURE","outboundType":"managednatgateway","loadBalancerSku":"Basic"}}}""";
        ObjectNode cluster = create(request);
        assertThat(cluster.path("sku")).isEqualTo(Json.object("{\"name\":\"Base\",\"tier\":\"Standard\"}"));
        ObjectNode network = (ObjectNode) cluster.path("properties").path("networkProfile");
        assertThat(network.path("networkPlugin").asString()).isEqualTo("azure");
        assertThat(network.path("outboundType").asString()).isEqualTo("managedNATGateway");
        assertThat(network.path("loadBalancerSku").asString()).isEqualTo("basic");
        assertThat(rules.update(cluster, Json.object(request))).isEqualTo(cluster);
    }

    @ParameterizedTest
    @DisplayName("… and no others: the refusal lists those that there are")
    @CsvSource(delimiter = '|', textBlock = """
        "sku":{"name":"Huge"}                                             | sku.name                                   | Base
        "sku":{"tier":"Gold"}                                             | sku.tier                                   | Free, Standard, Premium
        "properties":{"networkProfile":{"networkPlugin":"none"}}          | properties.networkProfile.networkPlugin    | kubenet, azure
        "properties":{"networkProfile":{"outboundType":"carrierPigeon"}}  | properties.networkProfile.outboundType     | loadBalancer, managedNATGateway, userAssignedNATGateway
        "properties":{"networkProfile":{"loadBalancerSku":"gateway"}}     | properties.networkProfile.loadBalancerSku  | standard, basic
        """)
    void otherWords(String field, String target, String allowed) {
        assertThatThrownBy(() -> create("{\"location\":\"eastus\"," + field + "}"))
                .isInstanceOfSatisfying(ArmException.class, e -> {
                    assertThat(e.error()).isEqualTo(ArmError.INVALID_PARAMETER);
                    assertThat(e.body().target()).isEqualTo(target);
                })
                .hasMessageContaining("is not one of " + allowed);
    }

    @Test
    @DisplayName("the password of a Windows profile is not kept")
    void noPassword() {
        ObjectNode cluster = create("{\"location\":\"eastus\",\"properties\":{\"windowsProfile\":"
                + "{\"adminUsername\":\"a\",\"adminPassword\":\"secret\"}}}");
        assertThat(Json.text(cluster)).contains("adminUsername").doesNotContain("secret");
    }

    @Test
    @DisplayName("a /22 has room for four nodes; the cluster's /24 has room for 220, however large the pod network")
    void room() {
        ClusterNetwork.requireRoom("10.100.0.0/22", 4);
        assertThatThrownBy(() -> ClusterNetwork.requireRoom("10.100.0.0/22", 5))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.INSUFFICIENT_SUBNET_SIZE))
                .hasMessageContaining("5 nodes")
                .hasMessageContaining("room for 4");
        ClusterNetwork.requireRoom("10.0.0.0/8", 220);
        assertThatThrownBy(() -> ClusterNetwork.requireRoom("10.0.0.0/8", 221)).hasMessageContaining("room for 220");
    }

    @Test
    @DisplayName("empty and absent are the same to an update: nothing changes")
    void emptyIsAbsent() {
        ObjectNode kept = create("{\"location\":\"eastus\"}");
        String echo =
                "{\"tags\":{},\"properties\":{\"linuxProfile\":null,\"windowsProfile\":{},\"autoScalerProfile\":{},"
                        + "\"networkProfile\":{\"networkPolicy\":\"\",\"ipFamilies\":[]}}}";
        assertThat(rules.update(kept, Json.object(echo))).isEqualTo(kept);
    }

    @Test
    @DisplayName("a region of any length is cut short in the refusal")
    void clips() {
        assertThatThrownBy(() -> create("{\"location\":\"" + "x".repeat(1 << 20) + "\"}"))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.body().message()).hasSizeLessThan(1000));
    }
}
