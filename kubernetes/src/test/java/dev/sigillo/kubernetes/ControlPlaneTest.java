package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The real control plane in a network namespace of its own, used by the real kubectl. Needs root and the programs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("boots")
class ControlPlaneTest {

    private static final String SIGILLO = "sigillo:controller";
    private static final String TRUSTED = "kubernetes.azure.com/trusted-launch";

    @SuppressWarnings("NullAway.Init")
    private Path home;

    private final Children children = new Children();

    @SuppressWarnings("NullAway.Init")
    private TestNamespace namespace;

    @SuppressWarnings("NullAway.Init")
    private TestGuardServer guard;

    @SuppressWarnings("NullAway.Init")
    private ClusterSpec spec;

    @SuppressWarnings("NullAway.Init")
    private ControlPlane plane;

    @SuppressWarnings("NullAway.Init")
    private KubernetesCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private Kubectl user;

    @SuppressWarnings("NullAway.Init")
    private Kubectl admin;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        home = folder;
        Optional<Path> binaries = TestBinaries.find();
        Assumptions.assumeTrue(
                binaries.isPresent(),
                "no control-plane and kubectl: set SIGILLO_KUBERNETES, or build them into the cache");
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "network namespaces need root");
        namespace = new TestNamespace();
        guard = new TestGuardServer(TestNamespace.HOST, SIGILLO);
        spec = new ClusterSpec(
                "c1",
                home.resolve("c1"),
                binaries.get(),
                "1.35.4",
                namespace.name(),
                TestNamespace.API,
                6443,
                "10.244.0.0/16",
                "10.0.0.0/16",
                "10.0.0.10",
                guard.uri(),
                guard.authorityPem(),
                SIGILLO);
        plane = new HostedControlPlanes(children, InstantSource.system()).open(spec);
        Instant begun = Instant.now();
        plane.ensureRunning();
        System.out.println("control plane ready after "
                + Duration.between(begun, Instant.now()).toMillis() + " ms");
        cluster = plane.client();
        cluster.ensureAddons(new Addons(Addons.CORE_DNS_IMAGE, List.of("192.0.2.53")));
        System.out.println("addons applied and policy proved after "
                + Duration.between(begun, Instant.now()).toMillis() + " ms");
        user = kubectl(Access.USER);
        admin = kubectl(Access.ADMIN);
    }

    @AfterAll
    void end() throws Exception {
        if (plane != null) {
            plane.delete();
            assertThat(spec.dir()).doesNotExist();
            assertThat(children.named(spec.namespace() + "/")).isEmpty();
        }
        if (guard != null) {
            guard.close();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    private Kubectl kubectl(Access access) throws Exception {
        Path file = home.resolve(access + ".kubeconfig");
        Files.writeString(file, plane.kubeconfig(access, "rg", "demo"));
        return new Kubectl(spec.binaries().resolve("kubectl"), file);
    }

    private String node(String name, Map<String, String> labels) {
        cluster.createNode(new NodeObject(
                name,
                labels,
                List.of(new Taint("sigillo.dev/untrusted", "", "NoExecute")),
                "10.244.7.0/24",
                "sigillo://c1/" + name));
        return name;
    }

    @Test
    @DisplayName("A kubeconfig is the same at each call, and carries the names that az expects")
    void stableKubeconfig() {
        String first = plane.kubeconfig(Access.USER, "rg", "demo");
        assertThat(plane.kubeconfig(Access.USER, "rg", "demo")).isEqualTo(first);
        assertThat(first).contains("name: clusterUser_rg_demo").contains("current-context: demo");
        assertThat(user.says("config", "view")).contains("https://" + TestNamespace.API + ":6443");
    }

    @Test
    @DisplayName("Users and admins may do everything by RBAC, and neither is in system:masters")
    void clusterAdmins() {
        for (Kubectl somebody : List.of(user, admin)) {
            assertThat(somebody.says("auth", "can-i", "*", "*")).contains("yes");
            assertThat(somebody.says("auth", "whoami"))
                    .contains("sigillo:cluster-")
                    .doesNotContain("system:masters");
        }
        assertThat(user.says("get", "--raw", "/readyz")).contains("ok");
    }

    @Test
    @DisplayName("kubernetes.default has the API server as its endpoint, and DNS its Service and Deployment")
    void services() {
        assertThat(user.says("get", "endpointslices", "-n", "default", "-o", "wide"))
                .contains(TestNamespace.API);
        assertThat(user.says("get", "svc", "-n", "kube-system", "kube-dns")).contains("10.0.0.10");
        assertThat(user.says("get", "deploy", "-n", "kube-system", "coredns", "-o", "yaml"))
                .contains("imagePullPolicy: Never")
                .contains("CriticalAddonsOnly");
        assertThat(user.says("get", "cm", "-n", "kube-system", "extension-apiserver-authentication", "-o", "yaml"))
                .contains("requestheader-client-ca-file")
                .contains("front-proxy-client");
    }

    @Test
    @DisplayName("A kubelet's two certificates are issued for the requested key, for ten minutes, as visible objects")
    void certificates() throws Exception {
        KeyPair pair = KeyPairs.ecP256();
        String subject = "CN=system:node:aks-np-1,O=system:nodes";
        IssuedCertificates issued = cluster.issue(
                "aks-np-1",
                CertificateRequest.create(pair, subject, List.of()),
                CertificateRequest.create(
                        pair,
                        subject,
                        List.of(new AlternativeName.Dns("aks-np-1"), new AlternativeName.Ip("10.251.78.5"))),
                Duration.ofMinutes(10));
        X509Certificate client = Pem.certificates(issued.clientPem()).getFirst();
        X509Certificate serving = Pem.certificates(issued.servingPem()).getFirst();
        client.verify(plane.clusterCa().getPublicKey());
        assertThat(client.getPublicKey()).isEqualTo(pair.getPublic());
        assertThat(serving.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(List.of(2, "aks-np-1"), List.of(7, "10.251.78.5"));
        assertThat(issued.expires())
                .isBetween(Instant.now().plusSeconds(500), Instant.now().plusSeconds(660));
        assertThat(user.says("get", "csr"))
                .contains("aks-np-1-client")
                .contains(SIGILLO)
                .contains("Approved,Issued");
    }

    @Test
    @DisplayName("A request for another node's name, or for two keys, is refused before it reaches the cluster")
    void foreignRequests() {
        KeyPair pair = KeyPairs.ecP256();
        byte[] right = CertificateRequest.create(pair, "CN=system:node:a,O=system:nodes", List.of());
        byte[] wrong = CertificateRequest.create(pair, "CN=system:node:b,O=system:nodes", List.of());
        byte[] other = CertificateRequest.create(KeyPairs.ecP256(), "CN=system:node:a,O=system:nodes", List.of());
        assertThatThrownBy(() -> cluster.issue("a", wrong, right, Duration.ofMinutes(10)))
                .hasMessageContaining("system:node:b");
        assertThatThrownBy(() -> cluster.issue("a", right, other, Duration.ofMinutes(10)))
                .hasMessageContaining("different keys");
    }

    @Test
    @DisplayName("Nobody but Sigillo changes trust labels, identity labels, our taint and annotations of a node")
    void nodeTrust() {
        String node = node("n-trust", Map.of("kubernetes.azure.com/agentpool", "np", "agentpool", "np"));
        for (String label : List.of(
                TRUSTED + "=true",
                "kubernetes.azure.com/secure-boot=true",
                "kubernetes.azure.com/security-type=TrustedLaunch",
                "kubernetes.azure.com/agentpool=other",
                "kubernetes.azure.com/mode=system",
                "kubernetes.azure.com/cluster=x",
                "agentpool=other",
                "agentpool-",
                "sigillo.dev/x=y")) {
            assertThat(user.says("label", "node", node, "--overwrite", label))
                    .as(label)
                    .startsWith("1 ")
                    .contains(TrustPolicy.NAME)
                    .contains("only Sigillo may change the label");
        }
        assertThat(user.says("label", "node", node, TRUSTED + "=")).contains(TrustPolicy.NAME);
        assertThat(user.says("annotate", "node", node, "sigillo.dev/verdict=pass"))
                .contains(TrustPolicy.NAME);
        assertThat(user.says("taint", "node", node, "sigillo.dev/untrusted:NoExecute-"))
                .contains(TrustPolicy.NAME);
        assertThat(user.says("taint", "node", node, "sigillo.dev/other=x:NoSchedule"))
                .contains(TrustPolicy.NAME);
        String patch = "{\"metadata\":{\"labels\":{\"" + TRUSTED + "\":\"true\"}}}";
        assertThat(user.says("patch", "node", node, "--subresource=status", "--type=merge", "-p", patch))
                .contains(TrustPolicy.NAME);
        assertThat(user.apply("""
                        {"apiVersion":"v1","kind":"Node","metadata":{"name":"n-new","labels":{"%s":"true"}}}""".formatted(TRUSTED))).contains(TrustPolicy.NAME);
        // All else stays free.
        assertThat(user.says("label", "node", node, "team=red")).startsWith("0 ");
        assertThat(user.says("taint", "node", node, "dedicated=x:NoSchedule")).startsWith("0 ");
        assertThat(user.says("annotate", "node", node, "a=b")).startsWith("0 ");
        assertThat(user.says("cordon", node)).startsWith("0 ");
    }

    @Test
    @DisplayName("A kubelet with a valid certificate cannot label itself: not its node, nor its status, nor at create")
    void kubeletLabelsItself() throws Exception {
        String node = node("n-self", Map.of());
        KeyPair pair = KeyPairs.ecP256();
        String subject = "CN=system:node:" + node + ",O=system:nodes";
        IssuedCertificates issued = cluster.issue(
                node,
                CertificateRequest.create(pair, subject, List.of()),
                CertificateRequest.create(pair, subject, List.of(new AlternativeName.Ip("10.251.78.6"))),
                Duration.ofMinutes(10));
        TlsIdentity kubelet = new TlsIdentity(pair.getPrivate(), Pem.certificates(issued.clientPem()));
        String patch = "{\"metadata\":{\"labels\":{\"" + TRUSTED + "\":\"true\"}}}";
        assertThat(request(kubelet, "PATCH", "/api/v1/nodes/" + node, patch))
                .contains("403")
                .contains(TrustPolicy.NAME);
        assertThat(request(kubelet, "PATCH", "/api/v1/nodes/" + node + "/status", patch))
                .contains("403")
                .contains(TrustPolicy.NAME);
        String free = "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}";
        assertThat(request(kubelet, "PATCH", "/api/v1/nodes/" + node + "/status", free))
                .startsWith("200");
        cluster.deleteNode(node);
        String whole = "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"" + node + "\",\"labels\":{\""
                + TRUSTED + "\":\"true\"}}}";
        assertThat(request(kubelet, "POST", "/api/v1/nodes", whole))
                .contains("403")
                .contains(TrustPolicy.NAME);
    }

    private String request(TlsIdentity identity, String method, String path, String body) throws Exception {
        try (HttpClient http = HttpClient.newBuilder()
                .sslContext(identity.context(List.of(plane.clusterCa())))
                .build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(spec.apiServer() + path))
                            .header(
                                    "Content-Type",
                                    method.equals("PATCH")
                                            ? "application/strategic-merge-patch+json"
                                            : "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    @Test
    @DisplayName("Sigillo sets and withdraws trust, and leaves other labels and taints alone")
    void sigilloTrust() {
        String node = node("n-ours", Map.of());
        assertThat(user.says("taint", "node", node, "dedicated=x:NoSchedule")).startsWith("0 ");
        cluster.setTrust(node, Map.of(TRUSTED, Optional.of("true")), List.of());
        cluster.annotate(node, Map.of("sigillo.dev/verdict", Optional.of("passing")));
        NodeView trusted = view(node);
        assertThat(trusted.labels()).containsEntry(TRUSTED, "true");
        assertThat(trusted.annotations()).containsEntry("sigillo.dev/verdict", "passing");
        assertThat(trusted.taints().stream().map(Taint::key))
                .contains("dedicated")
                .doesNotContain("sigillo.dev/untrusted");
        Taint untrusted = new Taint("sigillo.dev/untrusted", "", "NoExecute");
        cluster.setTrust(node, Map.of(TRUSTED, Optional.empty()), List.of(untrusted));
        assertThat(view(node).labels()).doesNotContainKey(TRUSTED);
        assertThat(view(node).taints()).contains(untrusted);
        cluster.event(node, "TrustWithdrawn", "kernel command line differs");
        assertThat(user.says("describe", "node", node))
                .contains("TrustWithdrawn")
                .contains("kernel command line");
        cluster.cordonAndDrain(node, Duration.ofSeconds(5));
        cluster.deleteNode(node);
        cluster.deleteNode(node);
        assertThat(user.says("get", "node", node)).contains("NotFound");
    }

    private NodeView view(String name) {
        return cluster.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("The policy and its binding can be read, but not changed, replaced or deleted, by no way")
    void policyIsGuarded() {
        for (String kind : List.of("validatingadmissionpolicy", "validatingadmissionpolicybinding")) {
            assertThat(admin.says("get", kind, TrustPolicy.NAME)).startsWith("0 ");
            assertThat(admin.says("delete", kind, TrustPolicy.NAME))
                    .contains("Forbidden")
                    .contains("sigillo");
            assertThat(admin.says("annotate", kind, TrustPolicy.NAME, "a=b")).contains("Forbidden");
            assertThat(admin.says("label", kind, TrustPolicy.NAME, "a=b")).contains("Forbidden");
            assertThat(admin.says("delete", kind, "--all")).contains("Forbidden");
            assertThat(admin.says(
                            "delete",
                            "--raw",
                            "/apis/admissionregistration.k8s.io/v1/" + plural(kind) + "?labelSelector=a%21%3Db"))
                    .contains("Forbidden");
            assertThat(admin.says("delete", kind, TrustPolicy.NAME, "--as=x", "--as-group=sigillo:cluster-admins"))
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

    private static String plural(String kind) {
        return kind.endsWith("policy") ? "validatingadmissionpolicies" : kind + "s";
    }

    @Test
    @DisplayName("Nobody impersonates Sigillo, nor system:masters, which no authorizer could stop")
    void impersonation() {
        assertThat(admin.says("get", "nodes", "--as=" + SIGILLO)).contains("Forbidden");
        assertThat(admin.says("get", "nodes", "--as=x", "--as-group=system:masters"))
                .contains("Forbidden");
        assertThat(admin.says("get", "nodes", "--as=" + SIGILLO, "--as-group=sigillo:cluster-admins"))
                .contains("Forbidden");
        assertThat(admin.says("get", "nodes", "--as=jane", "--as-group=sigillo:cluster-admins"))
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
        request("forged-sigillo", "CN=" + SIGILLO, "kubernetes.io/kube-apiserver-client", "client auth");
        request(
                "forged-kcm",
                "CN=system:kube-controller-manager",
                "kubernetes.io/kube-apiserver-client",
                "client auth");
        for (String name : List.of("forged-node", "forged-sigillo", "forged-kcm")) {
            assertThat(admin.says("certificate", "approve", name)).as(name).contains("Forbidden");
            assertThat(admin.says("get", "csr", name)).contains("Pending");
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
    @DisplayName("kube-proxy's token is that of its service account")
    void kubeProxyToken() {
        String token = cluster.kubeProxyToken(Duration.ofHours(1));
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
        assertThat(claims).contains("system:serviceaccount:kube-system:kube-proxy");
        assertThat(user.says("auth", "can-i", "list", "endpointslices", "--token=" + token))
                .contains("yes");
    }

    @Test
    @DisplayName("A server that opens the cluster again finds its processes, and restarts only what has died")
    void foundAgain() {
        SortedMap<String, ChildId> before = children.named(spec.namespace() + "/");
        assertThat(before).hasSize(4);
        ControlPlane again = new HostedControlPlanes(new Children(), InstantSource.system()).open(spec);
        again.ensureRunning();
        assertThat(children.named(spec.namespace() + "/")).isEqualTo(before);
        ChildId scheduler = Objects.requireNonNull(before.get(spec.namespace() + "/kube-scheduler"));
        children.stop(scheduler, Duration.ofSeconds(5));
        assertThat(again.ready()).isFalse();
        again.ensureRunning();
        SortedMap<String, ChildId> after = children.named(spec.namespace() + "/");
        assertThat(after).hasSize(4);
        assertThat(after.get(spec.namespace() + "/kube-scheduler")).isNotEqualTo(scheduler);
        assertThat(after.get(spec.namespace() + "/etcd")).isEqualTo(before.get(spec.namespace() + "/etcd"));
        assertThat(again.ready()).isTrue();
    }

    @Test
    @DisplayName("Every process runs as its own user without capabilities, and keys are readable by root and it alone")
    void unprivileged() throws Exception {
        for (ChildId child : children.named(spec.namespace() + "/").values()) {
            String status = Files.readString(Path.of("/proc/" + child.pid() + "/status"));
            assertThat(status).containsPattern("CapEff:\\s+0000000000000000").containsPattern("NoNewPrivs:\\s+1");
            assertThat(status).doesNotContainPattern("Uid:\\s+0");
        }
        assertThat(mode("keys")).isIn("rwx------", "rwxr-xr-x");
        assertThat(mode("keys/cluster-ca")).isEqualTo("rwx------");
        assertThat(mode("keys/sigillo.key")).isEqualTo("rw-------");
        assertThat(mode("kube-controller-manager/ca.key")).isEqualTo("rw-r-----");
        assertThat(mode("etcd/data")).isEqualTo("rwx------");
        assertThat(spec.dir().resolve("kube-apiserver/audit/audit.log")).isNotEmptyFile();
    }

    private String mode(String file) throws Exception {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(spec.dir().resolve(file)));
    }
}
