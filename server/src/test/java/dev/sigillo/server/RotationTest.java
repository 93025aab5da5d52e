package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.machine.FleetCa;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("The rotation of what signs in a home")
class RotationTest {
    private static final String AUTHORITIES = ArmHarness.S + "/providers/Sigillo.Host/authorities";
    private static final String DEV = "55555555-5555-5555-5555-555555555555";

    @TempDir
    private Path home;

    private final MovableClock clock = new MovableClock();
    private ArmHarness arm;

    @BeforeEach
    void starts() {
        arm = start();
    }

    private ArmHarness start() {
        return new ArmHarness(home, ArmHarness.freePort(), clock, ArmHarness.UNLIMITED, OptionalLong.empty());
    }

    @AfterEach
    void ends() {
        arm.close();
    }

    private List<X509Certificate> caFile() throws IOException {
        return Pem.certificates(Files.readString(home.resolve("ca.pem")));
    }

    /** The subject of the authority whose certificate a client sees who trusts these and no other. */
    private String seen(List<X509Certificate> trusted) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) TlsIdentity.trusting(trusted).getSocketFactory().createSocket("localhost", arm.port)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getIssuerX500Principal()
                    .getName();
        }
    }

    private JsonNode rotated(String name) {
        Reply reply = arm.post(AUTHORITIES + "/" + name + "/rotate");
        assertThat(reply.status()).as(reply.message()).isEqualTo(200);
        return reply.json().path("properties");
    }

    private String machine(int number, String serverCaSha256) {
        if (arm.store.clusters().list().isEmpty()) {
            arm.put(ArmHarness.S + "/resourceGroups/rg", "{\"location\":\"eastus\"}");
            arm.store.clusters().create(ArmId.key(arm.mc("c")), "rg", "c", "eastus", "{\"location\":\"eastus\"}");
        }
        String id = "m-" + number;
        arm.store.machines().create(MachineRows.wanted(ArmId.key(arm.mc("c")), number, "10.224.1." + number));
        arm.store.machines().starting(id, new MachineRecord.Given("aa", "bb", Optional.empty(), serverCaSha256));
        arm.store.machines().advance(id, Phase.BOOKED, Phase.STARTED);
        return id;
    }

    @Test
    @DisplayName("server: clients that know the former authority alone, and those that know both, go on for an hour")
    void serverForAnHour() throws Exception {
        List<X509Certificate> before = caFile();
        JsonNode now = rotated("server");
        assertThat(now.path("subject").asString()).isEqualTo("CN=Sigillo test 2");
        assertThat(now.path("former").path(0).path("subject").asString()).isEqualTo("CN=Sigillo test");
        List<X509Certificate> both = caFile();
        assertThat(both).hasSize(2).endsWith(before.getFirst());
        assertThat(seen(before)).isEqualTo("CN=Sigillo test");
        assertThat(seen(both)).isEqualTo("CN=Sigillo test");
        arm.authorities.settle();
        assertThat(caFile()).isEqualTo(both);

        clock.move(ServerCa.NOTICE.plusSeconds(1));
        assertThat(seen(both)).isEqualTo("CN=Sigillo test 2");
        assertThatThrownBy(() -> seen(before)).isInstanceOf(SSLHandshakeException.class);
        arm.authorities.settle();
        assertThat(caFile()).containsExactly(both.getFirst());
        assertThat(seen(caFile())).isEqualTo("CN=Sigillo test 2");
        assertThat(home.resolve("keys/server/ca.key")).doesNotExist();
    }

    @Test
    @DisplayName("server: the former authority stays for the machines of before, and goes with the last of them")
    void serverForMachines() throws Exception {
        String old = machine(5, "");
        String told = machine(6, HostAuthorities.sha256(caFile().getFirst()));
        assertThat(rotated("server").path("former").path(0).path("machines").asInt())
                .isEqualTo(2);
        machine(7, HostAuthorities.sha256(caFile().getFirst()));
        clock.move(ServerCa.NOTICE.plusSeconds(1));
        arm.authorities.settle();
        assertThat(caFile()).as("clients need the former one no longer").hasSize(1);
        assertThat(arm.server.former()).hasSize(1);
        arm.store.machines().remove(old);
        arm.authorities.settle();
        assertThat(arm.server.former()).as("one is left").hasSize(1);
        arm.store.machines().fail(told, new MachineRecord.Failure("MachineFailed", "it panicked"));
        arm.authorities.settle();
        assertThat(arm.server.former()).as("one that failed never comes back").isEmpty();
    }

    @Test
    @DisplayName("server: is the same after the server was killed and started again, with ca.pem whole")
    void serverKilled() throws Exception {
        rotated("server");
        List<X509Certificate> both = caFile();
        arm.close();
        // Killed between the authority's certificate and ca.pem.
        Files.writeString(home.resolve("ca.pem"), Pem.of(both.getLast()));
        arm = start();
        assertThat(caFile()).isEqualTo(both);
        assertThat(seen(List.of(both.getLast()))).isEqualTo("CN=Sigillo test");
    }

    @Test
    @DisplayName("server: two rotations within an hour keep those who know the first one alone")
    void twice() throws Exception {
        List<X509Certificate> first = caFile();
        rotated("server");
        clock.move(Duration.ofMinutes(40));
        rotated("server");
        arm.authorities.settle();
        assertThat(caFile()).hasSize(3);
        assertThat(seen(first)).isEqualTo("CN=Sigillo test");
        clock.move(Duration.ofMinutes(21));
        assertThat(seen(caFile())).isEqualTo("CN=Sigillo test 2");
        arm.authorities.settle();
        assertThat(caFile()).hasSize(2);
        clock.move(Duration.ofMinutes(40));
        assertThat(seen(caFile())).isEqualTo("CN=Sigillo test 3");
    }

    @Test
    @DisplayName("server: one that has ended can still be rotated over the API, and the new one is shown at once")
    void ended(@TempDir Path other) throws Exception {
        arm.close();
        Clock longAgo = Clock.offset(Clock.systemUTC(), Duration.ofDays(-3700));
        CertificateAuthority.open(other.resolve("keys/server"), "Sigillo test", longAgo);
        home = other;
        arm = start();
        rotated("server");
        assertThat(seen(caFile())).isEqualTo("CN=Sigillo test 2");
    }

    @Test
    @DisplayName(
            "fleet: both are anchors until no machine has an EK certificate of the former one, whose key is destroyed at once")
    void fleet() throws Exception {
        X509Certificate first = arm.fleet.certificate();
        // An authority's own certificate is signed by it, as an EK's would be.
        arm.ekCertificates = Optional.of(List.of(first));
        JsonNode now = rotated("fleet");
        assertThat(now.path("subject").asString()).isEqualTo("CN=Sigillo fleet CA 2");
        assertThat(now.path("former").path(0).path("machines").asInt()).isEqualTo(1);
        assertThat(home.resolve("keys/fleet/ca.key")).doesNotExist();
        arm.authorities.settle();
        assertThat(arm.fleet.anchors()).containsExactly(arm.fleet.certificate(), first);
        arm.ekCertificates = Optional.empty(); // one is being made
        arm.authorities.settle();
        assertThat(arm.fleet.former()).containsExactly(first);
        arm.ekCertificates = Optional.of(List.of(arm.fleet.certificate()));
        arm.authorities.settle();
        assertThat(arm.fleet.former()).isEmpty();
        assertThat(FleetCa.open(home.resolve("keys/fleet"), clock).anchors()).containsExactly(arm.fleet.certificate());
    }

    @Test
    @DisplayName("a fifth former one is refused with what to do")
    void most() {
        arm.ekCertificates = Optional.empty();
        for (int each = 0; each < HostAuthorities.MOST_FORMER; each++) {
            rotated("fleet");
        }
        Reply refused = arm.post(AUTHORITIES + "/fleet/rotate");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.message()).contains("4 former fleet authorities", "az aks rotate-certs");
        assertThat(arm.fleet.anchors()).hasSize(5);
        assertThat(arm.post(AUTHORITIES + "/cluster/rotate").message()).contains("server, fleet and tokens");
    }

    private int asked(String token) {
        return arm.exchange(
                        "GET", "/subscriptions?api-version=2022-12-01", "", Map.of("Authorization", "Bearer " + token))
                .status();
    }

    private List<String> keyIds() {
        List<String> ids = new ArrayList<>();
        arm.exchange("GET", "/adfs/discovery/keys", "", Map.of())
                .json()
                .path("keys")
                .forEach(key -> ids.add(key.path("kid").asString("")));
        return ids;
    }

    private String login() {
        return arm.login(
                        "/adfs/oauth2/token",
                        arm.credentials.path("clientId").asString(""),
                        arm.credentials.path("clientSecret").asString(""),
                        "")
                .json()
                .path("access_token")
                .asString("");
    }

    @Test
    @DisplayName(
            "tokens: those of before count for their hour, also across a restart, and both keys are published meanwhile")
    void tokens() throws Exception {
        String before = arm.token();
        String former = keyIds().getFirst();
        JsonNode now = rotated("tokens");
        assertThat(now.path("former").path(0).path("subject").asString()).isEqualTo(former);
        assertThat(keyIds())
                .hasSize(2)
                .startsWith(now.path("subject").asString())
                .endsWith(former);
        String after = login();
        assertThat(after).isNotEqualTo(before);
        assertThat(asked(before)).isEqualTo(200);
        assertThat(asked(after)).isEqualTo(200);
        assertThat(Files.readString(home.resolve("token-key-former.json"))).doesNotContain("\"d\"");
        arm.close();
        arm = start();
        assertThat(asked(login())).isEqualTo(200);
        assertThat(keyIds()).hasSize(2);
        clock.move(Tokens.LIFE.plusSeconds(1));
        assertThat(keyIds()).containsExactly(now.path("subject").asString());
        assertThat(asked(before)).isEqualTo(401);
        arm.close();
        arm = start();
        assertThat(home.resolve("token-key-former.json")).doesNotExist();
    }

    @Test
    @DisplayName("tokens: killed between its two files, the old key signs and is published once")
    void tokensKilled() throws Exception {
        String before = arm.token();
        String signing = Files.readString(home.resolve("token-key.json"));
        rotated("tokens");
        int port = arm.port;
        arm.close();
        Files.writeString(home.resolve("token-key.json"), signing);
        arm = new ArmHarness(home, port, clock, ArmHarness.UNLIMITED, OptionalLong.empty());
        assertThat(keyIds()).containsExactly(Json.object(signing).path("kid").asString());
        assertThat(asked(before)).isEqualTo(200);
    }

    @Test
    @DisplayName("is for Owners: a Contributor is refused, a Reader sees what signs, and the audit log has both")
    void ownersOnly() {
        arm.store.principals().put(DEV, "dev", SecretHash.of("secret of dev"));
        String token = arm.login("/adfs/oauth2/token", DEV, "secret of dev", "")
                .json()
                .path("access_token")
                .asString("");
        for (Role role : List.of(Role.READER, Role.CONTRIBUTOR)) {
            arm.store.roleAssignments().add(UUID.randomUUID().toString(), RoleScope.SUBSCRIPTION, role, DEV, "");
            Reply refused = arm.exchange(
                    "POST",
                    AUTHORITIES + "/server/rotate?api-version=2026-06-01",
                    "",
                    Map.of("Authorization", "Bearer " + token));
            assertThat(refused.status()).as(role.name()).isEqualTo(403);
            assertThat(refused.message()).contains("Sigillo.Host/authorities/rotate/action");
        }
        Reply list = arm.exchange(
                "GET", AUTHORITIES + "?api-version=2026-06-01", "", Map.of("Authorization", "Bearer " + token));
        assertThat(list.json().path("value")).hasSize(3);
        assertThat(list.json().toString()).doesNotContain("PRIVATE");
        assertThat(arm.server.former()).isEmpty();
        rotated("server");
        JsonNode events = arm.get(ArmHarness.S + "/providers/Sigillo.Host/auditEvents")
                .json()
                .path("value");
        assertThat(events.path(0).path("properties").path("action").asString())
                .isEqualTo("Sigillo.Host/authorities/rotate/action");
        assertThat(events.path(0).path("properties").path("outcome").asString()).isEqualTo("Accepted");
        assertThat(events.path(0).path("properties").path("resourceId").asString())
                .isEqualTo(AUTHORITIES + "/server");
        assertThat(events.path(2).path("properties").path("outcome").asString()).isEqualTo("Refused");
    }
}
