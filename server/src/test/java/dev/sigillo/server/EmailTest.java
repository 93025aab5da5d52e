package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.store.AlertCause;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.DeliveryRecord;
import dev.sigillo.store.DeliveryState;
import dev.sigillo.store.Store;
import dev.sigillo.testkit.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts told by e-mail, to a mail server on loopback with a certificate of an authority of its own. */
class EmailTest {
    private static final String CLUSTER =
            ArmHarness.S + "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/one";
    private static final String LOGIN = "  user: sigillo\n  password: pass word\n";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-26T12:00:00Z"));

    @TempDir
    private Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @SuppressWarnings("NullAway.Init")
    private SSLContext tls;

    @BeforeEach
    void starts() {
        store = Store.open(home.resolve("sigillo.db"), clock);
        store.resourceGroups().put("rg", "eastus", "null");
        store.clusters().create(CLUSTER, "rg", "one", "eastus", "{}");
        ServerCa authority = ServerCa.open(home.resolve("keys"), "Mail test", home.resolve("ca.pem"), store, clock);
        authority.publish();
        ServerLeaves leaves =
                new ServerLeaves(authority, "CN=localhost", List.of(new AlternativeName.Dns("localhost")), clock);
        tls = TlsIdentity.showing(_ -> leaves.under(authority.shown()));
    }

    @AfterEach
    void stops() {
        store.close();
    }

    private List<Destination> destinations(SmtpServer server, String more) throws IOException {
        Path file = home.resolve("alerts.yaml");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                file,
                "email:\n- name: mail\n  host: localhost\n  port: " + server.port()
                        + "\n  from: sigillo@example.org\n  to: [oncall@example.org, second@example.org]\n" + more);
        return AlertSettings.read(home, ArmHarness.SUBSCRIPTION, clock);
    }

    private void raise() {
        store.alerts()
                .raise(AlertCause.ofCluster(CLUSTER, AlertKind.POLICY_RESTORED, "Richtlinie ä", "It was changed.")
                        .found("aa", "bb", "PCR 8"));
    }

    private DeliveryRecord look(List<Destination> destinations) {
        try (AlertDelivery delivery = new AlertDelivery(store, destinations, clock)) {
            delivery.spread();
            destinations.forEach(delivery::deliver);
        }
        return store.deliveries().list(Long.MAX_VALUE, 10).getFirst();
    }

    @Test
    @DisplayName("a mail has the alert in words, its date and one Message-ID; login and mail go under TLS alone")
    void startTls() throws IOException {
        try (SmtpServer server = new SmtpServer(tls, false, true)) {
            raise();
            DeliveryRecord told = look(destinations(server, LOGIN + "  caFile: ca.pem\n"));
            assertThat(told.error()).isEmpty();
            assertThat(told.state()).isEqualTo(DeliveryState.DELIVERED);
            assertThat(server.mails).hasSize(1);
            assertThat(server.mails.getFirst())
                    .contains("From: sigillo@example.org\n")
                    .contains("To: oncall@example.org, second@example.org\n")
                    .contains("Message-ID: <" + told.id() + "@sigillo>\n")
                    .contains("Auto-Submitted: auto-generated\n")
                    .contains("Subject: =?UTF-8?")
                    .contains("Date: Thu, 26 Nov 2026 12:00:00 +0000\n")
                    .contains(
                            "It was changed.", "Expected:   aa", "Was:        bb", "Where:      PCR 8", "What to do:");
            assertThat(server.said)
                    .filteredOn(line -> line.startsWith("plain "))
                    .allMatch(line -> line.startsWith("plain EHLO") || line.equals("plain STARTTLS"));
            assertThat(server.said).anyMatch(line -> line.startsWith("tls AUTH PLAIN "));
        }
    }

    @Test
    @DisplayName("TLS from the first byte; a certificate of an authority that nobody trusts is refused, the mail kept")
    void tlsFirst() throws IOException {
        try (SmtpServer server = new SmtpServer(tls, true, true)) {
            raise();
            DeliveryRecord kept = look(destinations(server, LOGIN + "  security: tls\n"));
            assertThat(kept.state()).isEqualTo(DeliveryState.PENDING);
            assertThat(kept.error()).contains("certif");
            assertThat(server.mails).isEmpty();
            clock.advance(Duration.ofSeconds(5));
            assertThat(look(destinations(server, LOGIN + "  security: tls\n  caFile: ca.pem\n"))
                            .state())
                    .isEqualTo(DeliveryState.DELIVERED);
            assertThat(server.mails.getFirst()).contains("Message-ID: <" + kept.id() + "@sigillo>");
        }
    }

    @Test
    @DisplayName("a server without STARTTLS is told nothing, a refused login or recipient is said without the password")
    void refusals() throws IOException {
        try (SmtpServer server = new SmtpServer(tls, false, false)) {
            raise();
            assertThat(look(destinations(server, "  caFile: ca.pem\n")).error()).contains("STARTTLS");
            assertThat(server.said).noneMatch(line -> line.contains("MAIL"));
        }
        try (SmtpServer server = new SmtpServer(tls, false, true)) {
            clock.advance(Duration.ofSeconds(5));
            DeliveryRecord refused =
                    look(destinations(server, LOGIN.replace("pass word", "other secret") + "  caFile: ca.pem\n"));
            assertThat(refused.error()).contains("535").doesNotContain("other secret");
            clock.advance(Duration.ofSeconds(20));
            server.recipient = "550 5.1.1 nobody of that name";
            assertThat(look(destinations(server, LOGIN + "  caFile: ca.pem\n")).error())
                    .contains("nobody of that name");
            assertThat(server.mails).isEmpty();
        }
    }

    @Test
    @DisplayName("without TLS only this host itself is told")
    void plain() throws IOException {
        try (SmtpServer server = new SmtpServer(tls, false, false)) {
            raise();
            assertThat(look(destinations(server, "  security: none\n")).state()).isEqualTo(DeliveryState.DELIVERED);
            settings("  security: none\n");
            assertThatThrownBy(() -> AlertSettings.read(home, ArmHarness.SUBSCRIPTION, clock))
                    .hasMessageContaining("email[0].security");
        }
    }

    /** Of a mail server that is not this host. */
    private void settings(String more) throws IOException {
        Files.writeString(
                home.resolve("alerts.yaml"),
                "email:\n- name: mail\n  host: smtp.example.org\n  from: sigillo@example.org\n  to: [a@example.org]\n"
                        + more);
    }

    @Test
    @DisplayName("what is wrong with a destination is said all at once: addresses, port, half a login, security")
    void wrongSettings() throws IOException {
        Path file = home.resolve("alerts.yaml");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        settings("  user: u\n  port: 70000\n  security: ssl3\n");
        Files.writeString(
                file, Files.readString(file).replace("[a@example.org]", "[\"a@example.org\\r\\nBcc: x@y\", nobody]"));
        assertThatThrownBy(() -> AlertSettings.read(home, ArmHarness.SUBSCRIPTION, clock))
                .hasMessageContaining("email[0].user and password belong together")
                .hasMessageContaining("email[0].port is 70000")
                .hasMessageContaining("email[0].security is \"ssl3\"; starttls and tls and none can be")
                .hasMessageContaining("email[0].to has")
                .hasMessageContaining("nobody");
    }
}
