package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@Order(7)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("kill -9 of the server during create; stop and start; down and up; the end")
class D1CrashTest {
    private final Installation sigillo = Installation.shared();
    /** Those of the cluster that is stopped, before. */
    private static final Set<String> stoppedNodes = new HashSet<>();

    private String show(String cluster, String what) {
        return sigillo.az("aks", "show", "-g", "rg1", "-n", cluster, "--query", what, "-o", "tsv")
                .ok()
                .strip();
    }

    private String state() {
        return show("c2", "provisioningState");
    }

    /** kubectl speaks to this cluster from now on. */
    private void credentials(String cluster) {
        sigillo.az("aks", "get-credentials", "-g", "rg1", "-n", cluster, "--overwrite-existing")
                .ok();
    }

    private Set<String> nodes(String cluster) {
        credentials(cluster);
        return sigillo.kubectl("get", "nodes", "-o", "name").ok().lines().collect(Collectors.toSet());
    }

    @Test
    @Order(1)
    @DisplayName("killed twice during create: after the restarts the operation finishes")
    void create() throws Exception {
        sigillo.ensureCluster();
        Instant began = Instant.now();
        sigillo.az(
                        "aks",
                        "create",
                        "-g",
                        "rg1",
                        "-n",
                        "c2",
                        "--node-count",
                        "1",
                        "--enable-vtpm",
                        "--enable-secure-boot",
                        "--no-ssh-key",
                        "--no-wait")
                .ok();
        for (int wait : List.of(1500, 9000)) {
            Thread.sleep(wait);
            sigillo.killServer();
            sigillo.up();
        }
        Awaitility.await()
                .atMost(Duration.ofMinutes(8))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> !state().equals("Creating"));
        Timings.say("az aks create, server killed twice", began);
        assertThat(state()).isEqualTo("Succeeded");
        stoppedNodes.addAll(nodes("c2"));
        assertThat(stoppedNodes).hasSize(1);
    }

    @Test
    @Order(2)
    @DisplayName("az aks stop leaves no machine and no control plane of the cluster, and what etcd holds")
    void stop() {
        sigillo.kubectl("create", "configmap", "kept", "--from-literal=word=sesame")
                .ok();
        Instant began = Instant.now();
        sigillo.az("aks", "stop", "-g", "rg1", "-n", "c2").ok();
        Timings.say("az aks stop", began);
        assertThat(show("c2", "powerState.code")).isEqualTo("Stopped");
        assertThat(sigillo.kubectl("get", "nodes").code()).isNotZero();
        assertThat(sigillo.az(
                                "aks",
                                "machine",
                                "list",
                                "-g",
                                "rg1",
                                "--cluster-name",
                                "c2",
                                "--nodepool-name",
                                "nodepool1")
                        .ok()
                        .strip())
                .isEqualTo("[]");
    }

    @Test
    @Order(3)
    @DisplayName(
            "sigillo down leaves no process, namespace, tap or route; up brings the cluster back with new machines, and leaves the stopped one stopped")
    void downAndUp() {
        Set<String> before = nodes("c1");
        assertThat(before).isNotEmpty();
        sigillo.sigillo("down").ok();
        assertThat(Leftovers.of(sigillo).onHost()).isEmpty();
        assertThat(Leftovers.of(sigillo).run()).doesNotExist();
        Instant began = Instant.now();
        sigillo.up();
        assertThat(show("c2", "powerState.code")).isEqualTo("Stopped");
        Instant start = Instant.now();
        sigillo.az("aks", "start", "-g", "rg1", "-n", "c2").ok();
        Timings.say("az aks start, while another cluster comes back", start);
        credentials("c1");
        Awaitility.await()
                .atMost(Duration.ofMinutes(8))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> cameBack(before));
        Timings.say("sigillo up after down, all nodes Ready", began);
    }

    /** All of them Ready, under other names. */
    private boolean cameBack(Set<String> before) {
        Shell.Output seen = sigillo.kubectl("get", "nodes", "--no-headers");
        List<String> lines = seen.out().lines().toList();
        // Old Nodes stand in etcd until Sigillo has removed them.
        return seen.code() == 0
                && lines.size() == before.size()
                && lines.stream().allMatch(line -> line.contains(" Ready "))
                && lines.stream().noneMatch(line -> before.contains("node/" + line.split(" ", 2)[0]));
    }

    @Test
    @Order(4)
    @DisplayName("a cluster that was started again has a new node, and what etcd held")
    void start() {
        assertThat(show("c2", "powerState.code")).isEqualTo("Running");
        assertThat(nodes("c2")).hasSize(1).noneMatch(stoppedNodes::contains);
        assertThat(sigillo.kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.word}")
                        .ok())
                .isEqualTo("sesame");
    }

    @Test
    @Order(5)
    @DisplayName("deleting the resource groups leaves nothing on the host but the server")
    void last() {
        // That of ./run is still there when this class runs alone.
        sigillo.az("group", "list", "--query", "[?managedBy==null].name", "-o", "tsv")
                .ok()
                .lines()
                .forEach(group ->
                        sigillo.az("group", "delete", "-n", group, "--yes").ok());
        assertThat(Leftovers.of(sigillo).all()).isEmpty();
    }
}
