package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CertificateRequestTest {

    private static dev.sigillo.pki.CertificateRequest parse(Bytes request) {
        return dev.sigillo.pki.CertificateRequest.parse(request.toByteArray()); // checks the signature, too
    }

    @Test
    @DisplayName("RFC 2986: the client request names the node in the group system:nodes and asks for no other name")
    void client() throws Exception {
        NodeKey key = NodeKey.generate();

        var request = parse(CertificateRequest.client(key, "aks-nodepool1-0"));

        assertThat(request.subject()).isEqualTo("CN=system:node:aks-nodepool1-0,O=system:nodes");
        assertThat(request.publicKey().getEncoded()).isEqualTo(key.spki().toByteArray());
        assertThat(request.names()).isEmpty();
        assertThat(request.otherNames()).isZero();
    }

    @Test
    @DisplayName("X.690: requests are DER, also with a name of the greatest length")
    void der() throws Exception {
        byte[] request =
                CertificateRequest.client(NodeKey.generate(), "n".repeat(253)).toByteArray();

        assertThat(ASN1Primitive.fromByteArray(request).getEncoded(ASN1Encoding.DER))
                .isEqualTo(request);
    }

    @Test
    @DisplayName("the private key's PEM reads back, and no text of the key object shows it")
    void privateKey() throws Exception {
        NodeKey key = NodeKey.generate();

        assertThat(NodeKey.privateKeyFromPem(key.privateKeyPem())).isEqualTo(key.privateKey());
        assertThat(NodeKey.fromPem(key.pem())).isEqualTo(key);
        assertThat(key.toString()).isEqualTo("NodeKey[EC P-256]");
    }
}
