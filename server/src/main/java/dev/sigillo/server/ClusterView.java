package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.Store;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A cluster as ARM shows it. Every field whose absence breaks some version of az is there. */
final class ClusterView {
    /** Fewer than 8 makes az take the cluster for a legacy one. */
    private static final int MAX_AGENT_POOLS = 100;

    private final Credentials credentials;
    private final ArmSettings settings;

    ClusterView(Credentials credentials, ArmSettings settings) {
        this.credentials = credentials;
        this.settings = settings;
    }

    static String etag(ClusterRecord cluster) {
        return Etag.of(cluster.id(), cluster.createdAt(), cluster.etag());
    }

    ObjectNode resource(Store store, ClusterRecord cluster) {
        ObjectNode kept = Json.object(cluster.body());
        ObjectNode node = Json.newObject();
        node.put("id", cluster.id());
        node.put("name", cluster.name());
        node.put("type", "Microsoft.ContainerService/ManagedClusters");
        node.put("location", cluster.location());
        if (!kept.has("tags")) {
            node.putNull("tags");
        }
        ObjectNode properties = kept.get("properties") instanceof ObjectNode object ? object : Json.newObject();
        kept.remove("properties");
        node.setAll(kept);
        if (node.get("identity") instanceof ObjectNode identity) {
            identity.put("principalId", Etag.guid(cluster.id() + cluster.createdAt() + " principal"));
            identity.put("tenantId", settings.tenant());
        }
        node.put("eTag", etag(cluster));
        node.set("properties", properties);
        describe(store, cluster, properties);
        return node;
    }

    private void describe(Store store, ClusterRecord cluster, ObjectNode properties) {
        properties.put("provisioningState", cluster.provisioningState());
        cluster.desired().power().putInto(properties);
        properties.put("maxAgentPools", MAX_AGENT_POOLS);
        properties.put("resourceUID", Etag.guid(cluster.id() + cluster.createdAt()));
        credentials.apiAddress(cluster).ifPresent(address -> {
            properties.put("fqdn", address);
            properties.put("azurePortalFQDN", address);
        });
        properties.putObject("servicePrincipalProfile").put("clientId", "msi");
        String kubelet = cluster.name() + "-agentpool";
        properties
                .putObject("identityProfile")
                .putObject("kubeletidentity")
                .put(
                        "resourceId",
                        "/subscriptions/" + settings.subscription() + "/resourceGroups/"
                                + properties.path("nodeResourceGroup").asString("")
                                + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/" + kubelet)
                .put("clientId", Etag.guid(cluster.id() + cluster.createdAt() + " kubelet client"))
                .put("objectId", Etag.guid(cluster.id() + cluster.createdAt() + " kubelet object"));
        ArrayNode pools = properties.putArray("agentPoolProfiles");
        store.pools().listOfCluster(cluster.id()).forEach(pool -> pools.add(PoolView.profile(store, pool)));
        if (cluster.provisioningState().equals(ProvisioningState.FAILED)) {
            PoolView.lastError(store, cluster.id())
                    .ifPresent(error -> properties.putObject("status").set("provisioningError", ArmReply.error(error)));
        }
    }
}
