package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.kubernetes.Guard;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The enrolment address, over a rotation of the server CA")
class EnrolmentRotationTest {
    private static final String CLUSTER =
            "/subscriptions/s/resourceGroups/g/providers/microsoft.containerservice/managedclusters/c";
    private static final String DOOR = "127.0.0.1";

    @TempDir
    private Path home;

    private final MovableClock clock = new MovableClock();
    private final int port = ArmHarness.freePort();
    private Store store;
    private ServerCa server;
    private EnrolmentListeners doors;

    @BeforeEach
    void opens() {
        store = Store.open(home.resolve("sigillo.db"), clock);
        store.resourceGroups().put("g", "eastus", "null");
        ClusterRecord cluster = store.clusters().create(CLUSTER, "g", "c", "eastus", "{\"location\":\"eastus\"}");
        server = ServerCa.open(home.resolve("keys/server"), "Sigillo test", home.resolve("ca.pem"), store, clock);
        doors = new EnrolmentListeners(server, new Archives(home.resolve("archives")), new Guard("sigillo:x"), clock);
        doors.open(
                cluster,
                new NetworkView(new NetworkId("c1"), "sg-test", "127.0.0.0/24", "127.0.0.9", DOOR, port, "127.0.0.8"),
                CertificateAuthority.create("cluster", clock.instant()).certificate());
    }

    @AfterEach
    void closes() {
        doors.closeAll();
        store.close();
    }

    /** A machine with what its config drive names as the authority; its address is one that this host has. */
    private String machine(int number, String serverCaSha256) {
        String address = "127.0.0." + number;
        String id = "m-" + number;
        store.machines().create(MachineRows.wanted(CLUSTER, number, address));
        store.machines().starting(id, new MachineRecord.Given("aa", "bb", Optional.empty(), serverCaSha256));
        store.machines().advance(id, Phase.BOOKED, Phase.STARTED);
        return address;
    }

    /** The first line of the reply to a request from this address, by one who trusts this PEM and nothing else. */
    private String asks(String address, String trusted) throws IOException {
        List<X509Certificate> anchors = Pem.certificates(trusted);
        try (SSLSocket socket =
                (SSLSocket) TlsIdentity.trusting(anchors).getSocketFactory().createSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(DOOR), port));
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write("GET /enrolment/v1/archives/none.tar HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return String.valueOf(
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine());
        }
    }

    private static final String ANSWERED = "HTTP/1.1 404 Not Found";

    @Test
    @DisplayName(
            "answers machines of before, of after, and the API server before and after it was told, each by what it trusts")
    void everybody() throws Exception {
        String former = server.pem();
        String ofBefore = machine(5, "");
        String told = machine(6, HostAuthorities.sha256(server.certificate()));
        String apiServer = "127.0.0.9";
        assertThat(asks(ofBefore, former)).isEqualTo(ANSWERED);
        server.rotate();
        String ofAfter = machine(7, HostAuthorities.sha256(server.certificate()));
        String current = server.pem();
        for (int hours = 0; hours < 2; hours++) {
            assertThat(asks(ofBefore, former)).isEqualTo(ANSWERED);
            assertThat(asks(told, former)).isEqualTo(ANSWERED);
            assertThat(asks(ofAfter, current)).isEqualTo(ANSWERED);
            assertThat(asks(apiServer, server.bundle())).isEqualTo(ANSWERED);
            if (hours == 0) {
                assertThat(asks(apiServer, former)).isEqualTo(ANSWERED);
            }
            clock.move(ServerCa.NOTICE.plusSeconds(1));
        }
        assertThatThrownBy(() -> asks(apiServer, former)).isInstanceOf(SSLHandshakeException.class);
        assertThatThrownBy(() -> asks(ofAfter, former)).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    @DisplayName("shows nobody the former authority once its last machine has gone")
    void gone() throws Exception {
        String former = server.pem();
        String address = machine(5, "");
        server.rotate();
        clock.move(ServerCa.NOTICE.plusSeconds(1));
        assertThat(server.dropUnused()).isEmpty();
        assertThat(asks(address, former)).isEqualTo(ANSWERED);
        store.machines().remove("m-5");
        assertThat(server.dropUnused()).hasSize(1);
        assertThatThrownBy(() -> asks(address, former)).isInstanceOf(SSLHandshakeException.class);
        assertThat(asks(address, server.pem())).isEqualTo(ANSWERED);
    }
}
