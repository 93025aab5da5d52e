package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsServer;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.pki.LeafSpec;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.TlsIdentity;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Serving certificates that kubelets ask for themselves, at the real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
class ServingCertificatesTest {

    private final TestPlane test;

    ServingCertificatesTest(TestPlane test) {
        this.test = test;
    }

    private X509Certificate signed(String request) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(20);
        String[] look = {"get", "csr", request, "-o", "jsonpath={.status.certificate}"};
        while (test.user().says(look).equals("0 ") && Instant.now().isBefore(end)) {
            Thread.sleep(100);
        }
        String base64 = test.user().says(look).substring(2);
        return Pem.certificates(new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII))
                .getFirst();
    }

    private String state(String request) {
        return test.user().says("get", "csr", request, "-o", "jsonpath={.status.conditions[*].type}");
    }

    @Test
    @DisplayName("A member's kubelet gets a certificate for its name and address for an hour; then logs and exec work")
    void served() throws Exception {
        String node = test.node("n-serves");
        String address = test.namespace.node();
        TestKubelet kubelet = TestKubelet.of(test, node);
        KeyPair pair = KeyPairs.ecP256();
        kubelet.reports(address);
        assertThat(test.cluster().kubeletAnswers(node)).isFalse();
        kubelet.asksToServe("serves-1", pair, address);
        assertThat(test.cluster().approveServing(Map.of(node, address))).containsExactly(node);
        assertThat(test.cluster().approveServing(Map.of(node, address))).isEmpty();
        X509Certificate serving = signed("serves-1");
        serving.verify(test.plane.clusterCa().getPublicKey());
        assertThat(serving.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(List.of(2, node), List.of(7, address));
        assertThat(serving.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(serving.getNotAfter().toInstant())
                .isBetween(Instant.now().plusSeconds(3400), Instant.now().plusSeconds(3700));
        HttpsServer server = TestKubelet.serve(address, new TlsIdentity(pair.getPrivate(), List.of(serving)));
        assertThat(test.cluster().kubeletAnswers(node)).isTrue();
        server.stop(0);
        CertificateAuthority other = CertificateAuthority.create("other", Instant.now());
        server = TestKubelet.serve(
                address,
                other.issueIdentity(LeafSpec.server(
                        "CN=system:node:" + node,
                        List.of(new AlternativeName.Ip(address)),
                        Instant.now(),
                        Duration.ofHours(1))));
        // Connections that were verified once are kept.
        test.children.stop(test.process(Component.API_SERVER), Duration.ofSeconds(10));
        test.plane.ensureRunning();
        assertThat(test.cluster().kubeletAnswers(node)).isFalse();
        server.stop(0);
    }

    @Test
    @DisplayName("An RSA key comes with key encipherment, as kubelets ask for it")
    void rsa() {
        String node = test.node("n-rsa");
        TestKubelet kubelet = TestKubelet.of(test, node);
        List<AlternativeName> names = List.of(new AlternativeName.Dns(node), new AlternativeName.Ip("10.251.12.9"));
        String usages = "[\"key encipherment\",\"digital signature\",\"server auth\"]";
        kubelet.asks("rsa-1", kubelet.request(KeyPairs.rsa(2048), names), usages);
        kubelet.asks("rsa-2", kubelet.request(KeyPairs.ecP256(), names), usages);
        assertThat(test.cluster().approveServing(Map.of(node, "10.251.12.9"))).containsExactly(node);
        assertThat(state("rsa-1")).isEqualTo("0 Approved");
        assertThat(state("rsa-2")).isEqualTo("0 Denied");
    }

    @Test
    @DisplayName("A member's request for anything but its own name and address is denied")
    void greedy() {
        String node = test.node("n-greedy");
        String address = "10.251.12.9";
        TestKubelet kubelet = TestKubelet.of(test, node);
        AlternativeName name = new AlternativeName.Dns(node);
        AlternativeName ip = new AlternativeName.Ip(address);
        KeyPair pair = KeyPairs.ecP256();
        Map<String, List<AlternativeName>> wrong = Map.of(
                "api-address", List.of(name, ip, new AlternativeName.Ip(test.namespace.api())),
                "neighbour", List.of(name, new AlternativeName.Ip("10.251.12.10")),
                "other-name", List.of(new AlternativeName.Dns("kubernetes"), ip),
                "more-names", List.of(name, ip, new AlternativeName.Dns("kubernetes")),
                "twice-the-name", List.of(name, name),
                "no-name", List.of(ip),
                "other-kind", List.of(name, ip, new AlternativeName.Directory("CN=x")));
        wrong.forEach((id, names) -> kubelet.asks("greedy-" + id, kubelet.request(pair, names), TestKubelet.USAGES));
        byte[] other = CertificateRequest.create(pair, "CN=system:node:other,O=system:nodes", List.of(name, ip));
        assertThatThrownBy(() -> kubelet.asks("greedy-subject", other, TestKubelet.USAGES))
                .hasMessageContaining("can only create a node CSR with CN=system:node:" + node);
        kubelet.asks(
                "greedy-usage",
                kubelet.request(pair, List.of(name, ip)),
                "[\"digital signature\",\"server auth\",\"client auth\"]");
        assertThat(test.cluster().approveServing(Map.of(node, address))).isEmpty();
        for (String id : wrong.keySet()) {
            assertThat(state("greedy-" + id)).as(id).isEqualTo("0 Denied");
        }
        assertThat(state("greedy-usage")).isEqualTo("0 Denied");
        assertThat(test.user().says("get", "csr", "greedy-neighbour", "-o", "yaml"))
                .contains("10.251.12.10");
    }

    @Test
    @DisplayName(
            "Requests of nodes that are no members now, and of people, are left alone, and no admin can approve them")
    void strangers() {
        String node = test.node("n-former");
        TestKubelet.of(test, node).asksToServe("former-1", KeyPairs.ecP256(), "10.251.12.9");
        assertThat(test.admin()
                        .apply(TestKubelet.signingRequest(
                                "person-1",
                                TestKubelet.of(test, node)
                                        .request(KeyPairs.ecP256(), List.of(new AlternativeName.Ip("10.251.12.9"))),
                                TestKubelet.USAGES)))
                .startsWith("0 ");
        assertThat(test.cluster().approveServing(Map.of("n-other", "10.251.12.9")))
                .isEmpty();
        assertThat(test.cluster().approveServing(Map.of())).isEmpty();
        assertThat(state("former-1")).isEqualTo("0 ");
        assertThat(test.cluster().approveServing(Map.of(node, "10.251.12.9"))).containsExactly(node);
        assertThat(state("former-1")).isEqualTo("0 Approved");
        assertThat(state("person-1")).isEqualTo("0 ");
        assertThat(test.admin().says("certificate", "approve", "person-1")).contains("Forbidden");
        assertThat(test.admin().says("certificate", "deny", "person-1")).contains("Forbidden");
    }

    @Test
    @DisplayName("Whoever impersonates a node to ask in its name is refused by the guard")
    void impersonated() {
        String node = test.node("n-posed");
        byte[] der = CertificateRequest.create(
                KeyPairs.ecP256(),
                TestKubelet.subject(node),
                List.of(new AlternativeName.Dns(node), new AlternativeName.Ip("10.251.12.9")));
        String request = TestKubelet.signingRequest("posed-1", der, TestKubelet.USAGES);
        assertThat(test.admin()
                        .apply(request, "--validate=false", "--as=system:node:" + node, "--as-group=system:nodes"))
                .contains("Forbidden")
                .contains("nobody may impersonate");
        assertThat(test.admin().apply(request, "--validate=false", "--as=jane", "--as-group=system:nodes"))
                .contains("Forbidden")
                .contains("nobody may impersonate");
    }
}
