package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Order(6)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long")
@DisplayName("az aks upgrade: from Kubernetes 1.35 to 1.36")
class F1UpgradeTest {
    private static final String OLD = "1.35.4";
    private static final String NEW = "1.36.3";

    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    @Test
    @Order(1)
    @DisplayName("sigillo image build adds a version to a running server: get-versions and get-upgrades name it")
    void build() {
        assertThat(cluster.pool("upgrade", "nodepool1", "-k", NEW, "-y").code()).isNotZero();
        Instant began = Instant.now();
        sigillo.sigillo("image", "build", "--kubernetes-version", NEW).ok();
        Timings.say("sigillo image build --kubernetes-version " + NEW, began);

        assertThat(sigillo.az("aks", "get-versions", "-l", "eastus").ok()).contains(OLD, NEW);
        assertThat(sigillo.azJson("aks", "get-upgrades", "-g", "rg1", "-n", "c1")
                        .path("controlPlaneProfile")
                        .toString())
                .contains(NEW);
        assertThat(sigillo.sigillo("image", "list", "--output", "table").ok()).contains(OLD, NEW);
    }

    @Test
    @Order(2)
    @DisplayName("a node pool may not go before its control plane")
    void planeFirst() {
        Shell.Output refused = cluster.pool("upgrade", "nodepool1", "-k", NEW, "-y");
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("NodePoolMcVersionIncompatible", "upgrade the control plane first");
    }

    @Test
    @Order(3)
    @DisplayName(
            "control plane, then a pool: a Deployment of three serves on, its nodes show the new version and are trusted")
    void pool() {
        cluster.pool("add", "up", "--node-count", "1", "--enable-vtpm", "--enable-secure-boot")
                .ok();
        assertThat(kubelet(cluster.nodes("up").getFirst())).isEqualTo("v" + OLD);
        ServingWorkload workload = new ServingWorkload(sigillo, "up");
        workload.apply(Duration.ofMinutes(3));

        Instant began = Instant.now();
        JsonNode upgraded = Json.object(
                sigillo.az("aks", "upgrade", "-g", "rg1", "-n", "c1", "-k", NEW, "--control-plane-only", "-y")
                        .ok());
        Timings.say("az aks upgrade --control-plane-only", began);
        assertThat(upgraded.path("currentKubernetesVersion").asString()).isEqualTo(NEW);
        assertThat(sigillo.kubectlJson("version")
                        .path("serverVersion")
                        .path("gitVersion")
                        .asString())
                .isEqualTo("v" + NEW);
        assertThat(kubelet(cluster.nodes("up").getFirst())).isEqualTo("v" + OLD);

        began = Instant.now();
        cluster.pool("upgrade", "up", "-k", NEW, "-y").ok();
        Timings.say("az aks nodepool upgrade, one node", began);
        assertThat(cluster.nodes("up"))
                .hasSize(1)
                .allMatch(node -> kubelet(node).equals("v" + NEW));
        assertThat(Cluster.label(cluster.nodes("up").getFirst(), "kubernetes.azure.com/trusted-launch"))
                .isEqualTo("true");
        workload.requireServed("upgrade");
        for (String version : List.of(OLD, NEW)) {
            Path kubectl = Path.of(Installation.required("SIGILLO_CACHE"), "kubernetes-versions", version, "kubectl");
            assertThat(Shell.run(
                                    Duration.ofMinutes(1),
                                    sigillo.environment(),
                                    List.of(kubectl.toString(), "get", "pods,nodes,deployments", "-A"))
                            .ok())
                    .as("kubectl " + version)
                    .contains("v" + NEW, "v" + OLD, "coredns");
        }
    }

    @Test
    @Order(4)
    @DisplayName("az aks upgrade takes what is left with it, and there is no way back")
    void all() {
        Instant began = Instant.now();
        sigillo.az("aks", "upgrade", "-g", "rg1", "-n", "c1", "-k", NEW, "-y").ok();
        Timings.say("az aks upgrade, the pools that are left", began);
        assertThat(cluster.nodes("nodepool1"))
                .isNotEmpty()
                .allMatch(node -> kubelet(node).equals("v" + NEW))
                .allMatch(Cluster::ready);
        Shell.Output back = sigillo.az("aks", "upgrade", "-g", "rg1", "-n", "c1", "-k", OLD, "-y");
        assertThat(back.code()).isNotZero();
        assertThat(back.err()).contains("Downgrading");
        cluster.pool("delete", "up").ok();
    }

    @Test
    @Order(5)
    @DisplayName("a release archive takes the place of what was built: control plane and nodes run its programs")
    void archive(@TempDir Path folder) throws Exception {
        Path versions = Path.of(Installation.required("SIGILLO_CACHE"), "kubernetes-versions", NEW);
        Path built = versions.toRealPath();
        Path programs = Files.createDirectories(folder.resolve("kubernetes/server/bin"));
        for (String program : List.of(
                "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kubelet", "kube-proxy")) {
            Files.copy(built.resolve(program), programs.resolve(program), StandardCopyOption.COPY_ATTRIBUTES);
        }
        // An image is named by its content: what runs must differ from what was built, and one byte after an ELF does.
        Files.writeString(programs.resolve("kubelet"), "\n", StandardOpenOption.APPEND);
        Path archive = folder.resolve("kubernetes-server-linux-amd64.tar.gz");
        Shell.run(
                        Duration.ofMinutes(5),
                        Map.of(),
                        List.of(
                                "tar",
                                "-I",
                                "gzip -1",
                                "-cf",
                                archive.toString(),
                                "-C",
                                folder.toString(),
                                "kubernetes"))
                .ok();
        String digest = Shell.run(Duration.ofMinutes(1), Map.of(), List.of("sha256sum", archive.toString()))
                .ok()
                .substring(0, 64);
        Shell.Output other = sigillo.sigillo(
                "image", "build", "--kubernetes-archive", archive.toString(), "--sha256", "0".repeat(64));
        assertThat(other.code()).isNotZero();
        assertThat(versions.toRealPath()).isEqualTo(built);

        sigillo.sigillo("image", "build", "--kubernetes-archive", archive.toString(), "--sha256", digest)
                .ok();
        Path taken = versions.toRealPath();
        assertThat(taken).isNotEqualTo(built);
        String before = image();
        cluster.pool("upgrade", "nodepool1", "--node-image-only", "-y").ok();
        assertThat(image()).isNotEqualTo(before);
        assertThat(cluster.nodes("nodepool1"))
                .isNotEmpty()
                .allMatch(node -> kubelet(node).equals("v" + NEW))
                .allMatch(Cluster::ready);
        Awaitility.await("the API server is the archive's")
                .atMost(Duration.ofMinutes(2))
                .until(() -> ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().command().stream())
                        .anyMatch(command -> command.endsWith("/kube-apiserver")));
    }

    private String image() {
        return sigillo.azJson("aks", "nodepool", "show", "-g", "rg1", "--cluster-name", "c1", "-n", "nodepool1")
                .path("nodeImageVersion")
                .asString();
    }

    private static String kubelet(JsonNode node) {
        return node.path("status").path("nodeInfo").path("kubeletVersion").asString();
    }
}
