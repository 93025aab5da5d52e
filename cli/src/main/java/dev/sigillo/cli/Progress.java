package dev.sigillo.cli;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Follows a cluster while its machines boot, attest and join. */
final class Progress {
    private final Api api;
    private final Console console;
    private final Selection selection;

    Progress(Api api, Console console, Selection selection) {
        this.api = api;
        this.console = console;
        this.selection = selection;
    }

    /** Waits for the operation; the stages are told from the cluster's machines. */
    void ofOperation(Optional<URI> operation, String clusterPath, String what) {
        new Waiting(api, console).forOperation(operation, what, stage(clusterPath));
    }

    /** Waits until no change is under way and every pool has all its nodes Ready. */
    void untilReady(String clusterPath, String what) {
        new Waiting(api, console).until(what, stage(clusterPath), () -> {
            JsonNode cluster = api.get(clusterPath);
            if (failed(cluster)) {
                throw Failure.because(
                        "The last operation on the cluster failed.",
                        "sigillo nodes shows which machine; sigillo attest show NODE or sigillo console NODE why.");
            }
            if (!Fields.text(cluster, "properties", "provisioningState").equals("Succeeded")) {
                return false;
            }
            List<Node> nodes = selection.nodes(List.of(cluster));
            long ready = nodes.stream().filter(Node::ready).count();
            List<Node> failures = nodes.stream().filter(Node::failed).toList();
            if (ready < wanted(cluster) && ready + failures.size() == nodes.size() && settled(cluster)) {
                throw Failure.because(
                        "The cluster has only %d of %d nodes Ready, and nothing is under way: %s"
                                .formatted(
                                        ready,
                                        wanted(cluster),
                                        failures.stream().map(Node::failure).collect(Collectors.joining("; "))),
                        "sigillo nodepool delete and add make the pool anew.");
            }
            return ready >= wanted(cluster);
        });
    }

    private static boolean settled(JsonNode cluster) {
        for (JsonNode pool : cluster.path("properties").path("agentPoolProfiles")) {
            if (!List.of("Succeeded", "Failed").contains(Fields.text(pool, "provisioningState"))) {
                return false;
            }
        }
        return true;
    }

    static boolean failed(JsonNode cluster) {
        return Fields.text(cluster, "properties", "provisioningState").equals("Failed");
    }

    static String nodes(int count) {
        return count == 1 ? "1 node" : count + " nodes";
    }

    private Supplier<String> stage(String clusterPath) {
        return () -> api.find(clusterPath)
                .map(cluster -> Stage.of(selection.nodes(List.of(cluster)), wanted(cluster)))
                .orElse("cluster is made");
    }

    private static int wanted(JsonNode cluster) {
        int wanted = 0;
        for (JsonNode pool : cluster.path("properties").path("agentPoolProfiles")) {
            wanted += pool.path("count").asInt(0);
        }
        return wanted;
    }
}
