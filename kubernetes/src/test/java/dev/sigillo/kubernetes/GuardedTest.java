package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.pki.Pem;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MatchConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the guard keeps from the cluster's own admins, at the real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
class GuardedTest {

    private static final String SIGILLO = TestPlane.SIGILLO;

    private static final String POLICY_API = "/apis/admissionregistration.k8s.io/v1";
    private static final String APISERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";

    private final TestPlane test;
    private final Kubectl admin;

    GuardedTest(TestPlane test) {
        this.test = test;
        this.admin = test.admin();
    }

    @Test
    @DisplayName("Our policies and bindings can be read, but not changed, replaced or deleted, by no way")
    void policies() {
        for (String name : List.of(TrustPolicy.NAME, TrustPolicy.APIS)) {
            for (String kind : List.of("validatingadmissionpolicy", "validatingadmissionpolicybinding")) {
                assertThat(admin.says("get", kind, name)).startsWith("0 ");
                assertThat(admin.says("delete", kind, name))
                        .contains("Forbidden")
                        .contains("sigillo");
                assertThat(admin.says("annotate", kind, name, "a=b")).contains("Forbidden");
                assertThat(admin.says("label", kind, name, "a=b")).contains("Forbidden");
                assertThat(admin.says("delete", kind, name, "--as=x", "--as-group=sigillo:cluster-admins"))
                        .contains("Forbidden");
            }
        }
        for (String kind : List.of("validatingadmissionpolicies", "validatingadmissionpolicybindings")) {
            assertThat(admin.says("delete", kind, "--all")).contains("Forbidden");
            assertThat(admin.says("delete", "--raw", POLICY_API + "/" + kind + "?labelSelector=a%21%3Db"))
                    .contains("Forbidden");
        }
        assertThat(admin.apply(TrustPolicy.manifest("sigillo:other"), "--server-side", "--force-conflicts"))
                .contains("Forbidden");
        assertThat(admin.apply("""
                        {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy",
                         "metadata":{"name":"mine"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],
                         "apiVersions":["v1"],"operations":["CREATE"],"resources":["configmaps"]}]},
                         "validations":[{"expression":"true"}]}}""")).startsWith("0 ");
        assertThat(admin.says("delete", "validatingadmissionpolicy", "mine")).startsWith("0 ");
    }

    @Test
    @DisplayName(
            "What a member of system:masters changes or deletes of them nevertheless is put back within 5 s, and told")
    void restored() throws Exception {
        test.cluster().restoredPolicies();
        try (KubernetesClient master = test.master()) {
            for (String name : List.of(TrustPolicy.NAME, TrustPolicy.APIS)) {
                var policies = master.admissionRegistration().v1().validatingAdmissionPolicies();
                policies.withName(name).delete();
                putBack(() -> policies.withName(name).get() != null, "Policy " + name + " was deleted");
                var bindings = master.admissionRegistration().v1().validatingAdmissionPolicyBindings();
                bindings.withName(name).delete();
                putBack(() -> bindings.withName(name).get() != null, "Binding " + name + " was deleted");
                policies.withName(name).edit(policy -> {
                    policy.getSpec()
                            .getMatchConditions()
                            .add(new MatchConditionBuilder()
                                    .withName("never")
                                    .withExpression("false")
                                    .build());
                    return policy;
                });
                putBack(
                        () -> policies.withName(name).get().getSpec().getMatchConditions().stream()
                                .noneMatch(condition -> condition.getName().equals("never")),
                        "Policy " + name + " was changed");
                bindings.withName(name).edit(binding -> {
                    binding.getSpec().setValidationActions(List.of("Audit"));
                    return binding;
                });
                putBack(
                        () -> bindings.withName(name)
                                .get()
                                .getSpec()
                                .getValidationActions()
                                .equals(List.of("Deny")),
                        "Binding " + name + " was changed");
            }
        }
        // Active again, not only there.
        test.cluster().issue(test.node("n-restored"), request("n-restored"), Duration.ofMinutes(10));
        assertThat(test.cluster().restoredPolicies())
                .as("what Sigillo writes itself is not told")
                .isEmpty();
    }

    private static byte[] request(String node) {
        return CertificateRequest.create(KeyPairs.ecP256(), TestKubelet.subject(node), List.of());
    }

    private void putBack(BooleanSupplier there, String told) throws InterruptedException {
        long begun = System.nanoTime();
        List<String> words = new ArrayList<>();
        while (System.nanoTime() - begun < 5_000_000_000L) {
            words.addAll(test.cluster().restoredPolicies());
            if (there.getAsBoolean() && String.join("", words).contains(told)) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("not put back within 5 s: " + told + "; told " + words);
    }

    @Test
    @DisplayName(
            "No API that the API server serves itself can be sent to another server, nor a version of its group added")
    void builtInApis() {
        List<String> local = test.user()
                .says("get", "apiservices", "-o", "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}")
                .substring(2)
                .lines()
                .toList();
        assertThat(local).hasSizeGreaterThan(20).contains("v1.", "v1.certificates.k8s.io");
        String elsewhere = "{\"spec\":{\"service\":{\"namespace\":\"default\",\"name\":\"mine\"}}}";
        for (String name : local) {
            assertThat(admin.says("patch", "apiservice", name, "--type=merge", "--dry-run=server", "-p", elsewhere))
                    .as(name)
                    .contains("Forbidden", "serves its own APIs");
            assertThat(admin.says("delete", "apiservice", name, "--dry-run=server"))
                    .as(name)
                    .contains("Forbidden");
        }
        assertThat(admin.says("delete", "--raw", APISERVICES + "?labelSelector=a%21%3Db"))
                .contains("Forbidden");
        assertThat(admin.apply(apiService("v77.", "", "v77"))).contains("is invalid");
        for (String group : BuiltInApis.GROUPS.subList(1, BuiltInApis.GROUPS.size())) {
            assertThat(admin.apply(apiService("v77." + group, group, "v77")))
                    .as(group)
                    .contains("Forbidden")
                    .contains("ValidatingAdmissionPolicy '" + TrustPolicy.APIS + "'");
        }
        for (String free : List.of("test.example.com", "metrics.k8s.io", "certificates.k8s.io.example.com")) {
            assertThat(admin.apply(apiService("v1beta1." + free, free, "v1beta1")))
                    .as(free)
                    .startsWith("0 ");
            assertThat(admin.says("delete", "apiservice", "v1beta1." + free))
                    .as(free)
                    .startsWith("0 ");
        }
    }

    private static String apiService(String name, String group, String version) {
        return """
                {"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"%s"},
                 "spec":{"group":"%s","version":"%s","groupPriorityMinimum":20000,"versionPriority":100,
                 "insecureSkipTLSVerify":true,"service":{"namespace":"default","name":"mine"}}}""".formatted(name, group, version);
    }

    @Test
    @DisplayName("Nobody impersonates Sigillo, a node, nor system:masters, which no authorizer could stop")
    void impersonation() {
        for (String[] who : new String[][] {
            {"--as=" + SIGILLO},
            {"--as=x", "--as-group=system:masters"},
            {"--as=" + SIGILLO, "--as-group=sigillo:cluster-admins"},
            {"--as=system:node:n1"},
            {"--as=x", "--as-group=system:nodes"}
        }) {
            List<String> words = new ArrayList<>(List.of("get", "nodes"));
            words.addAll(List.of(who));
            assertThat(admin.says(words.toArray(String[]::new)))
                    .as(words.toString())
                    .contains("Forbidden", "nobody may impersonate");
        }
        assertThat(admin.says("get", "nodes", "--as=jane", "--as-group=sigillo:cluster-admins"))
                .startsWith("0 ");
        assertThat(admin.says("get", "pods", "--as=system:serviceaccount:kube-system:coredns", "-A"))
                .startsWith("0 ");
    }

    @Test
    @DisplayName("No cluster admin gets a certificate in a kubelet's or in Sigillo's name from the cluster's authority")
    void forgedRequests() {
        request(
                "forged-node",
                "CN=system:node:evil,O=system:nodes",
                "kubernetes.io/kube-apiserver-client-kubelet",
                "client auth");
        request("forged-serving", "CN=system:node:evil,O=system:nodes", "kubernetes.io/kubelet-serving", "server auth");
        request("forged-sigillo", "CN=" + SIGILLO, "kubernetes.io/kube-apiserver-client", "client auth");
        request(
                "forged-kcm",
                "CN=system:kube-controller-manager",
                "kubernetes.io/kube-apiserver-client",
                "client auth");
        String pem = CertificateAuthority.create("own", Instant.now()).pem();
        String own = "{\"status\":{\"certificate\":\""
                + Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)) + "\"}}";
        for (String name : List.of("forged-node", "forged-serving", "forged-sigillo", "forged-kcm")) {
            assertThat(admin.says("certificate", "approve", name)).as(name).contains("Forbidden");
            assertThat(admin.says(
                            "certificate",
                            "approve",
                            name,
                            "--as=system:serviceaccount:kube-system:certificate-controller"))
                    .as(name)
                    .contains("Forbidden");
            assertThat(admin.says("get", "csr", name)).contains("Pending");
            assertThat(admin.says("patch", "csr", name, "--subresource=status", "--type=merge", "-p", own))
                    .as(name)
                    .contains("Forbidden");
        }
        request("other-signer", "CN=web", "example.com/web", "client auth");
        assertThat(admin.says("certificate", "approve", "other-signer")).startsWith("0 ");
    }

    private void request(String name, String subject, String signer, String purpose) {
        byte[] der = CertificateRequest.create(KeyPairs.ecP256(), subject, List.of());
        String pem = Base64.getEncoder().encodeToString(Pem.request(der).getBytes(StandardCharsets.US_ASCII));
        assertThat(admin.apply("""
                        {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest",
                         "metadata":{"name":"%s"},"spec":{"signerName":"%s","request":"%s",
                         "usages":["digital signature","%s"]}}""".formatted(name, signer, pem, purpose))).startsWith("0 ");
    }

    @Test
    @DisplayName("While the guard is down, what it guards is refused and everything else goes on")
    void guardDown() throws Exception {
        test.guard.downWhile(() -> {
            // What was never asked before: an answer of the guard is remembered for ten seconds.
            for (String[] guarded : new String[][] {
                {"delete", "--raw", POLICY_API + "/validatingadmissionpolicybindings/other.sigillo.dev"},
                {"delete", "--raw", APISERVICES + "/v99.certificates.k8s.io"},
                {"get", "nodes", "--as=y", "--as-group=system:masters"}
            }) {
                assertThat(admin.says(guarded))
                        .startsWith("1 ")
                        .containsPattern("/authorize|cannot impersonate")
                        .doesNotContain("only Sigillo", "nobody may", "serves its own");
            }
            assertThat(admin.says("get", "nodes")).startsWith("0 ");
            assertThat(admin.says("create", "configmap", "guard-down")).startsWith("0 ");
        });
        assertThat(test.cluster().nodes()).isNotNull();
    }

    @Test
    @DisplayName("kube-proxy's token is that of its service account")
    void kubeProxyToken() {
        String token = test.cluster().kubeProxyToken(test.node("n-proxy"), Duration.ofHours(1));
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
        assertThat(claims).contains("system:serviceaccount:kube-system:kube-proxy");
        assertThat(test.user().says("auth", "can-i", "list", "endpointslices", "--token=" + token))
                .contains("yes");
    }
}
