package dev.sigillo.cli;

import dev.sigillo.arm.ArmId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Clusters, pools and machines found over the API. */
final class Selection {
    private final Api api;

    Selection(Api api) {
        this.api = api;
    }

    String group(String name) {
        return api.subscription() + "/resourceGroups/" + Segments.encoded(name);
    }

    String clusterPath(String group, String name) {
        return group(group) + "/providers/" + ArmId.CONTAINER_SERVICE + "/managedClusters/" + Segments.encoded(name);
    }

    String poolPath(String group, String cluster, String name) {
        return ArmId.pool(clusterPath(group, cluster), Segments.encoded(name));
    }

    /** The clusters of one group, or of all when {@code group} is empty; only the one called {@code name}, unless that is empty. */
    List<JsonNode> clusters(String group, String name) {
        String scope = group.isEmpty() ? api.subscription() : group(group);
        List<JsonNode> found = api.list(scope + "/providers/" + ArmId.CONTAINER_SERVICE + "/managedClusters").stream()
                .filter(cluster -> name.isEmpty() || ArmId.same(Fields.text(cluster, "name"), name))
                .toList();
        if (found.isEmpty() && !name.isEmpty()) {
            throw Failure.notFound(
                    "There is no cluster " + name + (group.isEmpty() ? "." : " in resource group " + group + "."),
                    "sigillo cluster list shows those there are.");
        }
        return found;
    }

    /** The machines of the clusters, also those that never became nodes. */
    List<Node> nodes(List<JsonNode> clusters) {
        List<Node> nodes = new ArrayList<>();
        for (JsonNode cluster : clusters) {
            String clusterId = Fields.text(cluster, "id");
            String path = Segments.ofId(clusterId);
            for (JsonNode pool : api.list(path + "/agentPools")) {
                String name = Fields.text(pool, "name");
                nodes.addAll(nodesOfPool(clusterId, ArmId.pool(path, Segments.encoded(name)), name));
            }
        }
        return nodes;
    }

    /** The machines of one pool. */
    List<Node> nodesOfPool(String clusterId, String poolPath, String pool) {
        return api.list(poolPath + "/machines").stream()
                .map(machine -> new Node(clusterId, pool, machine))
                .toList();
    }

    /** The one node of that name, or of that machine id. */
    Node node(String group, String cluster, String name) {
        List<Node> found = nodes(clusters(group, cluster)).stream()
                .filter(node -> node.isCalled(name))
                .toList();
        if (found.size() > 1) {
            throw Failure.because(
                    found.size() + " nodes are called " + name + ".",
                    "Say which by --cluster NAME and --resource-group NAME.");
        }
        if (found.isEmpty()) {
            throw Failure.notFound("There is no node " + name + ".", "sigillo nodes lists them.");
        }
        return found.getFirst();
    }
}
