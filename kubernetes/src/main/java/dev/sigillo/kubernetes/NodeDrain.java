package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;

/** Empties a node by the Eviction API, which heeds PodDisruptionBudgets; what is left after the time is deleted. */
final class NodeDrain {

    private static final Duration POLL = Duration.ofSeconds(1);

    private final KubernetesClient kubernetes;

    NodeDrain(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    void drain(String node, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        List<Pod> left = pods(node);
        while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
            left.forEach(this::evict);
            Pause.of(POLL);
            left = pods(node);
        }
        left.forEach(pod -> kubernetes.resource(pod).withGracePeriod(0).delete());
    }

    private void evict(Pod pod) {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return;
        }
        try {
            kubernetes
                    .pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .evict();
        } catch (KubernetesClientException heldBack) {
            // 429: a PodDisruptionBudget says not yet; asked again at the next look. 404: gone meanwhile.
            if (heldBack.getCode() != 429 && heldBack.getCode() != 404) {
                throw heldBack;
            }
        }
    }

    /** What has to leave: not the pods of DaemonSets, nor static pods, nor what has ended. */
    private List<Pod> pods(String node) {
        return kubernetes.pods().inAnyNamespace().withField("spec.nodeName", node).list().getItems().stream()
                .filter(pod ->
                        !List.of("Succeeded", "Failed").contains(pod.getStatus().getPhase()))
                .filter(pod -> pod.getMetadata().getOwnerReferences().stream()
                        .map(OwnerReference::getKind)
                        .noneMatch(kind -> kind.equals("DaemonSet") || kind.equals("Node")))
                .toList();
    }
}
