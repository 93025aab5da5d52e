package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sigillo.arm.Json;
import dev.sigillo.store.AlertCause;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.AlertStatus;
import dev.sigillo.store.DeliveryRecord;
import dev.sigillo.store.DeliveryState;
import dev.sigillo.store.Store;
import dev.sigillo.testkit.SettableClock;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Alerts told to real receivers on loopback. */
class AlertDeliveryTest {
    private static final String CLUSTER =
            ArmHarness.S + "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/one";
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);

    /** What a receiver had. */
    private record Had(Map<String, String> headers, String body) {
        JsonNode event() {
            return Json.object(body);
        }
    }

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-26T12:00:00Z"));
    private final List<Had> had = new ArrayList<>();
    /** Statuses of the next answers; 200 when there are none. */
    private final Deque<Integer> answers = new ArrayDeque<>();

    @TempDir
    private Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private HttpServer receiver;

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @BeforeEach
    void starts() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", this::receive);
        receiver.start();
        open();
        store.resourceGroups().put("rg", "eastus", "null");
        store.clusters().create(CLUSTER, "rg", "one", "eastus", "{}");
    }

    @AfterEach
    void stops() {
        receiver.stop(0);
        store.close();
    }

    private void open() {
        store = Store.open(home.resolve("sigillo.db"), clock);
    }

    private void receive(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        synchronized (had) {
            had.add(new Had(
                    Map.of(
                            "id", exchange.getRequestHeaders().getFirst("webhook-id"),
                            "timestamp", exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                            "signature", exchange.getRequestHeaders().getFirst("webhook-signature"),
                            "type", exchange.getRequestHeaders().getFirst("Content-Type")),
                    body));
            exchange.sendResponseHeaders(answers.isEmpty() ? 200 : answers.removeFirst(), -1);
        }
        exchange.close();
    }

    private String webhook(String more) {
        return "webhooks:\n- name: oncall\n  url: http://127.0.0.1:"
                + receiver.getAddress().getPort() + "/hook\n  secret: whsec_"
                + Base64.getEncoder().encodeToString(SECRET) + "\n" + more;
    }

    private List<Destination> destinations(String yaml) {
        Path file = home.resolve("alerts.yaml");
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return AlertSettings.read(home, ArmHarness.SUBSCRIPTION, clock);
    }

    private AlertRecord raise(AlertKind kind) {
        return store.alerts()
                .raise(AlertCause.ofCluster(CLUSTER, kind, "a=b|c\\d", "It was changed.")
                        .found("aa", "bb", "PCR 8"));
    }

    /** One look of a server that runs with these. */
    private void look(List<Destination> destinations) {
        try (AlertDelivery delivery = new AlertDelivery(store, destinations, clock)) {
            delivery.spread();
            destinations.forEach(delivery::deliver);
        }
    }

    private DeliveryRecord only() {
        List<DeliveryRecord> all = store.deliveries().list(Long.MAX_VALUE, 10);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    @Test
    @DisplayName("a webhook has a CloudEvent whose data is the alert, signed as Standard Webhooks has it")
    void signs() throws GeneralSecurityException {
        AlertRecord alert = raise(AlertKind.POLICY_RESTORED);
        look(destinations(webhook("")));
        assertThat(had).hasSize(1);
        Had one = had.getFirst();
        assertThat(one.headers().get("type")).startsWith("application/cloudevents+json");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        String signed = one.headers().get("id") + "." + one.headers().get("timestamp") + "." + one.body();
        assertThat(one.headers().get("signature"))
                .isEqualTo("v1,"
                        + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
        assertThat(one.headers().get("timestamp"))
                .isEqualTo(Long.toString(clock.instant().getEpochSecond()));
        JsonNode event = one.event();
        assertThat(event.path("specversion").asString()).isEqualTo("1.0");
        assertThat(event.path("type").asString()).isEqualTo("dev.sigillo.alert.raised");
        assertThat(event.path("id").asString()).isNotEmpty();
        assertThat(event.path("source").asString()).isNotEmpty();
        assertThat(event.at("/data/name").asString()).isEqualTo(alert.name());
        assertThat(event.at("/data/properties/status").asString()).isEqualTo("Active");
        assertThat(event.at("/data/properties/extendedProperties/was").asString())
                .isEqualTo("bb");
        assertThat(only().state()).isEqualTo(DeliveryState.DELIVERED);
    }

    @Test
    @DisplayName("each change is told once, in order, with the status of its time; a repetition is not")
    void tellsChanges() {
        List<Destination> all = destinations(webhook(""));
        AlertRecord alert = raise(AlertKind.POLICY_RESTORED);
        raise(AlertKind.POLICY_RESTORED);
        store.alerts().setStatus(alert.name(), AlertStatus.IN_PROGRESS);
        store.alerts().endOfCluster(CLUSTER, "It is over.");
        look(all);
        look(all);
        assertThat(had)
                .extracting(each -> each.event().path("type").asString() + " "
                        + each.event().at("/data/properties/status").asString())
                .containsExactly(
                        "dev.sigillo.alert.raised Active",
                        "dev.sigillo.alert.status InProgress",
                        "dev.sigillo.alert.ended Resolved");
        assertThat(store.alerts().changes(10)).isEmpty();
    }

    @Test
    @DisplayName("a receiver that fails twice has it the third time: the same id and body, a longer pause each time")
    void failsTwice() {
        List<Destination> all = destinations(webhook(""));
        answers.addAll(List.of(500, 302));
        raise(AlertKind.POLICY_RESTORED);
        look(all);
        look(all);
        assertThat(had).as("not before its time").hasSize(1);
        assertThat(only().error()).contains("status 500");
        clock.advance(Duration.ofSeconds(5));
        look(all);
        assertThat(only().tries()).isEqualTo(2);
        clock.advance(Duration.ofSeconds(19));
        look(all);
        assertThat(had).hasSize(2);
        clock.advance(Duration.ofSeconds(1));
        look(all);
        assertThat(only().state()).isEqualTo(DeliveryState.DELIVERED);
        assertThat(had).extracting(each -> each.headers().get("id")).containsOnly(only().id());
        assertThat(had).extracting(Had::body).containsOnly(only().body());
        assertThat(had.get(0).headers().get("timestamp"))
                .isNotEqualTo(had.get(2).headers().get("timestamp"));
    }

    @Test
    @DisplayName("a receiver that stays dead is given up after ten tries, holds up no other, and can be tried again")
    void staysDead() {
        List<Destination> all = destinations("webhooks:\n- name: dead\n  url: http://127.0.0.1:1/\n  secret: whsec_"
                + Base64.getEncoder().encodeToString(SECRET) + "\n"
                + webhook("").substring("webhooks:\n".length()));
        raise(AlertKind.POLICY_RESTORED);
        for (int tried = 0; tried < AlertDelivery.TRIES + 3; tried++) {
            look(all);
            clock.advance(Duration.ofHours(6));
        }
        assertThat(had).hasSize(1);
        DeliveryRecord dead = store.deliveries().list(Long.MAX_VALUE, 10).stream()
                .filter(each -> each.destination().equals("dead"))
                .findFirst()
                .orElseThrow();
        assertThat(dead.state()).isEqualTo(DeliveryState.DEAD);
        assertThat(dead.tries()).isEqualTo(AlertDelivery.TRIES);
        assertThat(dead.error()).contains("Connect");
        assertThat(store.deliveries().retry(dead.id())).isTrue();
        assertThat(store.deliveries().retry(dead.id())).isFalse();
        look(all);
        assertThat(store.deliveries().find(dead.id()).orElseThrow().tries()).isEqualTo(1);
    }

    @Test
    @DisplayName("a receiver that says 410 Gone is not asked again")
    void gone() {
        answers.add(410);
        raise(AlertKind.POLICY_RESTORED);
        look(destinations(webhook("")));
        assertThat(only().state()).isEqualTo(DeliveryState.DEAD);
        assertThat(only().error()).contains("410");
    }

    @Test
    @DisplayName("a kill between the write of an alert and its delivery, or between delivery and note, loses nothing")
    void survivesKills() {
        List<Destination> all = destinations(webhook(""));
        raise(AlertKind.POLICY_RESTORED);
        store.close();
        open();
        try (AlertDelivery delivery = new AlertDelivery(store, all, clock)) {
            delivery.spread();
        }
        store.close();
        open();
        // Sent, and killed before it could be noted.
        DeliveryRecord sent = store.deliveries().due("oncall", 1).getFirst();
        sending(all.getFirst(), sent);
        store.close();
        open();
        look(all);
        assertThat(had).hasSize(2).extracting(each -> each.headers().get("id")).containsOnly(sent.id());
        assertThat(only().state()).isEqualTo(DeliveryState.DELIVERED);
    }

    private static void sending(Destination destination, DeliveryRecord delivery) {
        try {
            destination.send(delivery);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName(
            "a running server tells by itself, and no destination that is not in the settings any more is waited for")
    void runs() throws InterruptedException {
        List<Destination> all = destinations(webhook(""));
        raise(AlertKind.POLICY_RESTORED);
        try (AlertDelivery delivery = new AlertDelivery(store, all, clock)) {
            delivery.start();
            for (int waited = 0;
                    waited < 300
                            && store.deliveries().list(Long.MAX_VALUE, 1).stream()
                                    .noneMatch(each -> each.state() == DeliveryState.DELIVERED);
                    waited++) {
                Thread.sleep(100);
            }
        }
        assertThat(only().state()).isEqualTo(DeliveryState.DELIVERED);
        raise(AlertKind.HOST_WITNESS);
        try (AlertDelivery delivery = new AlertDelivery(store, all, clock)) {
            delivery.spread();
        }
        store.deliveries().keepOnly(List.of());
        assertThat(store.deliveries().list(Long.MAX_VALUE, 1).getFirst().state())
                .isEqualTo(DeliveryState.DEAD);
    }

    @Test
    @DisplayName("a destination hears of nothing below its severity")
    void severity() {
        raise(AlertKind.POLICY_RESTORED);
        AlertRecord high = raise(AlertKind.HOST_WITNESS);
        look(destinations(webhook("  severity: High\n")));
        assertThat(had).hasSize(1);
        assertThat(had.getFirst().event().at("/data/name").asString()).isEqualTo(high.name());
    }

    @Test
    @DisplayName("RFC 5424: a datagram with CEF, in which no text of a node ends a field or a key")
    void udp() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(10_000);
            AlertRecord alert = raise(AlertKind.HOST_WITNESS);
            look(destinations("syslog:\n- name: siem\n  host: 127.0.0.1\n  port: " + socket.getLocalPort() + "\n"));
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            socket.receive(packet);
            String message = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
            assertThat(message)
                    .matches(
                            "<82>1 2026-11-26T12:00:00\\.000Z [!-~]+ sigillo - RAISED - CEF:0\\|Sigillo\\|Sigillo\\|0\\.1\\.0\\|HostWitness\\|.*")
                    .contains("a=b\\|c\\\\d|8|externalId=" + alert.name())
                    .contains("cs1Label=component cs1=a\\=b|c\\\\d ")
                    .endsWith("msg=It was changed.");
        }
    }

    @Test
    @DisplayName("RFC 6587: over TCP a message has its length before it")
    void tcp() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(10_000);
            raise(AlertKind.HOST_WITNESS);
            look(destinations("syslog:\n- name: siem\n  host: localhost\n  transport: tcp\n  port: "
                    + server.getLocalPort() + "\n"));
            try (Socket socket = server.accept()) {
                String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int blank = all.indexOf(' ');
                assertThat(Integer.parseInt(all.substring(0, blank)))
                        .isEqualTo(all.substring(blank + 1).getBytes(StandardCharsets.UTF_8).length);
            }
        }
    }
}
