package dev.sigillo.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    @Test
    @DisplayName("An authority opened again from its folder is the same one, and its key is its owner's alone")
    void opensAgain(@TempDir Path folder) throws Exception {
        Path home = folder.resolve("ca");
        CertificateAuthority first = CertificateAuthority.open(home, "test", InstantSource.system());
        CertificateAuthority again = CertificateAuthority.open(home, "test", InstantSource.system());
        assertThat(again.certificate()).isEqualTo(first.certificate());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("ca.key"))))
                .isEqualTo("rw-------");
        again.issue(
                        LeafSpec.client("CN=a", NOW, Duration.ofDays(1)),
                        KeyPairs.ecP256().getPublic())
                .verify(first.certificate().getPublicKey());
    }

    @Test
    @DisplayName("RFC 5280 4.2: a server certificate carries its names, its purpose and both key identifiers")
    void serverCertificate() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("test", NOW);
        X509Certificate leaf = authority.issue(
                LeafSpec.server(
                        "CN=api,O=kube",
                        List.of(new AlternativeName.Dns("kubernetes"), new AlternativeName.Ip("10.0.0.1")),
                        NOW,
                        Duration.ofDays(2)),
                KeyPairs.ecP256().getPublic());
        leaf.verify(authority.certificate().getPublicKey());
        assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(2, "kubernetes"), List.of(7, "10.0.0.1"));
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=api,O=kube");
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(2)));
        assertThat(leaf.getExtensionValue("2.5.29.35")).isNotNull();
        assertThat(leaf.getExtensionValue("2.5.29.14")).isNotNull();
    }

    @Test
    @DisplayName("TCG EK Credential Profile: an EK certificate only encrypts and names the TPM")
    void endorsementCertificate() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("fleet", NOW);
        X509Certificate leaf = authority.issue(
                LeafSpec.endorsement(
                        "CN=m-0123456789",
                        List.of(new AlternativeName.Directory("2.23.133.2.1=id:00001014,2.23.133.2.2=swtpm")),
                        NOW,
                        Duration.ofDays(1)),
                KeyPairs.rsa(2048).getPublic());
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("2.23.133.8.1");
        assertThat(leaf.getKeyUsage()).startsWith(false, false, true, false);
        assertThat(leaf.getSubjectAlternativeNames()).hasSize(1);
    }

    @Test
    @DisplayName("A validity that ends before it starts is refused")
    void validity() {
        assertThatThrownBy(() -> LeafSpec.client("CN=a", NOW, Duration.ofDays(-2)))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("not after its start");
    }

    @Test
    @DisplayName("RFC 2986: a request read back says what was asked for")
    void request() {
        KeyPair pair = KeyPairs.ecP256();
        byte[] der = CertificateRequest.create(
                pair,
                "CN=system:node:n1,O=system:nodes",
                List.of(new AlternativeName.Dns("n1"), new AlternativeName.Ip("10.224.1.5")));
        CertificateRequest request = CertificateRequest.parse(der);
        assertThat(request.subject()).isEqualTo("CN=system:node:n1,O=system:nodes");
        assertThat(request.publicKey()).isEqualTo(pair.getPublic());
        assertThat(request.names())
                .containsExactly(new AlternativeName.Dns("n1"), new AlternativeName.Ip("10.224.1.5"));
        assertThat(request.otherNames()).isZero();
    }

    @Test
    @DisplayName("RFC 2986: a request whose signature was changed, or that has a tail, is refused")
    void forgedRequest() {
        byte[] der = CertificateRequest.create(KeyPairs.ecP256(), "CN=a", List.of());
        byte[] longer = Arrays.copyOf(der, der.length + 1);
        assertThatThrownBy(() -> CertificateRequest.parse(longer)).isInstanceOf(PkiException.class);
        byte[] flipped = der.clone();
        flipped[flipped.length - 1] ^= 1;
        assertThatThrownBy(() -> CertificateRequest.parse(flipped)).isInstanceOf(PkiException.class);
        assertThatThrownBy(() -> CertificateRequest.parse(new byte[0])).isInstanceOf(PkiException.class);
    }

    @Test
    @DisplayName("RFC 7468: keys and certificates survive PEM")
    void pem() {
        CertificateAuthority authority = CertificateAuthority.create("test", NOW);
        TlsIdentity identity = authority.issueIdentity(LeafSpec.client("CN=a", NOW, Duration.ofDays(1)));
        assertThat(Pem.privateKey(identity.keyPem())).isEqualTo(identity.key());
        assertThat(Pem.certificates(identity.chainPem() + authority.pem()))
                .containsExactly(identity.certificate(), authority.certificate());
        assertThatThrownBy(() -> Pem.certificates("nothing")).hasMessageContaining("no CERTIFICATE block");
    }
}
