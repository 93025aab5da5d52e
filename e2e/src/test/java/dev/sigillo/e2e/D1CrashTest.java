package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
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
@DisplayName("kill -9 of the server during create; down and up; the end")
class D1CrashTest {
    private final Installation sigillo = Installation.shared();

    private String state() {
        return sigillo.az("aks", "show", "-g", "rg1", "-n", "c2", "--query", "provisioningState", "-o", "tsv")
                .ok()
                .strip();
    }

    private Set<String> nodes() {
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
        sigillo.az("aks", "get-credentials", "-g", "rg1", "-n", "c2", "--overwrite-existing")
                .ok();
        assertThat(nodes()).hasSize(1);
        sigillo.az("aks", "delete", "-g", "rg1", "-n", "c2", "--yes").ok();
    }

    @Test
    @Order(2)
    @DisplayName(
            "sigillo down leaves no process, namespace, tap or route; up brings the cluster back with new machines")
    void downAndUp() {
        sigillo.az("aks", "get-credentials", "-g", "rg1", "-n", "c1", "--overwrite-existing")
                .ok();
        Set<String> before = nodes();
        assertThat(before).isNotEmpty();
        sigillo.sigillo("down").ok();
        assertThat(Leftovers.of(sigillo).onHost()).isEmpty();
        assertThat(Leftovers.of(sigillo).run()).doesNotExist();
        Instant began = Instant.now();
        sigillo.up();
        Awaitility.await()
                .atMost(Duration.ofMinutes(8))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> {
                    Shell.Output seen = sigillo.kubectl("get", "nodes", "--no-headers");
                    List<String> lines = seen.out().lines().toList();
                    // Old Nodes stand in etcd until Sigillo has removed them.
                    return seen.code() == 0
                            && lines.size() == before.size()
                            && lines.stream().allMatch(line -> line.contains(" Ready "))
                            && lines.stream().noneMatch(line -> before.contains("node/" + line.split(" ", 2)[0]));
                });
        Timings.say("sigillo up after down, all nodes Ready", began);
    }

    @Test
    @Order(3)
    @DisplayName("deleting the resource group leaves nothing on the host but the server")
    void last() {
        sigillo.az("group", "delete", "-n", "rg1", "--yes").ok();
        assertThat(Leftovers.of(sigillo).all()).isEmpty();
    }
}
