package dev.sigillo.kubernetes;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A Node as the API server shows it.
 *
 * @param ready whether its condition {@code Ready} is {@code True}
 * @param readiness reason and message of that condition, as the kubelet wrote them; empty before it came
 * @param since when that condition last changed, else when the Node was created
 * @param providerId {@code spec.providerID}, empty if it has none
 * @param kubeletVersion {@code status.nodeInfo.kubeletVersion}, empty before the kubelet came
 */
public record NodeView(
        String name,
        boolean ready,
        String readiness,
        Instant since,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<Taint> taints,
        String providerId,
        String kubeletVersion,
        Instant created) {

    /** The annotation of a node that a roll could not empty. */
    static final String SET_ASIDE = GuardedKeys.OURS + "set-aside";

    /** By what it was {@link KubernetesCluster#setAside}; empty if it is not. */
    public String setAside() {
        return annotations.getOrDefault(SET_ASIDE, "");
    }

    /** The {@link LabelsAndTaints#text} of what the node was given last; empty if that is not known. */
    public String given() {
        return annotations.getOrDefault(LabelsAndTaints.ANNOTATION, "");
    }

    public NodeView {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        taints = List.copyOf(taints);
    }
}
