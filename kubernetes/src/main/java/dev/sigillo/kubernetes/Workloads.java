package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what runs where. What a user wrote is of any shape that the API server takes. */
final class Workloads {
    private static final String SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict";
    private static final String SYSTEM = "kube-system";

    private Workloads() {}

    static Workload read(KubernetesClient kubernetes) {
        // Nodes first: what a pod is on is then either known or too young to count.
        List<Node> nodes = kubernetes.nodes().list().getItems();
        List<PodDisruptionBudget> budgets = kubernetes
                .policy()
                .v1()
                .podDisruptionBudget()
                .inAnyNamespace()
                .list()
                .getItems();
        List<Pod> pods = kubernetes.pods().inAnyNamespace().list().getItems();
        List<DaemonSet> daemons =
                kubernetes.apps().daemonSets().inAnyNamespace().list().getItems();
        return new Workload(
                nodes.stream().map(Workloads::node).toList(),
                pods.stream()
                        .filter(pod -> !List.of("Succeeded", "Failed").contains(phase(pod)))
                        .map(pod -> pod(pod, budgets))
                        .toList(),
                daemons.stream().map(Workloads::daemon).toList());
    }

    private static Workload.NodeRoom node(Node node) {
        NodeView view = Nodes.view(node);
        return new Workload.NodeRoom(
                view.name(),
                view.ready(),
                Boolean.TRUE.equals(node.getSpec().getUnschedulable()),
                view.labels(),
                view.taints(),
                node.getStatus() == null
                        ? Amounts.NONE
                        : PodRequests.amounts(node.getStatus().getAllocatable()));
    }

    static PodView pod(Pod pod, List<PodDisruptionBudget> budgets) {
        boolean daemon = goesWithItsNode(pod.getMetadata());
        return view(
                pod.getMetadata(),
                pod.getSpec(),
                Objects.requireNonNullElse(pod.getSpec().getNodeName(), ""),
                isWaiting(pod),
                daemon,
                daemon ? Set.of() : holds(pod, budgets));
    }

    private static PodView daemon(DaemonSet set) {
        ObjectMeta meta =
                Optional.ofNullable(set.getSpec().getTemplate().getMetadata()).orElseGet(ObjectMeta::new);
        meta.setNamespace(set.getMetadata().getNamespace());
        meta.setName(set.getMetadata().getName());
        meta.setUid(set.getMetadata().getUid());
        meta.setCreationTimestamp(set.getMetadata().getCreationTimestamp());
        return view(meta, set.getSpec().getTemplate().getSpec(), "", false, true, Set.of());
    }

    private static PodView view(
            ObjectMeta meta, PodSpec spec, String node, boolean waiting, boolean daemon, Set<PodView.Hold> holds) {
        Optional<Affinity> affinity = Optional.ofNullable(spec.getAffinity());
        return new PodView(
                meta.getNamespace(),
                meta.getName(),
                meta.getUid(),
                map(meta.getLabels()),
                node,
                waiting,
                Instant.parse(meta.getCreationTimestamp()),
                PodRequests.of(spec),
                ports(spec),
                placement(spec),
                affinity.map(Affinity::getPodAffinity).stream()
                        .flatMap(each -> each.getRequiredDuringSchedulingIgnoredDuringExecution().stream())
                        .map(term -> term(meta, term))
                        .toList(),
                affinity.map(Affinity::getPodAntiAffinity).stream()
                        .flatMap(each -> each.getRequiredDuringSchedulingIgnoredDuringExecution().stream())
                        .map(term -> term(meta, term))
                        .toList(),
                spec.getTopologySpreadConstraints().stream()
                        .filter(each -> "DoNotSchedule".equals(each.getWhenUnsatisfiable()))
                        .map(each -> new PodView.Spread(
                                each.getTopologyKey(), each.getMaxSkew(), requirements(each.getLabelSelector())))
                        .toList(),
                daemon,
                holds);
    }

    /** The scheduler has looked, found no node, and made no room for it by preemption. */
    private static boolean isWaiting(Pod pod) {
        PodStatus status = pod.getStatus();
        return phase(pod).equals("Pending")
                && pod.getMetadata().getDeletionTimestamp() == null
                && empty(pod.getSpec().getNodeName())
                && empty(status.getNominatedNodeName())
                && status.getConditions().stream()
                        .anyMatch(each -> "PodScheduled".equals(each.getType())
                                && "False".equals(each.getStatus())
                                && "Unschedulable".equals(each.getReason()));
    }

    private static boolean empty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    private static String phase(Pod pod) {
        return pod.getStatus() == null
                ? ""
                : Objects.requireNonNullElse(pod.getStatus().getPhase(), "");
    }

    private static boolean goesWithItsNode(ObjectMeta meta) {
        return meta.getOwnerReferences().stream()
                .map(OwnerReference::getKind)
                .anyMatch(kind -> kind.equals("DaemonSet") || kind.equals("Node"));
    }

    private static Set<PodView.Hold> holds(Pod pod, List<PodDisruptionBudget> budgets) {
        Set<PodView.Hold> holds = EnumSet.noneOf(PodView.Hold.class);
        List<PodDisruptionBudget> own =
                budgets.stream().filter(budget -> covers(budget, pod)).toList();
        // Two budgets over one pod: the eviction API refuses always.
        if (own.size() > 1 || own.stream().anyMatch(budget -> !allows(budget))) {
            holds.add(PodView.Hold.BUDGET);
        }
        String safe = map(pod.getMetadata().getAnnotations()).getOrDefault(SAFE_TO_EVICT, "");
        if (safe.equals("true")) {
            return holds;
        }
        if (safe.equals("false")) {
            holds.add(PodView.Hold.ASKED);
        }
        if (pod.getMetadata().getOwnerReferences().stream()
                .noneMatch(owner -> Boolean.TRUE.equals(owner.getController()))) {
            holds.add(PodView.Hold.UNREPLICATED);
        }
        if (pod.getSpec().getVolumes().stream()
                .anyMatch(volume -> volume.getHostPath() != null
                        || (volume.getEmptyDir() != null
                                && !"Memory".equals(volume.getEmptyDir().getMedium())))) {
            holds.add(PodView.Hold.LOCAL_STORAGE);
        }
        if (SYSTEM.equals(pod.getMetadata().getNamespace()) && own.isEmpty()) {
            holds.add(PodView.Hold.SYSTEM);
        }
        return holds;
    }

    private static boolean covers(PodDisruptionBudget budget, Pod pod) {
        LabelSelector selector = budget.getSpec().getSelector();
        return budget.getMetadata().getNamespace().equals(pod.getMetadata().getNamespace())
                && selector != null
                && Requirement.all(requirements(selector), map(pod.getMetadata().getLabels()));
    }

    private static boolean allows(PodDisruptionBudget budget) {
        Integer allowed = budget.getStatus() == null ? null : budget.getStatus().getDisruptionsAllowed();
        return allowed != null && allowed > 0;
    }

    private static Set<String> ports(PodSpec spec) {
        Set<String> ports = new HashSet<>();
        Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream())
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> port.getHostPort() != null && port.getHostPort() > 0)
                .forEach(port ->
                        ports.add(Objects.requireNonNullElse(port.getProtocol(), "TCP") + "/" + port.getHostPort()));
        return ports;
    }

    private static Placement placement(PodSpec spec) {
        List<List<Requirement>> terms = new ArrayList<>();
        Optional.ofNullable(spec.getAffinity())
                .map(Affinity::getNodeAffinity)
                .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                .ifPresent(required -> required.getNodeSelectorTerms().forEach(term -> terms.add(requirements(term))));
        return new Placement(
                map(spec.getNodeSelector()),
                terms,
                spec.getTolerations().stream()
                        .map(each -> new Placement.Toleration(
                                Objects.requireNonNullElse(each.getKey(), ""),
                                Objects.requireNonNullElse(each.getOperator(), "Equal"),
                                Objects.requireNonNullElse(each.getValue(), ""),
                                Objects.requireNonNullElse(each.getEffect(), "")))
                        .toList());
    }

    private static List<Requirement> requirements(NodeSelectorTerm term) {
        List<Requirement> all = new ArrayList<>();
        term.getMatchExpressions()
                .forEach(each -> all.add(new Requirement(each.getKey(), each.getOperator(), each.getValues())));
        term.getMatchFields()
                .forEach(each ->
                        all.add(new Requirement("field:" + each.getKey(), each.getOperator(), each.getValues())));
        return all;
    }

    /** Namespaces that are named; with a selector of namespaces all of them, which asks more rather than less. */
    private static PodView.PodTerm term(ObjectMeta meta, PodAffinityTerm term) {
        Set<String> namespaces = term.getNamespaceSelector() != null
                ? Set.of()
                : term.getNamespaces().isEmpty() ? Set.of(meta.getNamespace()) : Set.copyOf(term.getNamespaces());
        return new PodView.PodTerm(term.getTopologyKey(), namespaces, requirements(term.getLabelSelector()));
    }

    /** A selector that is not there selects nothing; an empty one all. */
    private static List<Requirement> requirements(@Nullable LabelSelector selector) {
        if (selector == null) {
            return List.of(new Requirement("", "nothing", List.of()));
        }
        List<Requirement> all = new ArrayList<>();
        map(selector.getMatchLabels()).forEach((key, value) -> all.add(new Requirement(key, "In", List.of(value))));
        selector.getMatchExpressions()
                .forEach(each -> all.add(new Requirement(each.getKey(), each.getOperator(), each.getValues())));
        return all;
    }

    private static Map<String, String> map(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
