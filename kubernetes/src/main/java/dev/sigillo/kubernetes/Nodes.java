package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Node objects: created before their kubelets come, and changed by Sigillo alone in what trust hangs on. */
final class Nodes {

    /** Labels, annotations and taints under this prefix are ours. */
    static final String OURS = "sigillo.dev/";

    private static final int TRIES = 20;

    private final KubernetesClient kubernetes;

    Nodes(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    void create(NodeObject wanted) {
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName(wanted.name())
                .withLabels(new HashMap<>(wanted.labels()))
                .endMetadata()
                .withNewSpec()
                .withPodCIDR(wanted.podCidr())
                .withPodCIDRs(wanted.podCidr())
                .withProviderID(wanted.providerId())
                .withTaints(wanted.taints().stream().map(Nodes::taint).toList())
                .endSpec()
                .build();
        try {
            requireStored(
                    wanted.name(),
                    optional(wanted.labels()),
                    labels(kubernetes.resource(node).create()));
        } catch (KubernetesClientException exists) {
            if (exists.getCode() != 409) {
                throw exists;
            }
            change(wanted.name(), present -> {
                Map<String, String> labels = labels(present);
                labels.putAll(wanted.labels());
                present.getMetadata().setLabels(labels);
            });
        }
    }

    void delete(String name) {
        kubernetes.nodes().withName(name).delete();
    }

    List<NodeView> list() {
        return kubernetes.nodes().list().getItems().stream().map(Nodes::view).toList();
    }

    void setTrust(String name, Map<String, Optional<String>> labels, List<Taint> taints) {
        Node stored = change(name, node -> {
            node.getMetadata().setLabels(merged(labels(node), labels));
            List<io.fabric8.kubernetes.api.model.Taint> all = new ArrayList<>(taints(node).stream()
                    .filter(taint -> !taint.getKey().startsWith(OURS))
                    .toList());
            taints.forEach(taint -> all.add(taint(taint)));
            node.getSpec().setTaints(all);
        });
        requireStored(name, labels, labels(stored));
        List<Taint> ours = view(stored).taints().stream()
                .filter(taint -> taint.key().startsWith(OURS))
                .toList();
        if (!ours.containsAll(taints) || ours.size() != taints.size()) {
            throw new KubernetesException("node " + name + " should have the taints " + taints + " and has " + ours
                    + ": an admission webhook of the cluster changes what Sigillo writes; remove it");
        }
    }

    void annotate(String name, Map<String, Optional<String>> annotations) {
        Node stored = change(name, node -> node.getMetadata().setAnnotations(merged(annotations(node), annotations)));
        requireStored(name, annotations, annotations(stored));
    }

    void cordon(String name) {
        change(name, node -> node.getSpec().setUnschedulable(true));
    }

    /** Read, change, write with the version that was read; kubelets write too, so it may take some tries. */
    private Node change(String name, Consumer<Node> change) {
        for (int tries = 1; ; tries++) {
            Node node = kubernetes.nodes().withName(name).require();
            change.accept(node);
            try {
                return kubernetes.resource(node).update();
            } catch (KubernetesClientException conflict) {
                if (conflict.getCode() != 409 || tries == TRIES) {
                    throw conflict;
                }
            }
        }
    }

    private static void requireStored(String name, Map<String, Optional<String>> wanted, Map<String, String> stored) {
        wanted.forEach((key, value) -> {
            if (!Objects.equals(stored.get(key), value.orElse(null))) {
                throw new KubernetesException("node " + name + " should have " + key + " = " + value.orElse("(absent)")
                        + " and has " + stored.getOrDefault(key, "(absent)") + ": an admission webhook of the cluster"
                        + " changes what Sigillo writes; remove it");
            }
        });
    }

    private static Map<String, String> merged(Map<String, String> present, Map<String, Optional<String>> changes) {
        changes.forEach((key, value) -> value.ifPresentOrElse(set -> present.put(key, set), () -> present.remove(key)));
        return present;
    }

    private static Map<String, Optional<String>> optional(Map<String, String> labels) {
        Map<String, Optional<String>> all = new HashMap<>();
        labels.forEach((key, value) -> all.put(key, Optional.of(value)));
        return all;
    }

    private static Map<String, String> labels(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels == null ? new HashMap<>() : new HashMap<>(labels);
    }

    private static Map<String, String> annotations(Node node) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return annotations == null ? new HashMap<>() : new HashMap<>(annotations);
    }

    private static List<io.fabric8.kubernetes.api.model.Taint> taints(Node node) {
        List<io.fabric8.kubernetes.api.model.Taint> taints = node.getSpec().getTaints();
        return taints == null ? List.of() : taints;
    }

    private static io.fabric8.kubernetes.api.model.Taint taint(Taint taint) {
        return new TaintBuilder()
                .withKey(taint.key())
                .withValue(taint.value().isEmpty() ? null : taint.value())
                .withEffect(taint.effect())
                .build();
    }

    private static NodeView view(Node node) {
        NodeStatus status = node.getStatus();
        boolean ready = status != null && status.getConditions().stream().anyMatch(Nodes::isReady);
        String version = status == null || status.getNodeInfo() == null
                ? ""
                : Objects.requireNonNullElse(status.getNodeInfo().getKubeletVersion(), "");
        return new NodeView(
                node.getMetadata().getName(),
                ready,
                labels(node),
                annotations(node),
                taints(node).stream()
                        .map(taint -> new Taint(
                                taint.getKey(), Objects.requireNonNullElse(taint.getValue(), ""), taint.getEffect()))
                        .toList(),
                version,
                Instant.parse(node.getMetadata().getCreationTimestamp()));
    }

    private static boolean isReady(NodeCondition condition) {
        return condition.getType().equals("Ready") && condition.getStatus().equals("True");
    }
}
