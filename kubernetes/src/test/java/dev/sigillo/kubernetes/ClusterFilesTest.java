package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClusterFilesTest {

    @Test
    @DisplayName("AuthorizationConfiguration: the guard comes first, then Node, then RBAC, and it fails closed")
    void authorizers() {
        String config = ClusterFiles.authorization("sigillo:controller");
        assertThat(config)
                .containsSubsequence("name: sigillo-guard", "failurePolicy: Deny", "type: Node", "type: RBAC");
        assertThat(config).contains("request.user == 'sigillo:controller'").contains(TrustPolicy.NAME);
    }

    @Test
    @DisplayName("The controller manager approves nothing, and has no key for signers of users' certificates")
    void signers() {
        assertThat(ComponentFlags.of(Component.CONTROLLER_MANAGER, spec("sigillo:controller")))
                .contains("--controllers=*,-csrapproving", "--allocate-node-cidrs=false")
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
    @DisplayName("A template's value must not bring YAML of its own, and no place may stay empty")
    void templates() {
        assertThatThrownBy(() -> Template.fill("policy.yaml", Map.of("policy", "a\nb: c")))
                .hasMessageContaining("single line");
        assertThatThrownBy(() -> Template.fill("policy.yaml", Map.of("policy", "a")))
                .hasMessageContaining("${sigilloUser}");
    }

    private static ClusterSpec spec(String user) {
        return new ClusterSpec(
                "c1",
                Path.of("c1"),
                Path.of("bin"),
                "1.35.4",
                "sg-test-1",
                "10.224.1.1",
                6443,
                "10.244.0.0/16",
                "10.0.0.0/16",
                "10.0.0.10",
                URI.create("https://10.239.1.1:9443/kubernetes/v1/authorize"),
                "PEM",
                user);
    }
}
