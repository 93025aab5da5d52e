package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.server.ArmHarness.Reply;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The fields of replies whose absence breaks one of az's commands, measured by leaving them out one at a time. */
final class AzNeeds {
    private static final Pattern CLUSTER = Pattern.compile("(?i).*/managedClusters/[^/]+");
    private static final Pattern CLUSTERS = Pattern.compile("(?i).*/managedClusters");
    private static final Pattern POOL = Pattern.compile("(?i).*/agentPools/[^/]+");
    private static final Pattern POOLS = Pattern.compile("(?i).*/agentPools");

    private AzNeeds() {}

    /** Checks what is behind the path, whichever way it was asked for. */
    static void check(String path, Reply reply) {
        JsonNode json = reply.json();
        if (reply.status() >= 400) {
            boolean login = path.contains("oauth2");
            if (!login && !json.isMissingNode()) {
                error(json.path("error"));
            }
            return;
        }
        if (json.isMissingNode()) {
            return;
        }
        if (CLUSTER.matcher(path).matches()) {
            cluster(json);
        } else if (CLUSTERS.matcher(path).matches()) {
            list(json).forEach(AzNeeds::cluster);
        } else if (POOL.matcher(path).matches()) {
            pool(json);
        } else if (POOLS.matcher(path).matches()) {
            list(json).forEach(AzNeeds::pool);
        }
    }

    /** An absent list, null and a bare array each crash az. */
    private static List<JsonNode> list(JsonNode json) {
        assertThat(json.path("value").isArray()).as("a list: %s", json).isTrue();
        return json.path("value").valueStream().toList();
    }

    private static void cluster(JsonNode cluster) {
        texts(cluster, "id", "name", "type", "location");
        texts(cluster.path("identity"), "type", "principalId", "tenantId");
        JsonNode properties = cluster.path("properties");
        texts(
                properties,
                "provisioningState",
                "kubernetesVersion",
                "currentKubernetesVersion",
                "dnsPrefix",
                "nodeResourceGroup");
        // 2.74: show and list crash without it.
        assertThat(properties.path("servicePrincipalProfile").path("clientId").asString())
                .isEqualTo("msi");
        // 2.91: every update fails without it.
        texts(properties.path("identityProfile").path("kubeletidentity"), "resourceId", "clientId", "objectId");
        // Below 8 means a legacy cluster, which cannot be upgraded.
        assertThat(properties.path("maxAgentPools").asInt()).isEqualTo(100);
        texts(
                properties.path("networkProfile"),
                "networkPlugin",
                "podCidr",
                "serviceCidr",
                "dnsServiceIP",
                "outboundType",
                "loadBalancerSku");
        assertThat(properties.path("agentPoolProfiles").size()).as("pools").isPositive();
        properties.path("agentPoolProfiles").forEach(profile -> {
            texts(profile, "name");
            poolProperties(profile);
        });
    }

    private static void pool(JsonNode pool) {
        texts(pool, "id", "name", "type");
        poolProperties(pool.path("properties"));
    }

    private static void poolProperties(JsonNode properties) {
        texts(
                properties,
                "type",
                "provisioningState",
                "vmSize",
                "mode",
                "osType",
                "osSKU",
                "orchestratorVersion",
                "eTag");
        assertThat(properties.path("type").asString()).isEqualTo("VirtualMachineScaleSets");
        assertThat(properties.path("nodeImageVersion").asString()).isEqualTo(ArmHarness.IMAGE);
        assertThat(properties.path("count").isInt()).isTrue();
        // Both always: without them nodepool update --enable-secure-boot crashes.
        JsonNode security = properties.path("securityProfile");
        assertThat(security.path("enableVTPM").isBoolean()).as("%s", security).isTrue();
        assertThat(security.path("enableSecureBoot").isBoolean())
                .as("%s", security)
                .isTrue();
    }

    private static void error(JsonNode error) {
        texts(error, "code", "message");
        assertThat(error.has("target")).isTrue();
        assertThat(error.path("details").isArray()).isTrue();
        assertThat(error.path("additionalInfo").isArray()).isTrue();
    }

    private static void texts(JsonNode node, String... fields) {
        for (String field : fields) {
            assertThat(node.path(field).isString()
                            && !node.path(field).asString().isEmpty())
                    .as("%s in %s", field, node)
                    .isTrue();
        }
    }
}
