package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs the programs of another version beside the default one: {@code sigillo image build} makes them. */
@Tag("boots")
@DisplayName("A real control plane that should be of another Kubernetes")
class OtherVersionTest {
    private static final String OTHER = "1.36.3";

    private static Optional<Path> other() {
        String cache = Optional.ofNullable(System.getenv("SIGILLO_CACHE"))
                .orElse(System.getenv().getOrDefault("HOME", "/root") + "/.cache/sigillo");
        return Optional.of(Path.of(cache, "kubernetes-versions", OTHER))
                .filter(folder -> Files.isExecutable(folder.resolve("kube-apiserver")));
    }

    @Test
    @DisplayName("is replaced by one call, keeps all that is in it, and only then is no longer stale")
    void upgrades() throws IOException {
        Assumptions.assumeTrue(TestBinaries.lack().isEmpty() && other().isPresent(), "skipped: not both versions here");
        try (TestPlane test = new TestPlane(9, Patience.usual(), InstantSource.system())) {
            Addons addons = new Addons(Addons.CORE_DNS_IMAGE, List.of());
            test.plane.ensureRunning();
            assertThat(test.cluster().ensureAddons(addons)).isEmpty();
            assertThat(test.plane.stale()).isFalse();
            String before = test.plane.incarnation().orElseThrow();
            assertThat(test.user().says("create", "configmap", "kept", "--from-literal=a=b"))
                    .startsWith("0 ");

            ClusterSpec spec = test.spec;
            ClusterSpec upgraded = new ClusterSpec(
                    spec.id(),
                    spec.dir(),
                    other().orElseThrow().toRealPath(),
                    OTHER,
                    spec.namespace(),
                    spec.apiAddress(),
                    spec.apiPort(),
                    spec.podCidr(),
                    spec.serviceCidr(),
                    spec.dnsServiceIp(),
                    spec.guard(),
                    spec.guardCa(),
                    spec.quarantined(),
                    spec.clientAddress(),
                    spec.sigilloUser());
            ControlPlane plane = new ControlPlane(upgraded, test.children, InstantSource.system());
            assertThat(plane.stale()).isTrue();
            assertThat(plane.incarnation()).isPresent().isNotEqualTo(Optional.of(before));
            plane.ensureRunning();
            assertThat(plane.stale()).isFalse();
            assertThat(test.processes()).hasSize(5);
            assertThat(test.user().says("get", "--raw", "/version")).contains("v" + OTHER);
            assertThat(test.user().says("get", "configmap", "kept", "-o", "jsonpath={.data.a}"))
                    .isEqualTo("0 b");
            assertThat(plane.client().ensureAddons(addons)).isEmpty();
            assertThat(test.node("n-after")).isEqualTo("n-after");
            plane.stop();
        }
    }
}
