package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of a Node nobody but Sigillo may write: the trust labels, the labels that say which pool it is of, and everything
 * under {@code sigillo.dev/}. The admission policy does not see what a mutating webhook makes of Sigillo's own writes, so
 * these keys are compared after each.
 *
 * @param labels the guarded labels alone
 * @param taints ours, each as {@code key=value:effect}
 */
record GuardedKeys(SortedMap<String, String> labels, Set<String> taints) {

    /** Labels, annotations and taints under this prefix are ours. */
    static final String OURS = "sigillo.dev/";

    static final String TRUSTED_LAUNCH = "kubernetes.azure.com/trusted-launch";

    /** The policy holds the same list. */
    static final List<String> LABELS = List.of(
            TRUSTED_LAUNCH,
            "kubernetes.azure.com/secure-boot",
            "kubernetes.azure.com/security-type",
            "kubernetes.azure.com/agentpool",
            "kubernetes.azure.com/mode",
            "kubernetes.azure.com/cluster",
            "agentpool");

    static GuardedKeys of(Node node) {
        SortedMap<String, String> labels = new TreeMap<>();
        Map<String, String> all = node.getMetadata().getLabels();
        if (all != null) {
            all.forEach((key, value) -> {
                if (guards(key)) {
                    labels.put(key, Objects.requireNonNullElse(value, ""));
                }
            });
        }
        Set<String> taints = new TreeSet<>();
        if (node.getSpec() != null && node.getSpec().getTaints() != null) {
            node.getSpec().getTaints().stream()
                    .filter(taint -> taint.getKey().startsWith(OURS))
                    .forEach(taint -> taints.add(taint.getKey() + "=" + Objects.requireNonNullElse(taint.getValue(), "")
                            + ":" + taint.getEffect()));
        }
        return new GuardedKeys(labels, taints);
    }

    static boolean guards(String label) {
        return LABELS.contains(label) || label.startsWith(OURS);
    }

    /** One short text for each key in which the stored Node differs from what was written. */
    List<String> differences(GuardedKeys stored) {
        List<String> differences = new ArrayList<>();
        Set<String> keys = new TreeSet<>(labels.keySet());
        keys.addAll(stored.labels.keySet());
        for (String key : keys) {
            String wanted = labels.getOrDefault(key, "(absent)");
            String has = stored.labels.getOrDefault(key, "(absent)");
            if (!wanted.equals(has)) {
                differences.add("the label " + key + " = " + has + " instead of " + wanted);
            }
        }
        if (!taints.equals(stored.taints)) {
            differences.add("the taints " + stored.taints + " instead of " + taints);
        }
        return differences;
    }

    /** Whether the stored Node lacks some of what was written and says nothing that was not: it claims no trust. */
    boolean claimsNoMore(GuardedKeys stored) {
        return labels.entrySet().containsAll(stored.labels.entrySet()) && stored.taints.containsAll(taints);
    }
}
