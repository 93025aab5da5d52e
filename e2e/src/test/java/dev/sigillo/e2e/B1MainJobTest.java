package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Order(2)
@DisplayName("The main job: the article's own commands")
class B1MainJobTest {
    private static final String[] CLUSTER = {"-g", "rg1", "--cluster-name", "c1"};
    private final Installation sigillo = Installation.shared();

    private List<JsonNode> nodes(String pool) {
        List<JsonNode> nodes = new ArrayList<>();
        sigillo.kubectlJson("get", "nodes", "-l", "agentpool=" + pool)
                .path("items")
                .forEach(nodes::add);
        return nodes;
    }

    private static String label(JsonNode node, String name) {
        return node.path("metadata").path("labels").path(name).asString("-");
    }

    private static boolean ready(JsonNode node) {
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asString().equals("Ready")) {
                return condition.path("status").asString().equals("True");
            }
        }
        return false;
    }

    private void expect(String pool, int count, String trustedLaunch, String secureBoot, String type) {
        List<JsonNode> nodes = nodes(pool);
        assertThat(nodes).hasSize(count).allMatch(B1MainJobTest::ready);
        for (JsonNode node : nodes) {
            assertThat(label(node, "kubernetes.azure.com/trusted-launch")).isEqualTo(trustedLaunch);
            assertThat(label(node, "kubernetes.azure.com/secure-boot")).isEqualTo(secureBoot);
            assertThat(label(node, "kubernetes.azure.com/security-type")).isEqualTo(type);
            assertThat(label(node, "kubernetes.azure.com/agentpool")).isEqualTo(pool);
            assertThat(label(node, "node.kubernetes.io/instance-type")).isEqualTo("Standard_D2s_v5");
            assertThat(label(node, "kubernetes.azure.com/node-image-version")).contains("gen2TLcontainerd");
            assertThat(node.path("spec").path("taints").toString()).doesNotContain("sigillo.dev/untrusted");
        }
    }

    /** In a thread of its own: the common pool of a small host would run one after the other. */
    private static CompletableFuture<Shell.Output> atOnce(Supplier<Shell.Output> command) {
        return CompletableFuture.supplyAsync(command, task -> Thread.ofVirtual().start(task));
    }

    private String[] pool(String name, String... more) {
        List<String> words = new ArrayList<>(List.of("aks", "nodepool", "add", "-n", name));
        words.addAll(List.of(CLUSTER));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    @Test
    @Order(1)
    @DisplayName("az aks create with both flags gives a Ready node that carries the trust labels")
    void create() {
        Instant began = Instant.now();
        sigillo.az(
                        "aks",
                        "create",
                        "-g",
                        "rg1",
                        "-n",
                        "c1",
                        "--node-count",
                        "1",
                        "--enable-vtpm",
                        "--enable-secure-boot",
                        "--generate-ssh-keys")
                .ok();
        Timings.say("aks create, one trusted node", began);
        sigillo.az("aks", "get-credentials", "-g", "rg1", "-n", "c1").ok();
        sigillo.az("aks", "get-credentials", "-g", "rg1", "-n", "c1", "--admin").ok();
        expect("nodepool1", 1, "true", "true", "TrustedLaunch");
        assertThat(sigillo.kubectl("get", "csr").ok()).contains("Approved,Issued");
    }

    @Test
    @Order(2)
    @DisplayName("sigillo attest show tells every check of the node's verdict")
    void verdict() {
        String node =
                nodes("nodepool1").getFirst().path("metadata").path("name").asString();
        String verdict =
                sigillo.sigillo("attest", "show", node, "--output", "json").ok();
        assertThat(verdict).contains("quote.signature", "pcr.8", "drivers", "secure-boot.state");
        assertThat(verdict).doesNotContain("\"broken\"").doesNotContain("\"undecided\"");
    }

    @Test
    @Order(3)
    @DisplayName("in the guest: Secure Boot, lockdown, root read-only under verity; on the host: secure pflash")
    void inside() throws IOException {
        Guest guest = Guest.on(
                sigillo,
                nodes("nodepool1").getFirst().path("metadata").path("name").asString());
        assertThat(guest.host("cat", "/sys/kernel/security/lockdown").ok()).contains("[integrity]");
        assertThat(guest.host(
                                "od",
                                "-An",
                                "-tx1",
                                "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c")
                        .ok()
                        .strip())
                .endsWith("01");
        assertThat(guest.host("cat", "/proc/mounts").ok())
                .containsPattern("(?m)^/dev/(mapper/|dm-)\\S+ / erofs ro[, ]");
        assertThat(guest.host("touch", "/usr/bin/evil").code()).isNotZero();
        List<Path> commandLines;
        try (var processes = Files.list(Path.of("/proc"))) {
            commandLines = processes
                    .filter(process -> String.valueOf(process.getFileName()).matches("[0-9]+"))
                    .map(process -> process.resolve("cmdline"))
                    .toList();
        }
        boolean secure = false;
        for (Path commandLine : commandLines) {
            try {
                String text = Files.readString(commandLine);
                secure |= text.startsWith("qemu-system-x86_64") || text.contains("/qemu-system-x86_64")
                        ? text.contains("driver=cfi.pflash01,property=secure,value=on")
                        : false;
            } catch (IOException gone) {
                // The process ended between the listing and the reading.
            }
        }
        assertThat(secure).as("a QEMU with secure pflash").isTrue();
    }

    @Test
    @Order(4)
    @DisplayName("node pools: three trusted nodes; then vTPM only, Secure Boot only and plain, one each")
    void pools() {
        Instant began = Instant.now();
        sigillo.az(pool("tlpool", "--node-count", "3", "--enable-vtpm", "--enable-secure-boot"))
                .ok();
        Timings.say("nodepool add, three trusted nodes", began);
        expect("tlpool", 3, "true", "true", "TrustedLaunch");
        Instant again = Instant.now();
        List<CompletableFuture<Shell.Output>> running = List.of(
                atOnce(() -> sigillo.az(pool("tpmpool", "--node-count", "1", "--enable-vtpm"))),
                atOnce(() -> sigillo.az(pool("sbpool", "--node-count", "1", "--enable-secure-boot"))),
                atOnce(() -> sigillo.az(pool("plain", "--node-count", "1"))));
        running.forEach(pool -> pool.join().ok());
        Timings.say("nodepool add, three pools of one node at once", again);
        expect("tpmpool", 1, "true", "-", "TrustedLaunch");
        expect("sbpool", 1, "-", "true", "TrustedLaunch");
        expect("plain", 1, "-", "-", "-");
        assertThat(sigillo.az("aks", "nodepool", "list", "-g", "rg1", "--cluster-name", "c1")
                        .ok())
                .contains("\"tlpool\"", "\"tpmpool\"", "\"sbpool\"", "\"plain\"");
    }

    @Test
    @Order(5)
    @Tag("long")
    @DisplayName(
            "the article's nodeSelectors hold; pods of two nodes reach each other and Services by name; logs and exec work")
    void pods() {
        Workload workload = new Workload(sigillo);
        workload.apply();
        workload.waitRunning(Duration.ofMinutes(4));
        assertThat(label(workload.nodeOf("trusted"), "kubernetes.azure.com/security-type"))
                .isEqualTo("TrustedLaunch");
        assertThat(label(workload.nodeOf("secureboot"), "kubernetes.azure.com/secure-boot"))
                .isEqualTo("true");
        assertThat(label(workload.nodeOf("ordinary"), "agentpool")).isEqualTo("plain");
        assertThat(sigillo.kubectl("get", "pod", "nowhere", "-o", "jsonpath={.status.phase}")
                        .ok())
                .isEqualTo("Pending");
        String served = workload.address("ordinary");
        assertThat(workload.exec("trusted", "wget", "-q", "-T", "20", "-O", "-", "http://" + served + ":8080/")
                        .ok())
                .contains("hello from ordinary");
        assertThat(workload.exec(
                                "trusted", "wget", "-q", "-T", "20", "-O", "-", "http://web.default.svc.cluster.local/")
                        .ok())
                .contains("hello from ordinary");
        assertThat(sigillo.kubectl("logs", "ordinary").ok()).contains("serving");
    }

    @Test
    @Order(6)
    @DisplayName("a kubelet cannot label itself: not at create, not by patch of the node, not by its status")
    void selfLabelling() {
        String node = nodes("plain").getFirst().path("metadata").path("name").asString();
        SelfLabelling attempt = new SelfLabelling(sigillo, node);
        for (Shell.Output refused : attempt.all()) {
            assertThat(refused.code()).as(refused.toString()).isNotZero();
            assertThat(refused.err()).as(refused.toString()).containsPattern("(?i)(denied|forbidden)");
        }
        assertThat(label(nodes("plain").getFirst(), "kubernetes.azure.com/trusted-launch"))
                .isEqualTo("-");
    }

    @Test
    @Order(7)
    @DisplayName("in the guest: an unsigned module is refused")
    void unsignedModule() throws IOException {
        // IMA measures the attempt, so this node's next quote is refused: it is one that goes next anyway.
        Guest guest = Guest.on(
                sigillo,
                nodes("tlpool").getFirst().path("metadata").path("name").asString());
        assertThat(guest.unsignedModule().toString()).containsPattern("(?i)(rejected|not permitted|Key was)");
    }

    @Test
    @Order(8)
    @Tag("long")
    @DisplayName("pools are shown and deleted; their nodes go with them")
    void delete() {
        assertThat(sigillo.azJson("aks", "nodepool", "show", "-n", "tpmpool", "-g", "rg1", "--cluster-name", "c1")
                        .path("securityProfile")
                        .path("enableVtpm")
                        .asBoolean())
                .isTrue();
        List<CompletableFuture<Shell.Output>> running = List.of("tlpool", "tpmpool", "sbpool").stream()
                .map(name -> atOnce(
                        () -> sigillo.az("aks", "nodepool", "delete", "-n", name, "-g", "rg1", "--cluster-name", "c1")))
                .toList();
        running.forEach(pool -> pool.join().ok());
        assertThat(nodes("tlpool")).isEmpty();
        assertThat(nodes("sbpool")).isEmpty();
    }
}
