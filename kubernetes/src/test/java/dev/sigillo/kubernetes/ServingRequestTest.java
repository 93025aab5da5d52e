package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.pki.Pem;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestSpec;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ServingRequestTest {

    private static final String NODE = "aks-np-1";
    private static final String ADDRESS = "10.224.1.4";

    private final KeyPair pair = KeyPairs.ecP256();

    private static CertificateSigningRequestSpec spec(String pem) {
        CertificateSigningRequestSpec spec = new CertificateSigningRequestSpec();
        spec.setRequest(Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.ISO_8859_1)));
        spec.setUsages(List.of("digital signature", "server auth"));
        spec.setUsername("system:node:" + NODE);
        spec.setGroups(List.of("system:nodes", "system:authenticated"));
        return spec;
    }

    private byte[] right() {
        return CertificateRequest.create(
                pair,
                NodeCertificates.subject(NODE),
                List.of(new AlternativeName.Dns(NODE), new AlternativeName.Ip(ADDRESS)));
    }

    private static List<String> faults(String pem) {
        return ServingRequest.faults(spec(pem), NODE, ADDRESS);
    }

    @Test
    @DisplayName("kubelet-serving: a request for exactly the node's name and address has no fault")
    void plain() {
        assertThat(faults(Pem.request(right()))).isEmpty();
    }

    @Test
    @DisplayName("kubelet-serving: subject, names and usages are compared exactly")
    void exact() {
        assertThat(ServingRequest.faults(spec(Pem.request(right())), "aks-np-2", ADDRESS))
                .hasSize(2);
        assertThat(ServingRequest.faults(spec(Pem.request(right())), NODE, "10.224.1.5"))
                .hasSize(1);
        CertificateSigningRequestSpec client = spec(Pem.request(right()));
        client.setUsages(List.of("digital signature", "client auth"));
        assertThat(ServingRequest.faults(client, NODE, ADDRESS)).hasSize(1);
        client.setUsages(List.of("digital signature", "server auth", "server auth"));
        assertThat(ServingRequest.faults(client, NODE, ADDRESS)).hasSize(1);
    }

    @Test
    @DisplayName("kubelet-serving: a text in which another reader might see another block is refused")
    void ambiguous() {
        String right = Pem.request(right());
        String other =
                Pem.request(CertificateRequest.create(KeyPairs.ecP256(), NodeCertificates.subject("evil"), List.of()));
        for (String pem : List.of(
                right + other,
                "x" + right,
                " " + right,
                right + "\n",
                right.replace("\n", "\r\n"),
                right.replaceFirst("-----\n", "-----\nProc-Type: 4\n\n"),
                right.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"),
                "")) {
            assertThat(faults(pem)).as(pem).hasSize(1);
        }
        byte[] der = right();
        assertThat(faults(Pem.request(Arrays.copyOf(der, der.length + 1)))).hasSize(1);
        byte[] broken = right();
        broken[broken.length - 1] ^= 1;
        assertThat(faults(Pem.request(broken))).hasSize(1);
        CertificateSigningRequestSpec noBase64 = spec(right);
        noBase64.setRequest("#");
        assertThat(ServingRequest.faults(noBase64, NODE, ADDRESS)).hasSize(1);
    }

    @Test
    @DisplayName("kubelet-serving: the requestor is a node by its name and by its group")
    void requester() {
        CertificateSigningRequestSpec node = spec(Pem.request(right()));
        assertThat(ServingCertificates.requester(node)).contains(NODE);
        node.setGroups(List.of("system:authenticated"));
        assertThat(ServingCertificates.requester(node)).isEmpty();
        CertificateSigningRequestSpec person = spec(Pem.request(right()));
        person.setUsername("clusterAdmin");
        assertThat(ServingCertificates.requester(person)).isEmpty();
    }
}
