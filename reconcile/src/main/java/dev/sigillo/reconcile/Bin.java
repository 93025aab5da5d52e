package dev.sigillo.reconcile;

import dev.sigillo.kubernetes.Amounts;
import dev.sigillo.kubernetes.PodView;
import dev.sigillo.kubernetes.Taint;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A node that is, or could be, and the pods on it.
 *
 * @param allocatable of all pods together
 * @param pods those that are on it, and those that were put on it in thought
 */
record Bin(String node, Map<String, String> labels, List<Taint> taints, Amounts allocatable, List<PodView> pods) {
    Bin {
        labels = Map.copyOf(labels);
        taints = List.copyOf(taints);
        pods = List.copyOf(pods);
    }

    Bin with(PodView pod) {
        return new Bin(
                node,
                labels,
                taints,
                allocatable,
                Stream.concat(pods.stream(), Stream.of(pod)).toList());
    }

    Amounts used() {
        return pods.stream().map(PodView::requests).reduce(Amounts.NONE, Amounts::plus);
    }

    Amounts free() {
        return allocatable.minus(used());
    }

    /** Whether labels, taints, resources and ports let the pod in; other pods' wishes apart. */
    boolean takes(PodView pod) {
        return pod.placement().allows(node, labels, taints)
                && free().holds(pod.requests())
                && pods.stream().flatMap(each -> each.hostPorts().stream()).noneMatch(pod.hostPorts()::contains);
    }

    /** Whether the two are in one domain of the topology. */
    boolean isBeside(Bin other, String topologyKey) {
        String here = labels.getOrDefault(topologyKey, "");
        return labels.containsKey(topologyKey)
                && other.labels.containsKey(topologyKey)
                && here.equals(other.labels.get(topologyKey));
    }
}
