package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.store.PoolRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The API where there are several Kubernetes versions")
class UpgradeTest {
    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeEach
    void starts() {
        arm = new ArmHarness(folder);
        arm.versions = List.of("1.35.4", "1.36.3", "1.37.0");
        arm.put(ArmHarness.S + "/resourcegroups/rg", "{\"location\":\"eastus\"}");
    }

    @AfterEach
    void stops() {
        arm.close();
    }

    private Reply cluster(String version, String... pools) {
        return arm.put(arm.mc("c"), """
                {"location":"eastus","properties":{"kubernetesVersion":"%s","agentPoolProfiles":[%s]}}""".formatted(version, String.join(",", pools)));
    }

    private static String pool(String name, String version) {
        return """
                {"name":"%s","count":1,"mode":"System","orchestratorVersion":"%s"}""".formatted(name, version);
    }

    private Reply upgradePool(String name, String version) {
        return arm.put(arm.mc("c") + "/agentPools/" + name, """
                {"properties":{"orchestratorVersion":"%s"}}""".formatted(version));
    }

    private PoolRecord np() {
        return arm.store
                .pools()
                .find(arm.store.clusters().list().getFirst().id(), "np")
                .orElseThrow();
    }

    @Test
    @DisplayName("a new cluster has the version that is asked for, and its pools the image of that version")
    void creates() {
        assertThat(cluster("1.36", pool("np", "")).status()).isEqualTo(201);
        Reply made = arm.get(arm.mc("c"));
        assertThat(made.json()
                        .path("properties")
                        .path("currentKubernetesVersion")
                        .asString())
                .isEqualTo("1.36.3");
        assertThat(np().desired().version()).isEqualTo("1.36.3");
        assertThat(np().desired().nodeImageVersion()).isEqualTo(ArmHarness.imageOf("1.36.3"));
    }

    @Test
    @DisplayName(
            "az aks upgrade: control plane and pools change in one operation, as Upgrading, with the image of the version")
    void upgrades() {
        cluster("1.35.4", pool("np", "1.35.4"));
        arm.reconciler.sleep(true);
        Reply upgrade = cluster("1.36.3", pool("np", "1.36.3"));
        assertThat(upgrade.status()).isEqualTo(200);
        assertThat(upgrade.operation()).isNotEmpty();
        assertThat(upgrade.json().path("properties").path("provisioningState").asString())
                .isEqualTo("Upgrading");
        assertThat(np().provisioningState()).isEqualTo("Upgrading");
        assertThat(np().desired().nodeImageVersion()).isEqualTo(ArmHarness.imageOf("1.36.3"));
    }

    @Test
    @DisplayName(
            "--control-plane-only is an operation too, and leaves the pools as they are; then a pool may follow alone")
    void planeAlone() {
        cluster("1.35.4", pool("np", "1.35.4"));
        String before = np().body();
        assertThat(cluster("1.36.3", pool("np", "1.35.4")).operation()).isNotEmpty();
        assertThat(np().body()).isEqualTo(before);
        assertThat(upgradePool("np", "1.36.3").status()).isEqualTo(200);
        assertThat(np().desired().version()).isEqualTo("1.36.3");
    }

    @Test
    @DisplayName(
            "a pool may not be newer than its control plane, be it new, alone or together with it; nothing changes")
    void poolAhead() {
        cluster("1.35.4", pool("np", "1.35.4"));
        for (Reply reply : List.of(
                upgradePool("np", "1.36.3"), upgradePool("more", "1.36.3"), cluster("1.35.4", pool("np", "1.36.3")))) {
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.code()).isEqualTo("NodePoolMcVersionIncompatible");
        }
        assertThat(np().desired().version()).isEqualTo("1.35.4");
        assertThat(arm.store.operations().open()).isEmpty();
    }

    @Test
    @DisplayName("no minor is skipped and none gone back to; the refusal names what may be gone to")
    void skipped() {
        cluster("1.35.4", pool("np", "1.35.4"));
        Reply skipped = cluster("1.37.0", pool("np", "1.35.4"));
        assertThat(skipped.code()).isEqualTo("OperationNotAllowed");
        assertThat(skipped.status()).isEqualTo(400);
        assertThat(skipped.message()).contains("[1.36.3]");
        cluster("1.36.3", pool("np", "1.36.3"));
        assertThat(cluster("1.35.4", pool("np", "1.36.3")).message()).contains("Downgrading the Kubernetes version");
        assertThat(upgradePool("np", "1.35.4").message()).contains("Downgrading the Kubernetes version");
    }

    @Test
    @DisplayName("a version that was removed is refused by name, and who has it can still be changed otherwise")
    void removed() {
        cluster("1.36.3", pool("np", "1.36.3"));
        arm.versions = List.of("1.35.4");
        Reply scaled = arm.put(arm.mc("c") + "/agentPools/np", "{\"properties\":{\"count\":2}}");
        assertThat(scaled.status()).as(scaled.message()).isEqualTo(200);
        assertThat(cluster("1.36.3", pool("np", "1.36.3")).status()).isEqualTo(200);
        Reply gone = cluster("1.37.0", pool("np", "1.36.3"));
        assertThat(gone.code()).isEqualTo("K8sVersionNotSupported");
        assertThat(gone.message()).contains("(here: 1.35.4)");
        assertThat(arm.get(arm.mc("c") + "/agentPools/np/upgradeProfiles/default")
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("get-upgrades and get-versions name what may be gone to, of a pool no further than its control plane")
    void profiles() {
        cluster("1.35.4", pool("np", "1.35.4"));
        assertThat(profile(arm.mc("c"), "/properties/controlPlaneProfile")).isEqualTo(Set.of("1.36.3"));
        assertThat(profile(arm.mc("c"), "/properties/agentPoolProfiles/0")).isEmpty();
        cluster("1.36.3", pool("np", "1.35.4"));
        assertThat(profile(arm.mc("c") + "/agentPools/np", "/properties")).isEqualTo(Set.of("1.36.3"));
        Reply versions =
                arm.get(ArmHarness.S + "/providers/Microsoft.ContainerService/locations/eastus/kubernetesVersions");
        assertThat(versions.json().toString()).contains("\"1.36.3\":{\"upgrades\":[\"1.37.0\"]}");
    }

    private Set<String> profile(String of, String at) {
        return Set.copyOf(arm.get(of + "/upgradeProfiles/default")
                .json()
                .at(at)
                .path("upgrades")
                .valueStream()
                .map(each -> each.path("kubernetesVersion").asString())
                .toList());
    }

    @Test
    @DisplayName("node images are listed and shown with signer and users, and cannot be added over the API")
    void images() {
        arm.hostImages = List.of(
                new HostImages.HostImage(ArmHarness.IMAGE, "1.35.4", "6.12", "ab", "cd", true),
                new HostImages.HostImage("other", "1.36.3", "6.12", "ab", "cd", true));
        cluster("1.35.4", pool("np", "1.35.4"));
        String path = ArmHarness.S + "/providers/Sigillo.Host/nodeImages";
        assertThat(arm.get(path).json().path("value")).hasSize(2);
        var image = arm.get(path + "/" + ArmHarness.IMAGE).json().path("properties");
        assertThat(image.path("signer").asString()).isEqualTo("cd");
        assertThat(image.path("agentPools").path(0).asString()).endsWith("/agentPools/np");
        assertThat(image.path("machines")).hasSize(1);
        assertThat(arm.get(path + "/other").json().path("properties").path("agentPools"))
                .isEmpty();
        assertThat(arm.get(path + "/none").status()).isEqualTo(404);
        assertThat(arm.put(path + "/mine", "{}").status()).isEqualTo(405);
    }

    @Test
    @DisplayName("programs are found by their version, not by the name of their folder alone")
    void programs() throws Exception {
        Path defaults = programs("a", "1.35.4");
        Path others = Files.createDirectories(folder.resolve("versions"));
        Files.createSymbolicLink(others.resolve("1.36.3"), programs("b", "1.36.3"));
        Files.createSymbolicLink(others.resolve("1.37.0"), programs("c", "1.36.9"));
        Programs programs = new Programs(defaults, others);
        assertThat(programs.byDefault()).isEqualTo("1.35.4");
        assertThat(programs.find("1.35.4")).contains(defaults);
        assertThat(programs.find("1.36.3")).contains(folder.resolve("b").toRealPath());
        assertThat(programs.find("1.37.0")).isEmpty();
        Files.createSymbolicLink(others.resolve("1.35.4"), programs("d", "1.35.4"));
        assertThat(programs.find("1.35.4"))
                .as("what was made of that version last")
                .contains(folder.resolve("d").toRealPath());
        assertThat(programs.find("1.38.0")).isEmpty();
    }

    private Path programs(String name, String version) throws Exception {
        Path made = Files.createDirectories(folder.resolve(name));
        Files.writeString(made.resolve("version"), version + "\n");
        assertThat(Files.createFile(made.resolve("kube-apiserver")).toFile().setExecutable(true))
                .isTrue();
        return made;
    }
}
