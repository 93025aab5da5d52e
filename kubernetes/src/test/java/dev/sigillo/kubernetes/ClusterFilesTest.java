package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFilesTest {

    @Test
    @DisplayName("AuthorizationConfiguration: the guard comes first, then Node, then RBAC, and it fails closed")
    void authorizers() {
        String config = ClusterFiles.authorization("sigillo:controller", Set.of());
        assertThat(config)
                .containsSubsequence("name: sigillo-guard", "failurePolicy: Deny", "type: Node", "type: RBAC");
        assertThat(config)
                .contains("request.user == 'sigillo:controller'")
                .contains("name.endsWith('.sigillo.dev')")
                .contains("|certificates[.]k8s[.]io|");
        assertThat(TrustPolicy.NAME).endsWith(".sigillo.dev");
        assertThat(TrustPolicy.APIS).endsWith(".sigillo.dev");
    }

    @Test
    @DisplayName("Nodes in quarantine are denied first of all; without any, nobody but the guard's own is asked")
    void quarantine() {
        assertThat(ClusterFiles.authorization("sigillo:controller", Set.of())).doesNotContain("quarantine");
        assertThat(ClusterFiles.authorization("sigillo:controller", Set.of("n-2", "n-1")))
                .containsSubsequence(
                        "authorizers:",
                        "name: sigillo-quarantine",
                        "failurePolicy: Deny",
                        "request.user in ['system:node:n-1', 'system:node:n-2']",
                        "exists(node, node in ['n-1', 'n-2'])",
                        "name: sigillo-guard",
                        "type: Node");
        assertThatThrownBy(() -> ClusterFiles.authorization("sigillo:controller", Set.of("n'] || true || ['")))
                .hasMessageContaining("no name of a node");
    }

    @Test
    @DisplayName("The controller manager approves nothing, and has no key for signers of users' certificates")
    void signers() {
        assertThat(ComponentFlags.of(Component.CONTROLLER_MANAGER, spec("sigillo:controller")))
                .contains(
                        "--controllers=*,-csrapproving", "--allocate-node-cidrs=false", "--cluster-signing-duration=1h")
                .noneMatch(flag -> flag.startsWith("--cluster-signing-cert-file")
                        || flag.startsWith("--cluster-signing-kube-apiserver-client")
                        || flag.startsWith("--cluster-signing-legacy-unknown"));
    }

    @Test
    @DisplayName("A user name that could end a CEL string or a certificate's subject is refused")
    void userName() {
        for (String name : new String[] {"sigillo:a' || true", "sigillo:a,O=system:masters", "system:masters", ""}) {
            assertThatThrownBy(() -> spec(name)).as(name).hasMessageContaining("sigillo:controller");
        }
    }

    @Test
    @DisplayName("kubernetes.default has the first address of the Services' range")
    void firstService() {
        assertThat(ServiceRange.first("10.0.0.0/16")).isEqualTo("10.0.0.1");
        assertThat(ServiceRange.first("192.168.255.128/25")).isEqualTo("192.168.255.129");
        assertThatThrownBy(() -> ServiceRange.first("10.0.0.0")).hasMessageContaining("prefix length");
    }

    @Test
    @DisplayName("The name of an APIService is of a built-in group if its group is exactly one of those")
    void builtInApis() {
        for (String name : List.of("v1.", "v1.apps", "v2beta1.autoscaling", "v1.certificates.k8s.io")) {
            assertThat(name).matches(BuiltInApis.PATTERN);
        }
        for (String name :
                List.of("v1.metrics.k8s.io", "v1.apps.example.com", "v1.certificatesxk8s.io", "v1.example.com")) {
            assertThat(name).doesNotMatch(BuiltInApis.PATTERN);
        }
    }

    @Test
    @DisplayName("User ids: one for each component and cluster, of the range that nobody uses, the same at each start")
    void users() {
        Set<Integer> users = new HashSet<>();
        for (String namespace :
                List.of("sg-0000-1", "sg-ffff-254", "sg-a1b2-1", "sg-a1b2-2", "sg-a1b3-1", "other", "sg-x")) {
            for (Component component : Component.values()) {
                int user = ComponentUser.id(namespace, component);
                assertThat(user).isEqualTo(ComponentUser.id(namespace, component));
                // systemd's UIDS-GIDS.md: 1879048192 to 2147352575 are unused.
                assertThat(user).isBetween(1_879_048_192, 2_147_352_575).isBetween(0x7000_0000, 0x78FF_FFFF);
                users.add(user);
            }
        }
        assertThat(users).hasSize(7 * 5);
        assertThat(ComponentUser.id("sg-0000-1", Component.ETCD)).isEqualTo(ComponentUser.FIRST + 4);
        assertThat(ComponentUser.id("sg-ffff-254", Component.SCHEDULER))
                .isEqualTo(ComponentUser.FIRST + 0xFFFFFE * 4 + 3);
        assertThat(ComponentUser.id("sg-ffff-254", Component.LOCAL_PATH)).isEqualTo(0x7000_0000 + 0xFFFFFE);
    }

    @Test
    @DisplayName("A template's value must not bring YAML of its own, and no place may stay empty")
    void templates() {
        assertThatThrownBy(() -> Template.fill("policy.yaml", Map.of("policy", "a\nb: c")))
                .hasMessageContaining("single line");
        assertThatThrownBy(() -> Template.fill("policy.yaml", Map.of("policy", "a")))
                .hasMessageContaining("${sigilloUser}");
    }

    @Test
    @DisplayName(
            "The API server's files are another's when the guard is to be checked by other authorities, until they are written")
    void guardChanged(@TempDir Path folder) {
        AtomicReference<String> authorities = new AtomicReference<>("PEM of the first");
        ClusterSpec spec = spec("sigillo:controller", folder.resolve("c1"), authorities::get);
        ClusterFiles files =
                new ClusterFiles(spec, new ClusterKeys(folder.resolve("keys"), spec, InstantSource.system()));
        assertThat(files.guardChanged()).as("nothing is written yet").isFalse();
        files.write();
        assertThat(files.guardChanged()).isFalse();
        authorities.set("PEM of the second and the first");
        assertThat(files.guardChanged()).isTrue();
        files.write();
        assertThat(files.guardChanged()).isFalse();
    }

    private static ClusterSpec spec(String user) {
        return spec(user, Path.of("c1"), () -> "PEM");
    }

    private static ClusterSpec spec(String user, Path folder, Supplier<String> guardCa) {
        return new ClusterSpec(
                "c1",
                folder,
                Path.of("bin"),
                "1.35.4",
                "sg-test-1",
                "10.224.1.1",
                6443,
                "10.244.0.0/16",
                "10.0.0.0/16",
                "10.0.0.10",
                URI.create("https://10.239.1.1:9443/kubernetes/v1/authorize"),
                guardCa,
                Set::of,
                Optional.empty(),
                user);
    }
}
