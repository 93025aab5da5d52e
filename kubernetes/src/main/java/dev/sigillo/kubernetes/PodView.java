package dev.sigillo.kubernetes;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A pod as far as it matters where it is.
 *
 * @param node where it is, empty if nowhere yet
 * @param waiting the scheduler says that no node can take it
 * @param requests with one of {@link Amounts#PODS}
 * @param hostPorts {@code protocol/port}
 * @param together required affinity to other pods
 * @param apart required anti-affinity to other pods
 * @param daemon of a DaemonSet, or a static pod: it goes with its node
 * @param holds why its node should not be taken away
 */
public record PodView(
        String namespace,
        String name,
        String uid,
        Map<String, String> labels,
        String node,
        boolean waiting,
        Instant created,
        Amounts requests,
        Set<String> hostPorts,
        Placement placement,
        List<PodTerm> together,
        List<PodTerm> apart,
        List<Spread> spreads,
        boolean daemon,
        Set<Hold> holds) {

    /** Why a pod's node should not be taken away. */
    public enum Hold {
        /** Annotated {@code cluster-autoscaler.kubernetes.io/safe-to-evict: "false"}. */
        ASKED,
        /** No controller would make it anew. */
        UNREPLICATED,
        /** An emptyDir on disk, or a folder of the node. */
        LOCAL_STORAGE,
        /** In kube-system, and no PodDisruptionBudget says that it may be disrupted. */
        SYSTEM,
        /** A PodDisruptionBudget that allows no disruption now. */
        BUDGET
    }

    /**
     * Other pods, where they are.
     *
     * @param namespaces empty for all
     */
    public record PodTerm(String topologyKey, Set<String> namespaces, List<Requirement> selector) {
        public PodTerm {
            namespaces = Set.copyOf(namespaces);
            selector = List.copyOf(selector);
        }

        public boolean matches(PodView pod) {
            return (namespaces.isEmpty() || namespaces.contains(pod.namespace()))
                    && Requirement.all(selector, pod.labels());
        }
    }

    /** A topology spread constraint that must hold ({@code DoNotSchedule}), on pods of the same namespace. */
    public record Spread(String topologyKey, int maxSkew, List<Requirement> selector) {
        public Spread {
            selector = List.copyOf(selector);
        }

        public boolean matches(PodView one, PodView other) {
            return one.namespace().equals(other.namespace()) && Requirement.all(selector, other.labels());
        }
    }

    public PodView {
        labels = Map.copyOf(labels);
        hostPorts = Set.copyOf(hostPorts);
        together = List.copyOf(together);
        apart = List.copyOf(apart);
        spreads = List.copyOf(spreads);
        holds = Set.copyOf(holds);
    }
}
