package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;

/** Empties a node by the Eviction API, which heeds PodDisruptionBudgets; one look at a time. */
final class NodeDrain {

    private static final System.Logger LOG = System.getLogger(NodeDrain.class.getName());

    /** A look ends after this: where each eviction hangs in somebody's webhook, the others come at the next one. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final KubernetesClient kubernetes;

    NodeDrain(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    /** @return what was there to evict, {@code namespace/name} */
    List<String> evict(String node) {
        List<Pod> left = pods(node);
        long deadline = System.nanoTime() + LOOK.toNanos();
        for (Pod pod : left) {
            if (System.nanoTime() - deadline < 0 && pod.getMetadata().getDeletionTimestamp() == null) {
                evict(pod);
            }
        }
        return left.stream().map(NodeDrain::name).toList();
    }

    /** What has to leave and is there, {@code namespace/name}. */
    List<String> left(String node) {
        return pods(node).stream().map(NodeDrain::name).toList();
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
    }

    /** Deletes what is left, without grace and whatever budgets say. */
    void delete(String node) {
        for (Pod pod : pods(node)) {
            try {
                kubernetes.resource(pod).withGracePeriod(0).delete();
            } catch (KubernetesClientException heldBack) {
                told(pod, "deleted", heldBack);
            }
        }
    }

    private void evict(Pod pod) {
        try {
            kubernetes
                    .pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .evict();
        } catch (KubernetesClientException heldBack) {
            // A budget says not yet (429), two budgets cover it (500), a webhook is gone: the next look asks again.
            told(pod, "evicted", heldBack);
        }
    }

    private static void told(Pod pod, String done, KubernetesClientException heldBack) {
        LOG.log(
                System.Logger.Level.INFO,
                "pod {0}/{1} was not {2}: {3}",
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                done,
                heldBack.getMessage());
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
