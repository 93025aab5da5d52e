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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Node objects: created before their kubelets come, and changed by Sigillo alone in what trust hangs on. */
final class Nodes {

    private static final int TRIES = 20;

    /** AKS's label of a node that a roll could not empty, and what it says. */
    private static final String UPGRADE_STATUS = "kubernetes.azure.com/upgrade-status";

    private static final String QUARANTINED = "Quarantined";

    private final KubernetesClient kubernetes;

    Nodes(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    void create(NodeObject wanted) {
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName(wanted.name())
                .withLabels(new HashMap<>(wanted.labels()))
                .addToAnnotations(LabelsAndTaints.ANNOTATION, wanted.given().text())
                .endMetadata()
                .withNewSpec()
                .withPodCIDR(wanted.podCidr())
                .withPodCIDRs(wanted.podCidr())
                .withProviderID(wanted.providerId())
                .withTaints(wanted.taints().stream().map(Nodes::taint).toList())
                .endSpec()
                .withNewStatus()
                // Without this condition a kubelet complains ten times a second until its first own status.
                .addNewCondition()
                .withType("Ready")
                .withStatus("False")
                .withReason("NotEnrolled")
                .withMessage("the machine has not been let in yet; sigillo nodes shows how far it is")
                .endCondition()
                .endStatus()
                .build();
        Written written = created(node)
                .or(() -> madeByAnother(wanted) ? created(node) : Optional.empty())
                .or(() -> change(wanted.name(), present -> {
                    Map<String, String> labels = labels(present);
                    labels.keySet().removeIf(GuardedKeys::guards);
                    labels.putAll(wanted.labels());
                    present.getMetadata().setLabels(labels);
                    setOurTaints(present, ours(wanted.taints()));
                    give(present, wanted.given());
                }))
                .orElseThrow(() -> new KubernetesException(
                        "node " + wanted.name() + " was there and is gone; it will be created again"));
        List<String> differences = written.differences();
        if (!differences.isEmpty()) {
            throw forged(wanted.name(), differences);
        }
    }

    /** Empty if there is one of the name. */
    private Optional<Written> created(Node node) {
        try {
            return Optional.of(new Written(node, kubernetes.resource(node).create()));
        } catch (KubernetesClientException exists) {
            if (exists.getCode() != 409) {
                throw exists;
            }
            return Optional.empty();
        }
    }

    /** A Node that somebody else made under the name is deleted: what it says it stands for cannot be mended. */
    private boolean madeByAnother(NodeObject wanted) {
        Node present = kubernetes.nodes().withName(wanted.name()).get();
        if (present == null || provider(present).equals(wanted.providerId())) {
            return false;
        }
        delete(wanted.name());
        return true;
    }

    void delete(String name) {
        kubernetes.nodes().withName(name).delete();
    }

    List<NodeView> list() {
        return kubernetes.nodes().list().getItems().stream().map(Nodes::view).toList();
    }

    void setTrust(String name, Map<String, Optional<String>> labels, List<Taint> taints) {
        Written written = change(name, node -> {
                    Map<String, String> all = labels(node);
                    labels.forEach(
                            (key, value) -> value.ifPresentOrElse(set -> all.put(key, set), () -> all.remove(key)));
                    node.getMetadata().setLabels(all);
                    setOurTaints(node, taints);
                })
                .orElseThrow(() -> new KubernetesException("there is no node " + name));
        requireSame(name, written);
    }

    void give(String name, LabelsAndTaints wanted) {
        change(name, node -> give(node, wanted)).ifPresent(written -> requireSame(name, written));
    }

    /** What it was given before and is not any more goes, unless it is ours; what others have put there stays. */
    private static void give(Node node, LabelsAndTaints wanted) {
        Map<String, String> annotations = copy(node.getMetadata().getAnnotations());
        LabelsAndTaints before = LabelsAndTaints.parse(annotations.getOrDefault(LabelsAndTaints.ANNOTATION, ""));
        Map<String, String> labels = labels(node);
        before.labels().keySet().stream()
                .filter(key -> !GuardedKeys.guards(key))
                .forEach(labels::remove);
        labels.putAll(wanted.labels());
        List<io.fabric8.kubernetes.api.model.Taint> taints = new ArrayList<>(taints(node).stream()
                .filter(taint ->
                        taint.getKey().startsWith(GuardedKeys.OURS) || (!holds(before, taint) && !holds(wanted, taint)))
                .toList());
        wanted.taints().forEach(taint -> taints.add(taint(taint)));
        annotations.put(LabelsAndTaints.ANNOTATION, wanted.text());
        node.getMetadata().setLabels(labels);
        node.getMetadata().setAnnotations(annotations);
        node.getSpec().setTaints(taints);
    }

    /** Kubernetes takes one taint of a key and effect. */
    private static boolean holds(LabelsAndTaints given, io.fabric8.kubernetes.api.model.Taint taint) {
        return given.taints().stream()
                .anyMatch(each ->
                        each.key().equals(taint.getKey()) && each.effect().equals(taint.getEffect()));
    }

    /** @return whether there is such a node */
    boolean cordon(String name) {
        Optional<Written> written = change(name, node -> node.getSpec().setUnschedulable(true));
        written.ifPresent(known -> requireSame(name, known));
        return written.isPresent();
    }

    /** Whoever takes pods again is set aside no more. */
    void uncordon(String name) {
        change(name, node -> {
                    node.getSpec().setUnschedulable(false);
                    Map<String, String> labels = labels(node);
                    labels.remove(UPGRADE_STATUS, QUARANTINED);
                    node.getMetadata().setLabels(labels);
                    Map<String, String> annotations = copy(node.getMetadata().getAnnotations());
                    annotations.remove(NodeView.SET_ASIDE);
                    node.getMetadata().setAnnotations(annotations);
                })
                .ifPresent(written -> requireSame(name, written));
    }

    void setAside(String name, String by) {
        change(name, node -> {
                    node.getSpec().setUnschedulable(true);
                    Map<String, String> labels = labels(node);
                    labels.put(UPGRADE_STATUS, QUARANTINED);
                    node.getMetadata().setLabels(labels);
                    Map<String, String> annotations = copy(node.getMetadata().getAnnotations());
                    annotations.put(NodeView.SET_ASIDE, by);
                    node.getMetadata().setAnnotations(annotations);
                })
                .ifPresent(written -> requireSame(name, written));
    }

    /** A Node as it was sent and as the API server then had it. */
    private record Written(Node sent, Node stored) {
        List<String> differences() {
            return GuardedKeys.of(sent).differences(GuardedKeys.of(stored));
        }

        boolean claimsNoMore() {
            return GuardedKeys.of(sent).claimsNoMore(GuardedKeys.of(stored));
        }
    }

    /** A node that lacks trust is only less useful; one that claims what it was not given must not stay. */
    private void requireSame(String name, Written written) {
        List<String> differences = written.differences();
        if (differences.isEmpty()) {
            return;
        }
        throw written.claimsNoMore() ? changed(name, differences, "") : forged(name, differences);
    }

    private KubernetesException forged(String name, List<String> differences) {
        try {
            delete(name);
            return changed(name, differences, "; the node was deleted");
        } catch (KubernetesClientException kept) {
            return changed(name, differences, "; the node could not be deleted: " + kept.getMessage());
        }
    }

    private static KubernetesException changed(String name, List<String> differences, String then) {
        return new KubernetesException("node " + name + " was stored with " + String.join(", ", differences)
                + ": an admission webhook or policy of the cluster changes what Sigillo writes; remove it" + then);
    }

    /** Read, change, write with the version that was read; kubelets write too, so it may take some tries. */
    private Optional<Written> change(String name, Consumer<Node> change) {
        for (int tries = 1; ; tries++) {
            Node node = kubernetes.nodes().withName(name).get();
            if (node == null) {
                return Optional.empty();
            }
            change.accept(node);
            try {
                return Optional.of(new Written(node, kubernetes.resource(node).update()));
            } catch (KubernetesClientException failed) {
                if (failed.getCode() == 404) {
                    return Optional.empty();
                }
                if (failed.getCode() != 409 || tries == TRIES) {
                    throw failed;
                }
            }
        }
    }

    private static void setOurTaints(Node node, List<Taint> ours) {
        List<io.fabric8.kubernetes.api.model.Taint> all = new ArrayList<>(taints(node).stream()
                .filter(taint -> !taint.getKey().startsWith(GuardedKeys.OURS))
                .toList());
        ours.forEach(taint -> all.add(taint(taint)));
        node.getSpec().setTaints(all);
    }

    private static List<Taint> ours(List<Taint> taints) {
        return taints.stream()
                .filter(taint -> taint.key().startsWith(GuardedKeys.OURS))
                .toList();
    }

    private static Map<String, String> labels(Node node) {
        return copy(node.getMetadata().getLabels());
    }

    private static Map<String, String> copy(@Nullable Map<String, String> map) {
        return map == null ? new HashMap<>() : new HashMap<>(map);
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

    static NodeView view(Node node) {
        NodeStatus status = node.getStatus();
        Optional<NodeCondition> ready = status == null
                ? Optional.empty()
                : status.getConditions().stream()
                        .filter(condition -> condition.getType().equals("Ready"))
                        .findFirst();
        String version = status == null || status.getNodeInfo() == null
                ? ""
                : Objects.requireNonNullElse(status.getNodeInfo().getKubeletVersion(), "");
        return new NodeView(
                node.getMetadata().getName(),
                ready.filter(condition -> condition.getStatus().equals("True")).isPresent(),
                ready.map(Nodes::words).orElse(""),
                ready.map(NodeCondition::getLastTransitionTime)
                        .map(Instant::parse)
                        .orElse(Instant.parse(node.getMetadata().getCreationTimestamp())),
                labels(node),
                copy(node.getMetadata().getAnnotations()),
                taints(node).stream()
                        .map(taint -> new Taint(
                                taint.getKey(), Objects.requireNonNullElse(taint.getValue(), ""), taint.getEffect()))
                        .toList(),
                provider(node),
                version,
                Instant.parse(node.getMetadata().getCreationTimestamp()));
    }

    private static String provider(Node node) {
        return Objects.requireNonNullElse(node.getSpec().getProviderID(), "");
    }

    private static String words(NodeCondition condition) {
        return Stream.of(condition.getReason(), condition.getMessage())
                .filter(word -> word != null && !word.isEmpty())
                .collect(Collectors.joining(": "));
    }
}
