package dev.sigillo.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A server that recognizes clients whose certificate has ended")
class LapsedClientsTest {
    private final Instant now = Instant.now();
    private static final Duration LIFE = Duration.ofMinutes(10);

    private final CertificateAuthority authority =
            CertificateAuthority.create("cluster", now.minus(Duration.ofDays(3)));
    private final TlsIdentity server = authority.issueIdentity(
            LeafSpec.server("CN=door", List.of(new AlternativeName.Ip("127.0.0.1")), now, Duration.ofDays(1)));

    private static LeafSpec client(Instant issued) {
        return new LeafSpec(
                "CN=system:node:n1",
                List.of(),
                LeafSpec.client("CN=x", issued, LIFE).uses(),
                issued,
                issued.plus(LIFE));
    }

    /** The name that the server sees; a failed handshake throws. */
    private String shakeHands(TlsIdentity client) throws Exception {
        SSLContext context =
                TlsIdentity.showingToLapsedClients(_ -> server, authority.certificate(), InstantSource.fixed(now));
        try (SSLServerSocket listening = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            CompletableFuture<String> seen = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                    accepted.startHandshake();
                    seen.complete(((X509Certificate) accepted.getSession().getPeerCertificates()[0])
                            .getSubjectX500Principal()
                            .getName());
                } catch (IOException refused) {
                    seen.completeExceptionally(refused);
                }
            });
            try (SSLSocket socket = (SSLSocket) client.context(List.of(authority.certificate()))
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
                socket.startHandshake();
                return seen.get();
            }
        }
    }

    @Test
    @DisplayName("accepts one that is valid, and one that ended long ago")
    void accepts() throws Exception {
        assertThat(shakeHands(authority.issueIdentity(client(now)))).contains("n1");
        assertThat(shakeHands(authority.issueIdentity(client(now.minus(Duration.ofDays(2))))))
                .contains("n1");
    }

    @Test
    @DisplayName("refuses one that is not valid yet, of another authority, for servers only, or none")
    void refuses() {
        CertificateAuthority other = CertificateAuthority.create("cluster", now.minus(Duration.ofDays(3)));
        TlsIdentity serverOnly = authority.issueIdentity(LeafSpec.server("CN=system:node:n1", List.of(), now, LIFE));
        TlsIdentity early = authority.issueIdentity(client(now.plus(Duration.ofHours(1))));
        TlsIdentity foreign = other.issueIdentity(client(now));
        KeyPair stolen = KeyPairs.ecP256();
        TlsIdentity withoutKey = new TlsIdentity(
                stolen.getPrivate(), authority.issueIdentity(client(now)).chain());
        for (TlsIdentity refused : List.of(serverOnly, early, foreign, withoutKey)) {
            assertThatThrownBy(() -> shakeHands(refused)).isInstanceOf(Exception.class);
        }
    }
}
