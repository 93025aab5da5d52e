package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.PkiException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kubelets' client certificates from the real controller manager, also with a webhook between Sigillo and the store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
class NodeCertificatesTest {

    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final TestPlane test;

    NodeCertificatesTest(TestPlane test) {
        this.test = test;
    }

    private static byte[] request(KeyPair pair, String node) {
        return CertificateRequest.create(pair, TestKubelet.subject(node), List.of());
    }

    @Test
    @DisplayName("A kubelet's certificate is issued for the requested key, for ten minutes, by a visible object")
    void issued() throws Exception {
        KeyPair pair = KeyPairs.ecP256();
        IssuedCertificate issued = test.cluster().issue("aks-np-1", request(pair, "aks-np-1"), TEN_MINUTES);
        X509Certificate client = Pem.certificates(issued.pem()).getFirst();
        client.verify(test.plane.clusterCa().getPublicKey());
        assertThat(client.getPublicKey()).isEqualTo(pair.getPublic());
        assertThat(client.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(issued.expires())
                .isEqualTo(client.getNotAfter().toInstant())
                .isBetween(Instant.now().plusSeconds(500), Instant.now().plusSeconds(660));
        assertThat(test.user().says("get", "csr"))
                .contains("aks-np-1-client")
                .contains(TestPlane.SIGILLO)
                .contains("Approved,Issued");
    }

    @Test
    @DisplayName("A request for another node's name, or of broken bytes, is refused before it reaches the cluster")
    void foreign() {
        byte[] wrong = request(KeyPairs.ecP256(), "b");
        assertThatThrownBy(() -> test.cluster().issue("a", wrong, TEN_MINUTES)).hasMessageContaining("system:node:b");
        byte[] broken = request(KeyPairs.ecP256(), "a");
        broken[broken.length - 1] ^= 1;
        assertThatThrownBy(() -> test.cluster().issue("a", broken, TEN_MINUTES)).isInstanceOf(PkiException.class);
        assertThat(test.user().says("get", "csr")).doesNotContain(" a-client").doesNotContain("\na-client");
    }

    @ParameterizedTest
    @DisplayName("A request that a mutating webhook changed on its way is not approved but deleted")
    @CsvSource({
        "spec.request, ''",
        "spec.signerName, kubernetes.io/kubelet-serving",
        "spec.usages, server auth",
        "spec.expirationSeconds, 86400"
    })
    void swapped(String field, String value) throws Exception {
        KeyPair thief = KeyPairs.ecP256();
        String pem = Base64.getEncoder()
                .encodeToString(Pem.request(request(thief, "n-swapped")).getBytes(StandardCharsets.US_ASCII));
        String json = switch (field) {
            case "spec.request" -> "\"" + pem + "\"";
            case "spec.usages" -> "[\"digital signature\",\"" + value + "\"]";
            case "spec.expirationSeconds" -> value;
            default -> "\"" + value + "\"";
        };
        String patch = "[{\"op\":\"replace\",\"path\":\"/" + field.replace('.', '/') + "\",\"value\":" + json + "}]";
        byte[] own = request(KeyPairs.ecP256(), "n-swapped");
        String probe = TestKubelet.signingRequest("probe", own, TestKubelet.USAGES);
        try (TestWebhook webhook = new TestWebhook(test.namespace.host(), "x", object -> patch);
                TestWebhook.Registered _ = webhook.registered(
                        test.admin(), "certificates.k8s.io", "certificatesigningrequests", webhook.byUrl(), probe)) {
            assertThatThrownBy(() -> test.cluster().issue("n-swapped", own, TEN_MINUTES))
                    .isInstanceOf(KubernetesException.class)
                    .hasMessageContaining("another " + field + " than Sigillo sent")
                    .hasMessageContaining("it was deleted");
        }
        assertThat(test.user().says("get", "csr", "-o", "name")).doesNotContain("n-swapped");
    }
}
