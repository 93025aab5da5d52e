package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Order(6)
@Tag("long")
@DisplayName("Trust is a lease: a node whose kernel command line changed on its disk, at its next boot")
class E3LeaseTest {
    private static final String COMPONENT = "kernel command line";

    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    private void statefulSet() throws IOException {
        Path file = Files.createTempFile("lease", ".yaml");
        Files.writeString(file, """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: kept}
                spec:
                  serviceName: kept
                  replicas: 1
                  selector: {matchLabels: {app: kept}}
                  template:
                    metadata: {labels: {app: kept}}
                    spec:
                      nodeSelector: {kubernetes.azure.com/trusted-launch: "true"}
                      affinity:
                        nodeAffinity:
                          preferredDuringSchedulingIgnoredDuringExecution:
                          - weight: 100
                            preference:
                              matchExpressions: [{key: agentpool, operator: In, values: [lease]}]
                      containers:
                      - name: main
                        image: registry.local/web:1
                        imagePullPolicy: Never
                        command: [/web, wait]
                """);
        sigillo.kubectl("apply", "-f", file.toString()).ok();
        sigillo.kubectl("rollout", "status", "statefulset/kept", "--timeout=180s")
                .ok();
        Files.delete(file);
    }

    private JsonNode pod() {
        return sigillo.kubectlJson("get", "pod", "kept-0", "--ignore-not-found");
    }

    private boolean runsElsewhere(String node) {
        JsonNode pod = pod();
        return !pod.path("spec").path("nodeName").asString(node).equals(node)
                && pod.path("status").path("phase").asString("").equals("Running");
    }

    private Optional<JsonNode> alert(String node) {
        return cluster.alerts().stream()
                .filter(alert -> alert.toString().contains(node))
                .findFirst();
    }

    private JsonNode node(String name) {
        return sigillo.kubectlJson("get", "node", name);
    }

    @Test
    @DisplayName(
            "labels go, its pod runs on another node within a minute, its kubelet's certificate is worth nothing, and az"
                    + " security alert list names the component")
    void withdrawn() throws IOException {
        cluster.pool("add", "lease", "--node-count", "1", "--enable-vtpm", "--enable-secure-boot")
                .ok();
        String node = cluster.node("lease");
        statefulSet();
        assertThat(pod().path("spec").path("nodeName").asString()).isEqualTo(node);
        SelfLabelling stolen = new SelfLabelling(sigillo, node);
        stolen.readsItself().ok();
        RunningMachine machine = RunningMachine.of(Guest.on(sigillo, node).machine());

        machine.editCommandLine();
        machine.reset();
        Instant reset = Instant.now();

        Awaitility.await("an alert for " + node)
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> alert(node).isPresent());
        Timings.say("from the reset to the alert, a boot between", reset);
        Instant alerted = Instant.now();
        Awaitility.await("the pod runs elsewhere")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> runsElsewhere(node));
        Duration moved = Timings.say("from the alert to the pod running on another node", alerted);
        assertThat(moved).isLessThan(Duration.ofSeconds(60));

        JsonNode left = node(node);
        assertThat(Cluster.label(left, "kubernetes.azure.com/trusted-launch")).isEqualTo("-");
        assertThat(left.path("spec").path("taints").toString()).contains("sigillo.dev/untrusted", "NoExecute");
        Shell.Output refused = stolen.readsItself();
        assertThat(refused.code()).as(refused.toString()).isNotZero();
        assertThat(refused.err()).containsPattern("(?i)forbidden");
        assertThat(sigillo.kubectl("get", "events", "--field-selector", "involvedObject.name=" + node)
                        .ok())
                .contains(COMPONENT);
        String table = sigillo.az(
                        "security",
                        "alert",
                        "list",
                        "--query",
                        "[].{severity:severity,status:status,entity:compromisedEntity,what:alertDisplayName,"
                                + "component:extendedProperties.component}",
                        "-o",
                        "table")
                .ok();
        System.out.println(table);
        assertThat(table.lines().filter(line -> line.contains(node)).toList())
                .anySatisfy(line -> assertThat(line).contains("Medium", "Active", COMPONENT));
        assertThat(healthy()).as("the others are trusted still").isNotEmpty().allMatch(Cluster::ready);

        sigillo.kubectl("delete", "statefulset", "kept").ok();
        cluster.pool("delete", "lease").ok();
        Awaitility.await("the alert ends with its machine")
                .atMost(Duration.ofSeconds(30))
                .until(() -> alert(node)
                        .orElseThrow()
                        .path("properties")
                        .path("status")
                        .asString()
                        .equals("Resolved"));
    }

    private List<JsonNode> healthy() {
        return StreamSupport.stream(
                        sigillo.kubectlJson("get", "nodes", "-l", "kubernetes.azure.com/trusted-launch=true")
                                .path("items")
                                .spliterator(),
                        false)
                .toList();
    }
}
