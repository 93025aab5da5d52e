package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Order(5)
@Tag("long")
@DisplayName("kill -9 of the server")
class D1CrashTest {
    private final Installation sigillo = Installation.shared();

    private String state() {
        Shell.Output shown =
                sigillo.az("aks", "show", "-g", "rg1", "-n", "c2", "--query", "provisioningState", "-o", "tsv");
        return shown.code() == 3 ? "gone" : shown.out().strip();
    }

    @Test
    @Order(1)
    @DisplayName("during create: after the restart the operation finishes")
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
        Thread.sleep(3000);
        sigillo.killServer();
        sigillo.up();
        Thread.sleep(9000);
        sigillo.killServer();
        sigillo.up();
        Awaitility.await()
                .atMost(Duration.ofMinutes(8))
                .pollInterval(Duration.ofSeconds(3))
                .until(() -> !state().equals("Creating"));
        Timings.say("aks create with two kills", began);
        assertThat(state()).isEqualTo("Succeeded");
    }

    @Test
    @Order(2)
    @DisplayName("during delete: after the restart the operation finishes and nothing of the cluster is left")
    void delete() throws Exception {
        String before = host();
        assertThat(before).contains("c2");
        sigillo.az("aks", "delete", "-g", "rg1", "-n", "c2", "--yes", "--no-wait")
                .ok();
        Thread.sleep(700);
        sigillo.killServer();
        sigillo.up();
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> state().equals("gone"));
        assertThat(sigillo.az("aks", "list", "--query", "[].name", "-o", "tsv")
                        .ok()
                        .strip())
                .isEqualTo("c1");
        assertThat(host()).doesNotContain("c2");
    }

    /** Folders of clusters, networks: whatever on the host carries the second cluster's short name. */
    private String host() throws IOException {
        StringBuilder found = new StringBuilder();
        for (String folder : List.of("clusters", "networks")) {
            Path path = sigillo.home().resolve(folder);
            if (Files.isDirectory(path)) {
                try (var files = Files.list(path)) {
                    files.forEach(file -> found.append(file.getFileName()).append('\n'));
                }
            }
        }
        return found.toString();
    }

    @Test
    @Order(3)
    @DisplayName(
            "sigillo down leaves no process, namespace, tap or interface; up brings the cluster back with new machines")
    void downAndUp() {
        String nodesBefore = sigillo.kubectl("get", "nodes", "-o", "name").ok();
        sigillo.sigillo("down").ok();
        Leftovers.of(sigillo).assertNone();
        sigillo.up();
        Awaitility.await()
                .atMost(Duration.ofMinutes(8))
                .pollInterval(Duration.ofSeconds(3))
                .until(() -> {
                    Shell.Output nodes = sigillo.kubectl("get", "nodes", "--no-headers");
                    return nodes.code() == 0
                            && nodes.out().lines().count()
                                    == nodesBefore.lines().count()
                            && nodes.out().lines().allMatch(line -> line.contains(" Ready "));
                });
        assertThat(sigillo.kubectl("get", "nodes", "-o", "name").ok()).isNotEqualTo(nodesBefore);
    }

    @Test
    @Order(4)
    @DisplayName("deleting the last cluster leaves nothing on the host but the server")
    void last() {
        sigillo.az("aks", "delete", "-g", "rg1", "-n", "c1", "--yes").ok();
        Leftovers.of(sigillo).assertNoneButServer();
    }
}
