package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The real control plane as the real kubectl sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
class ControlPlaneTest {

    private final TestPlane test;

    ControlPlaneTest(TestPlane test) {
        this.test = test;
    }

    @Test
    @DisplayName("A kubeconfig is the same at each call, and carries the names that az expects")
    void stableKubeconfig() {
        String first = test.plane.kubeconfig(Access.USER, "rg", "demo");
        assertThat(test.plane.kubeconfig(Access.USER, "rg", "demo")).isEqualTo(first);
        assertThat(first).contains("name: \"clusterUser_rg_demo\"", "current-context: \"demo\"");
        assertThat(test.user().says("config", "view")).contains(test.spec.apiServer());
    }

    @Test
    @DisplayName("A kubeconfig of a cluster whose name looks like a number or a Boolean is read as it is meant")
    void oddNames() throws IOException {
        for (String name : List.of("2024", "1e3", "true", "null")) {
            Path file = Files.createTempFile("kubeconfig", "");
            Files.writeString(file, test.plane.kubeconfig(Access.USER, "rg", name));
            assertThat(test.user().says("config", "current-context", "--kubeconfig=" + file))
                    .startsWith("0 ")
                    .contains(name);
            Files.delete(file);
        }
    }

    @Test
    @DisplayName("Users and admins are in a group of ours that RBAC makes cluster admins, and not in system:masters")
    void clusterAdmins() {
        for (Kubectl somebody : List.of(test.user(), test.admin())) {
            assertThat(somebody.says("auth", "can-i", "*", "*")).contains("yes");
            assertThat(somebody.says("auth", "whoami"))
                    .contains("sigillo:cluster-")
                    .doesNotContain("system:masters");
        }
        assertThat(test.user().says("get", "clusterrolebinding", "sigillo:cluster-admins", "-o", "yaml"))
                .contains("cluster-admin", "sigillo:cluster-users");
        assertThat(test.user().says("get", "--raw", "/readyz")).contains("ok");
    }

    @Test
    @DisplayName("kubernetes.default has the API server as its endpoint, and DNS its Service and Deployment")
    void services() {
        assertThat(test.user().says("get", "endpointslices", "-n", "default", "-o", "wide"))
                .contains(test.spec.apiAddress());
        assertThat(test.user().says("get", "svc", "-n", "kube-system", "kube-dns"))
                .contains("10.0.0.10");
        assertThat(test.user().says("get", "deploy", "-n", "kube-system", "coredns", "-o", "yaml"))
                .contains("imagePullPolicy: Never")
                .contains("CriticalAddonsOnly");
        assertThat(test.user()
                        .says("get", "cm", "-n", "kube-system", "extension-apiserver-authentication", "-o", "yaml"))
                .contains("requestheader-client-ca-file")
                .contains("front-proxy-client");
    }

    @Test
    @DisplayName("Addons that a user's dead webhook refuses are named, and hinder neither the policy nor certificates")
    void refusedAddons() {
        assertThat(test.admin().apply("""
                {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration",
                 "metadata":{"name":"dead"},"webhooks":[{"name":"dead.example.com","sideEffects":"None",
                 "admissionReviewVersions":["v1"],"failurePolicy":"Fail","timeoutSeconds":1,
                 "rules":[{"apiGroups":["apps"],"apiVersions":["*"],"operations":["*"],"resources":["*"]}],
                 "clientConfig":{"url":"https://127.0.0.1:1/"}}]}""")).startsWith("0 ");
        try {
            assertThat(refused()).anyMatch(line -> line.contains("Deployment coredns"));
            assertThat(refused()).noneMatch(line -> line.contains("Service"));
            assertThat(TestKubelet.of(test, test.node("n-dead"))).isNotNull();
        } finally {
            assertThat(test.admin().says("delete", "validatingwebhookconfiguration", "dead"))
                    .startsWith("0 ");
        }
        assertThat(refused()).isEmpty();
    }

    private List<String> refused() {
        return test.cluster().ensureAddons(new Addons(Addons.CORE_DNS_IMAGE, List.of("192.0.2.53")));
    }

    @Test
    @DisplayName("What a user made of CoreDNS's number of replicas stays")
    void replicas() {
        assertThat(test.user().says("scale", "deploy", "-n", "kube-system", "coredns", "--replicas=3"))
                .startsWith("0 ");
        assertThat(refused()).isEmpty();
        assertThat(test.user().says("get", "deploy", "-n", "kube-system", "coredns", "-o", "jsonpath={.spec.replicas}"))
                .isEqualTo("0 3");
    }

    @Test
    @DisplayName("The controller manager writes the policies' status, and its log does not fill with refusals")
    void quietLogs() throws Exception {
        String[] look = {
            "get", "validatingadmissionpolicy", TrustPolicy.NAME, "-o", "jsonpath={.status.observedGeneration}"
        };
        Instant end = Instant.now().plusSeconds(20);
        while (!test.user().says(look).equals("0 1") && Instant.now().isBefore(end)) {
            Thread.sleep(300);
        }
        assertThat(test.user().says(look)).isEqualTo("0 1");
        assertThat(test.log(Component.CONTROLLER_MANAGER)).doesNotContain("only Sigillo may");
    }
}
