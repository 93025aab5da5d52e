package dev.sigillo.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Commands as pods in the namespace {@code aks-command}: each with a service account that is bound to cluster-admin for
 * this command alone, and a Secret with script and files. Any user who may read Secrets there sees both, as in AKS.
 */
final class Commands {

    /** What is kept of a command's output, in bytes, as AKS has it. */
    static final int MOST_LOGS = 512 * 1024;

    /** Counted by the kubelet, so that a command ends whatever becomes of Sigillo. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    private static final String NAMESPACE = "aks-command";
    private static final String MANAGER = "sigillo";

    private final KubernetesClient kubernetes;

    Commands(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    private static String name(String id) {
        return "command-" + id;
    }

    /** Makes what the command needs, and its pod last. What is there already stays as it is. */
    void send(String id, ClusterCommand command) {
        List<HasMetadata> objects = new ArrayList<>(kubernetes
                .load(new ByteArrayInputStream(manifest(id, command).getBytes(StandardCharsets.UTF_8)))
                .items());
        objects.add(objects.size() - 1, secret(id, command));
        objects.forEach(object -> {
            if (object instanceof Pod) {
                createOnce(object);
            } else {
                kubernetes
                        .resource(object)
                        .fieldManager(MANAGER)
                        .forceConflicts()
                        .serverSideApply();
            }
        });
    }

    private void createOnce(HasMetadata pod) {
        try {
            kubernetes.resource(pod).create();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != 409) {
                throw refused;
            }
        }
    }

    /** Keys of the Secret by number, since its keys cannot hold slashes; the volume gives them their paths back. */
    private static List<String> paths(ClusterCommand command) {
        return command.files().keySet().stream().sorted().toList();
    }

    private static String manifest(String id, ClusterCommand command) {
        List<Map<String, String>> items = new ArrayList<>();
        items.add(Map.of("key", "command", "path", "command"));
        List<String> paths = paths(command);
        for (int at = 0; at < paths.size(); at++) {
            items.add(Map.of("key", "file-" + at, "path", "files/" + paths.get(at)));
        }
        return Template.fill(
                "command.yaml",
                Map.of(
                        "id",
                        id,
                        "name",
                        name(id),
                        "seconds",
                        Long.toString(LONGEST.toSeconds()),
                        // JSON is YAML.
                        "items",
                        JsonMapper.shared().writeValueAsString(items)));
    }

    private static Secret secret(String id, ClusterCommand command) {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("command", Base64.getEncoder().encodeToString(command.script().getBytes(StandardCharsets.UTF_8)));
        List<String> paths = paths(command);
        for (int at = 0; at < paths.size(); at++) {
            data.put("file-" + at, Objects.requireNonNull(command.files().get(paths.get(at))));
        }
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name(id))
                .withNamespace(NAMESPACE)
                .addToLabels("sigillo.dev/command", id)
                .endMetadata()
                .withImmutable(true)
                .withData(data)
                .build();
    }

    CommandPod look(String id) {
        Pod pod = kubernetes.pods().inNamespace(NAMESPACE).withName(name(id)).get();
        if (pod == null) {
            return new CommandPod.Absent();
        }
        Optional<ContainerStatus> container =
                pod.getStatus().getContainerStatuses().stream().findFirst();
        Optional<ContainerState> state = container.map(ContainerStatus::getState);
        boolean over = List.of("Succeeded", "Failed")
                .contains(Objects.requireNonNullElse(pod.getStatus().getPhase(), ""));
        if (over) {
            Optional<ContainerStateTerminated> end = state.map(ContainerState::getTerminated);
            return new CommandPod.Ended(
                    words(pod.getStatus().getReason(), pod.getStatus().getMessage()),
                    end.map(ContainerStateTerminated::getExitCode),
                    end.map(ContainerStateTerminated::getStartedAt).map(Instant::parse),
                    end.map(ContainerStateTerminated::getFinishedAt).map(Instant::parse));
        }
        return state.filter(now -> now.getRunning() != null || now.getTerminated() != null)
                        .isPresent()
                ? new CommandPod.Running()
                : new CommandPod.Waiting(why(pod, state));
    }

    private String why(Pod pod, Optional<ContainerState> state) {
        Stream<String> conditions = pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("PodScheduled"))
                .filter(condition -> condition.getStatus().equals("False"))
                .map(PodCondition::getMessage);
        Stream<String> waiting =
                state.map(ContainerState::getWaiting).map(wait -> words(wait.getReason(), wait.getMessage())).stream();
        Stream<String> events = kubernetes
                .v1()
                .events()
                .inNamespace(NAMESPACE)
                .withField("involvedObject.name", pod.getMetadata().getName())
                .list()
                .getItems()
                .stream()
                .filter(event -> "Warning".equals(event.getType()))
                .map(Event::getMessage);
        return Stream.of(conditions, waiting, events)
                .flatMap(each -> each)
                .filter(text -> text != null && !text.isEmpty())
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static String words(@Nullable String reason, @Nullable String message) {
        return Stream.of(reason, message)
                .filter(word -> word != null && !word.isEmpty())
                .collect(Collectors.joining(": "));
    }

    /** The first {@value #MOST_LOGS} bytes of what the command wrote to both of its outputs. */
    String logs(String id) {
        String logs = kubernetes
                .pods()
                .inNamespace(NAMESPACE)
                .withName(name(id))
                .limitBytes(MOST_LOGS)
                .getLog();
        return Objects.requireNonNullElse(logs, "");
    }

    /** Removes all that {@link #send} made but the namespace, the right to everything first. Idempotent. */
    void remove(String id) {
        kubernetes.rbac().clusterRoleBindings().withName("sigillo:" + name(id)).delete();
        kubernetes
                .pods()
                .inNamespace(NAMESPACE)
                .withName(name(id))
                .withGracePeriod(0)
                .delete();
        kubernetes.secrets().inNamespace(NAMESPACE).withName(name(id)).delete();
        kubernetes.serviceAccounts().inNamespace(NAMESPACE).withName(name(id)).delete();
    }
}
