package dev.sigillo.cli;

import java.util.List;

/** Where a cluster's making stands, told from its machines. */
final class Stage {
    private Stage() {}

    static String of(List<Node> nodes, int wanted) {
        if (nodes.isEmpty()) {
            return "control plane starts";
        }
        long ready = nodes.stream().filter(Node::ready).count();
        if (ready >= wanted) {
            return "settles";
        }
        if (nodes.stream().anyMatch(node -> isIn(node, "BOOKED"))) {
            return "machines are made";
        }
        if (nodes.stream().allMatch(Node::lost)) {
            return "control plane starts";
        }
        if (nodes.stream().anyMatch(node -> isIn(node, "STARTED"))) {
            return "machines boot and prove what they booted";
        }
        return "nodes join";
    }

    private static boolean isIn(Node node, String phase) {
        return node.phase().equalsIgnoreCase(phase);
    }
}
