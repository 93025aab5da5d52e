package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.KubernetesVersions;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What SDKs ask Microsoft.ContainerService about itself: its operations, and the versions a new pool may have. */
final class ResourceProvider {
    /**
     * A right that Azure's roles name, and what it is about.
     *
     * @param resource as Azure displays it
     * @param name without the provider in front
     */
    private record Right(String resource, String name, String description) {}

    private static final List<Right> RIGHTS = List.of(
            new Right("Managed Cluster", "managedClusters/read", "Get a managed cluster"),
            new Right("Managed Cluster", "managedClusters/write", "Creates a new managed cluster or updates one"),
            new Right("Managed Cluster", "managedClusters/delete", "Deletes a managed cluster"),
            new Right("Managed Cluster", "managedClusters/start/action", "Starts a managed cluster"),
            new Right("Managed Cluster", "managedClusters/stop/action", "Stops a managed cluster"),
            new Right(
                    "Managed Cluster",
                    "managedClusters/rotateClusterCertificates/action",
                    "Rotates the certificates of a managed cluster"),
            new Right(
                    "Managed Cluster",
                    "managedClusters/listClusterUserCredential/action",
                    "List the user credential of a managed cluster"),
            new Right(
                    "Managed Cluster",
                    "managedClusters/listClusterAdminCredential/action",
                    "List the admin credential of a managed cluster"),
            new Right("Managed Cluster", "managedClusters/runCommand/action", "Run a command in a managed cluster"),
            new Right("Managed Cluster", "managedClusters/commandResults/read", "Get the result of such a command"),
            new Right("Managed Cluster", "managedClusters/upgradeProfiles/read", "Gets the upgrade profile"),
            new Right("Agent Pool", "managedClusters/agentPools/read", "Gets an agent pool"),
            new Right("Agent Pool", "managedClusters/agentPools/write", "Creates a new agent pool or updates one"),
            new Right("Agent Pool", "managedClusters/agentPools/delete", "Deletes an agent pool"),
            new Right(
                    "Agent Pool",
                    "managedClusters/agentPools/upgradeNodeImageVersion/action",
                    "Upgrade the node image version of an agent pool"),
            new Right(
                    "Agent Pool",
                    "managedClusters/agentPools/deleteMachines/action",
                    "Deletes machines by their names"),
            new Right("Machine", "managedClusters/agentPools/machines/read", "Gets a machine in an agent pool"),
            new Right("Operation", "locations/operations/read", "Gets the status of an asynchronous operation"));

    private final Store store;
    private final Scope scope;
    private final Supplier<KubernetesVersions> versions;

    ResourceProvider(Store store, Scope scope, Supplier<KubernetesVersions> versions) {
        this.store = store;
        this.scope = scope;
        this.versions = versions;
    }

    void register(Routes routes) {
        routes.add(Route.Access.ANY_ROLE, "GET", "/providers/Microsoft.ContainerService/operations", _ -> operations());
        routes.add("GET", Clusters.PATH + "/availableAgentPoolVersions", this::poolVersions);
    }

    private static ArmReply operations() {
        return ArmReply.list(RIGHTS.stream()
                .map(right -> {
                    ObjectNode node = Json.newObject();
                    node.put("name", ArmId.CONTAINER_SERVICE + "/" + right.name());
                    node.put("origin", "user,system");
                    node.putObject("display")
                            .put("provider", "Microsoft Container Service")
                            .put("resource", right.resource())
                            .put("operation", right.description())
                            .put("description", right.description());
                    return node;
                })
                .toList());
    }

    private ArmReply poolVersions(ArmRequest request) {
        ClusterRecord cluster = scope.cluster(store, request);
        ObjectNode body = Json.newObject();
        body.put("id", cluster.id() + "/availableAgentPoolVersions/default");
        body.put("name", "default");
        body.put("type", ArmId.CLUSTER_TYPE + "/availableAgentPoolVersions");
        ArrayNode all = body.putObject("properties").putArray("agentPoolVersions");
        String controlPlane = cluster.desired().version();
        for (String version : versions.get().ofNodes(controlPlane)) {
            all.addObject()
                    .put("kubernetesVersion", version)
                    .put("default", version.equals(controlPlane))
                    .put("isPreview", false);
        }
        return ArmReply.ok(body);
    }
}
