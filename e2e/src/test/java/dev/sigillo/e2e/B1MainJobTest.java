package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

@Order(3)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("The main job: the article's own commands")
class B1MainJobTest {
    /** Each emulated node costs the others time. */
    private static final int TRUSTED = "long".equals(System.getenv("SIGILLO_TEST")) ? 3 : 2;

    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);

    private void expect(String pool, int count, String trustedLaunch, String secureBoot, String type) {
        List<JsonNode> nodes = cluster.nodes(pool);
        assertThat(nodes).hasSize(count).allMatch(Cluster::ready);
        for (JsonNode node : nodes) {
            assertThat(Cluster.label(node, "kubernetes.azure.com/trusted-launch"))
                    .isEqualTo(trustedLaunch);
            assertThat(Cluster.label(node, "kubernetes.azure.com/secure-boot")).isEqualTo(secureBoot);
            assertThat(Cluster.label(node, "kubernetes.azure.com/security-type"))
                    .isEqualTo(type);
            assertThat(Cluster.label(node, "kubernetes.azure.com/agentpool")).isEqualTo(pool);
            assertThat(Cluster.label(node, "node.kubernetes.io/instance-type")).isEqualTo("Standard_D2s_v5");
            assertThat(Cluster.label(node, "kubernetes.azure.com/node-image-version"))
                    .contains("gen2TLcontainerd");
            assertThat(node.path("spec").path("taints").toString()).doesNotContain("sigillo.dev/untrusted");
        }
    }

    @Test
    @Order(1)
    @DisplayName("az aks create with both flags gives a Ready node that carries the trust labels")
    void create() {
        sigillo.az("group", "create", "--name", "rg1", "--location", "eastus").ok();
        Instant began = Instant.now();
        sigillo.az(
                        "aks",
                        "create",
                        "--resource-group",
                        "rg1",
                        "--name",
                        "c1",
                        "--node-count",
                        "1",
                        "--enable-secure-boot",
                        "--enable-vtpm",
                        "--generate-ssh-keys")
                .ok();
        Timings.say("az aks create, one trusted node", began);
        sigillo.az("aks", "get-credentials", "--resource-group", "rg1", "--name", "c1", "--admin")
                .ok();
        sigillo.az("aks", "get-credentials", "--resource-group", "rg1", "--name", "c1")
                .ok();
        expect("nodepool1", 1, "true", "true", "TrustedLaunch");
        assertThat(sigillo.kubectl("get", "csr").ok())
                .containsPattern("kube-apiserver-client-kubelet +sigillo:controller .*Approved,Issued")
                .containsPattern("kubelet-serving +system:node:aks-nodepool1-\\S+ .*Approved,Issued");
    }

    @Test
    @Order(2)
    @DisplayName("sigillo attest show tells every check of the node's verdict")
    void verdict() {
        String verdict = sigillo.sigillo("attest", "show", cluster.node("nodepool1"), "--output", "json")
                .ok();
        assertThat(verdict)
                .contains(
                        "quote.signature",
                        "pcr.8",
                        "pcr.15",
                        "drivers",
                        "secure-boot.state",
                        "csr.key",
                        "host.witness");
        assertThat(verdict).doesNotContain("\"broken\"").doesNotContain("\"undecided\"");
    }

    @Test
    @Order(3)
    @DisplayName(
            "in the guest: Secure Boot, lockdown, root read-only under verity; on the host: secure pflash, SecureBoot on")
    void inside() throws IOException {
        String node = cluster.node("nodepool1");
        Guest guest = Guest.on(sigillo, node);
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
        Shell.Output touched = guest.host("touch", "/usr/bin/evil");
        assertThat(touched.code()).isNotZero();
        assertThat(touched.err()).contains("Read-only file system");
        HostView host = HostView.of(sigillo, guest.machine());
        assertThat(host.commandLine())
                .contains("driver=cfi.pflash01,property=secure,value=on")
                .anyMatch(word -> word.startsWith("q35,smm=on"));
        assertThat(host.variables()).contains("SecureBootEnable");
        assertThat(host.secureBootEnabled()).isTrue();
    }

    @Test
    @Order(4)
    @DisplayName(
            "node pools: two trusted nodes (three in ./test --long); then vTPM only, Secure Boot only and plain, one each, at once")
    void pools() {
        Instant began = Instant.now();
        cluster.pool("add", "tlpool", "--node-count", "" + TRUSTED, "--enable-vtpm", "--enable-secure-boot")
                .ok();
        Timings.say("az aks nodepool add, " + TRUSTED + " trusted nodes", began);
        expect("tlpool", TRUSTED, "true", "true", "TrustedLaunch");
        Instant again = Instant.now();
        Cluster.atOnce(List.of(
                        () -> cluster.pool("add", "tpmpool", "--node-count", "1", "--enable-vtpm"),
                        () -> cluster.pool("add", "sbpool", "--node-count", "1", "--enable-secure-boot"),
                        () -> cluster.pool("add", "plain", "--node-count", "1")))
                .forEach(Shell.Output::ok);
        Timings.say("az aks nodepool add, three pools of one node at once", again);
        expect("tpmpool", 1, "true", "-", "TrustedLaunch");
        expect("sbpool", 1, "-", "true", "TrustedLaunch");
        expect("plain", 1, "-", "-", "-");
        assertThat(sigillo.az("aks", "nodepool", "list", "-g", "rg1", "--cluster-name", "c1", "--query", "[].name")
                        .ok())
                .contains("\"nodepool1\"", "\"tlpool\"", "\"tpmpool\"", "\"sbpool\"", "\"plain\"");
    }

    @Test
    @Order(5)
    @DisplayName(
            "the article's nodeSelectors hold; pods of two nodes reach each other and Services by name; logs, exec and"
                    + " port-forward work")
    void pods() throws IOException {
        Workload workload = new Workload(sigillo);
        workload.apply();
        // An emulated node that others crowd imports its images slowly.
        workload.waitRunning(Duration.ofMinutes(8));
        assertThat(Cluster.label(workload.nodeOf("trusted"), "kubernetes.azure.com/trusted-launch"))
                .isEqualTo("true");
        assertThat(Cluster.label(workload.nodeOf("secureboot"), "kubernetes.azure.com/secure-boot"))
                .isEqualTo("true");
        assertThat(Cluster.label(workload.nodeOf("typed"), "kubernetes.azure.com/security-type"))
                .isEqualTo("TrustedLaunch");
        assertThat(Cluster.label(workload.nodeOf("ordinary"), "agentpool")).isEqualTo("plain");
        assertThat(sigillo.kubectl("get", "pod", "nowhere", "-o", "jsonpath={.status.phase}")
                        .ok())
                .isEqualTo("Pending");
        assertThat(Cluster.name(workload.nodeOf("trusted"))).isNotEqualTo(Cluster.name(workload.nodeOf("ordinary")));
        assertThat(workload.fetch("trusted", "http://" + workload.address("ordinary") + ":8080/"))
                .contains("hello from ordinary");
        assertThat(workload.fetch("trusted", "http://web.default.svc.cluster.local/"))
                .contains("hello from ordinary");
        assertThat(workload.fetch("secureboot", "http://web/")).contains("hello from ordinary");
        assertThat(sigillo.kubectl("logs", "ordinary").ok()).contains("serving");
        assertThat(workload.forwarded("ordinary", 8080)).contains("hello from ordinary");
        Shell.Output refused = workload.article();
        assertThat(refused.err())
                .as("the article's bare true, see docs/azure.md")
                .contains("cannot unmarshal bool");
    }

    @Test
    @Order(6)
    @DisplayName(
            "a node cannot label itself, with its own kubelet's credentials: not at create, not by patch of the node,"
                    + " not by its status")
    void selfLabelling() throws IOException {
        SelfLabelling attempt = new SelfLabelling(sigillo, cluster.node("plain"));
        assertThat(attempt.name().ok()).contains("system:node:aks-plain-");
        attempt.harmless().ok();
        for (Shell.Output refused : attempt.all()) {
            assertThat(refused.code()).as(refused.toString()).isNotZero();
            // Taints are refused by Kubernetes' own NodeRestriction before the policy is asked.
            assertThat(refused.err())
                    .as(refused.toString())
                    .containsPattern("trust\\.sigillo\\.dev|is not allowed to modify taints");
        }
        assertThat(Cluster.label(cluster.nodes("plain").getFirst(), "kubernetes.azure.com/trusted-launch"))
                .isEqualTo("-");
    }

    @Test
    @Order(7)
    @DisplayName("a machine is deleted by its name: the pool has one fewer, and the others stay")
    void deleteMachine() {
        List<String> before =
                cluster.nodes("tlpool").stream().map(Cluster::name).toList();
        Instant began = Instant.now();
        cluster.pool("delete-machines", "tlpool", "--machine-names", before.get(1))
                .ok();
        Timings.say("az aks nodepool delete-machines, one of " + TRUSTED, began);
        assertThat(sigillo.azJson("aks", "nodepool", "show", "-n", "tlpool", "-g", "rg1", "--cluster-name", "c1")
                        .path("count")
                        .asInt())
                .isEqualTo(TRUSTED - 1);
        List<String> others = new ArrayList<>(before);
        others.remove(1);
        assertThat(cluster.nodes("tlpool").stream().map(Cluster::name)).containsExactlyInAnyOrderElementsOf(others);
    }

    @Test
    @Order(8)
    @DisplayName("in the guest: an unsigned module is refused")
    void unsignedModule() throws IOException {
        // IMA measures the attempt, so this node's next quote is refused: its pool goes next anyway.
        Guest guest = Guest.on(sigillo, cluster.node("tlpool"));
        Shell.Output tried = guest.unsignedModule();
        assertThat(tried.code()).as(tried.toString()).isNotZero();
        assertThat(tried.toString()).containsPattern("(?i)(rejected|not permitted|Key was)");
    }

    @Test
    @Order(9)
    @DisplayName("pools are shown and deleted; their nodes go with them")
    void delete() {
        assertThat(sigillo.azJson("aks", "nodepool", "show", "-n", "tpmpool", "-g", "rg1", "--cluster-name", "c1")
                        .path("securityProfile")
                        .path("enableVtpm")
                        .asBoolean())
                .isTrue();
        sigillo.kubectl("delete", "pods", "--all", "--grace-period=1").ok();
        Instant began = Instant.now();
        List<String> pools = List.of("tlpool", "sbpool", "plain");
        Cluster.atOnce(pools.stream()
                        .<java.util.function.Supplier<Shell.Output>>map(name -> () -> cluster.pool("delete", name))
                        .toList())
                .forEach(Shell.Output::ok);
        Timings.say("az aks nodepool delete, three pools at once", began);
        pools.forEach(pool -> assertThat(cluster.nodes(pool)).isEmpty());
        assertThat(sigillo.kubectl("get", "nodes", "-o", "name").ok().lines())
                .as("nodepool1, and what B2RollTest goes on with")
                .hasSize(2);
    }
}
