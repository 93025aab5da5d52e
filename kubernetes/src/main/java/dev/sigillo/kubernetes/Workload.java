package dev.sigillo.kubernetes;

import java.util.List;
import java.util.Map;

/**
 * What runs where, and what would.
 *
 * @param pods all but those that have ended
 * @param daemons what each DaemonSet would put on a node that it is for
 */
public record Workload(List<NodeRoom> nodes, List<PodView> pods, List<PodView> daemons) {

    /**
     * A Node and what there is for pods on it.
     *
     * @param unschedulable it is cordoned
     * @param allocatable of all pods together
     */
    public record NodeRoom(
            String name,
            boolean ready,
            boolean unschedulable,
            Map<String, String> labels,
            List<Taint> taints,
            Amounts allocatable) {
        public NodeRoom {
            labels = Map.copyOf(labels);
            taints = List.copyOf(taints);
        }
    }

    public Workload {
        nodes = List.copyOf(nodes);
        pods = List.copyOf(pods);
        daemons = List.copyOf(daemons);
    }
}
