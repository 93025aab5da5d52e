package dev.sigillo.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A TLS server that shows each peer its own identity")
class ShownTest {
    private final Instant now = Instant.now();
    private final CertificateAuthority former = CertificateAuthority.create("server", now);
    private final CertificateAuthority current = CertificateAuthority.create("server 2", now);

    private TlsIdentity leaf(CertificateAuthority authority) {
        return authority.issueIdentity(
                LeafSpec.server("CN=door", List.of(new AlternativeName.Ip("127.0.0.1")), now, Duration.ofDays(1)));
    }

    /** The issuer that a client at this address sees, who trusts these and no other. */
    private String seenBy(String address, Shown shown, List<X509Certificate> trusted) throws Exception {
        InetAddress here = InetAddress.ofLiteral("127.0.0.1");
        try (SSLServerSocket listening = (SSLServerSocket)
                TlsIdentity.showing(shown).getServerSocketFactory().createServerSocket(0, 1, here)) {
            Thread.ofVirtual().start(() -> {
                try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                    accepted.startHandshake();
                } catch (IOException refused) {
                    // The client's end says what happened.
                }
            });
            try (SSLSocket socket =
                    (SSLSocket) TlsIdentity.trusting(trusted).getSocketFactory().createSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
                socket.connect(new InetSocketAddress(here, listening.getLocalPort()));
                socket.setSoTimeout(10_000);
                socket.startHandshake();
                return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                        .getIssuerX500Principal()
                        .getName();
            }
        }
    }

    @Test
    @DisplayName(
            "by the peer's address, so that who trusts the former authority alone and who trusts the new one both come in")
    void byAddress() throws Exception {
        Map<String, TlsIdentity> leaves = Map.of("127.0.0.2", leaf(former), "127.0.0.3", leaf(current));
        Shown shown = peer -> leaves.getOrDefault(peer, leaf(current));
        assertThat(seenBy("127.0.0.2", shown, List.of(former.certificate()))).isEqualTo("CN=server");
        assertThat(seenBy("127.0.0.3", shown, List.of(current.certificate()))).isEqualTo("CN=server 2");
        assertThatThrownBy(() -> seenBy("127.0.0.3", shown, List.of(former.certificate())))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    @DisplayName("and another one from the moment on at which it is to, while it listens")
    void changes() throws Exception {
        TlsIdentity[] now = {leaf(former)};
        List<X509Certificate> both = List.of(current.certificate(), former.certificate());
        assertThat(seenBy("127.0.0.2", _ -> now[0], both)).isEqualTo("CN=server");
        now[0] = leaf(current);
        assertThat(seenBy("127.0.0.2", _ -> now[0], both)).isEqualTo("CN=server 2");
    }
}
