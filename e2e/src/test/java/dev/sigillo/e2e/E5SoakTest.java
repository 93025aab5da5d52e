package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code -Dsoak.seed=N} meets the same faults again, {@code -Dsoak.minutes=N} in another time than half an hour. */
@Order(6)
@Tag("long")
@DisplayName("Three trusted nodes for half an hour, with twenty faults that are nobody's attack")
class E5SoakTest {
    private static final Duration INTERVAL = Duration.ofSeconds(60);
    private static final Duration TIME = Duration.ofMinutes(Long.getLong("soak.minutes", 30));

    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);
    private final long seed = Long.getLong("soak.seed", System.nanoTime() % 1_000_000);
    private final Random random = new Random(seed);

    /** What happens in every data centre. */
    private enum Fault {
        SERVER_KILLED,
        NETWORK_CUT,
        CLOCK_JUMPED
    }

    /** One of the three. */
    private record Node(String name, RunningMachine machine, Guest guest) {}

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    private List<JsonNode> alerts() {
        return sigillo.azJson(
                        "rest",
                        "--url",
                        "/subscriptions/{subscriptionId}/providers/Microsoft.Security/alerts?api-version=2022-01-01")
                .path("value")
                .valueStream()
                .toList();
    }

    private static String name(JsonNode alert) {
        return alert.path("name").asString();
    }

    /** Those that were not there before, whatever has become of them. */
    private List<JsonNode> alertsBesides(Set<String> known) {
        return alerts().stream().filter(alert -> !known.contains(name(alert))).toList();
    }

    private Node node(String name) throws IOException {
        Guest guest = Guest.on(sigillo, name);
        return new Node(name, RunningMachine.of(guest.machine()), guest);
    }

    private void strike(Fault fault, Node node) throws Exception {
        System.out.println("SOAK " + Instant.now() + " " + fault + " " + node.name());
        switch (fault) {
            case SERVER_KILLED -> {
                sigillo.killServer();
                Thread.sleep(random.nextInt(20_000));
                sigillo.up();
            }
            case NETWORK_CUT -> {
                node.machine().cable(false);
                Thread.sleep(INTERVAL.multipliedBy(2));
                node.machine().cable(true);
            }
            case CLOCK_JUMPED -> node.guest()
                    .host("date", "--utc", "--set=" + (random.nextBoolean() ? "+1 hour" : "-1 hour"))
                    .ok();
        }
    }

    private List<Fault> faults() {
        List<Fault> faults = new ArrayList<>(Collections.nCopies(10, Fault.SERVER_KILLED));
        faults.addAll(Collections.nCopies(5, Fault.NETWORK_CUT));
        faults.addAll(Collections.nCopies(5, Fault.CLOCK_JUMPED));
        Collections.shuffle(faults, random);
        return faults;
    }

    private void trusted(List<Node> nodes) {
        for (Node node : nodes) {
            JsonNode seen = sigillo.kubectlJson("get", "node", node.name());
            assertThat(Cluster.ready(seen)).as(node.name() + " is Ready").isTrue();
            assertThat(Cluster.label(seen, "kubernetes.azure.com/trusted-launch"))
                    .as(node.name())
                    .isEqualTo("true");
        }
    }

    private void awaitAlert(String type, String component, Node node, Set<String> known, Duration patience) {
        JsonNode alert = Awaitility.await(type + " of " + node.name())
                .atMost(patience)
                .pollInterval(Duration.ofSeconds(2))
                .until(
                        () -> alertsBesides(known).stream()
                                .filter(each -> each.toString().contains(node.name()))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        JsonNode properties = alert.path("properties");
        System.out.println("SOAK " + properties);
        assertThat(properties.path("alertType").asString()).isEqualTo(type);
        assertThat(properties.path("extendedProperties").path("component").asString())
                .isEqualTo(component);
    }

    @Test
    @DisplayName("raise no alert; then one real fault on each raises the right one, and no other")
    void soak() throws Exception {
        System.out.println("soak of " + TIME.toMinutes() + " minutes with -Dsoak.seed=" + seed);
        cluster.pool("add", "soak", "--node-count", "3", "--enable-vtpm", "--enable-secure-boot")
                .ok();
        List<Node> nodes = new ArrayList<>();
        for (JsonNode each : cluster.nodes("soak")) {
            nodes.add(node(Cluster.name(each)));
        }
        assertThat(nodes).hasSize(3);
        trusted(nodes);
        Set<String> known = new HashSet<>(alerts().stream().map(E5SoakTest::name).toList());

        List<Fault> faults = faults();
        Instant began = Instant.now();
        for (int at = 0; at < faults.size(); at++) {
            Instant due = began.plus(TIME.multipliedBy(at).dividedBy(faults.size()));
            Thread.sleep(Math.max(0, Duration.between(Instant.now(), due).toMillis()));
            strike(faults.get(at), nodes.get(random.nextInt(nodes.size())));
            assertThat(alertsBesides(known)).as("after fault %d of seed %d", at + 1, seed).isEmpty();
        }
        // A node that lost its way in the last fault would be silent for longer than a verdict counts.
        Thread.sleep(INTERVAL.multipliedBy(4));
        assertThat(alertsBesides(known)).as("seed %d", seed).isEmpty();
        trusted(nodes);
        Timings.say("soak with " + faults.size() + " faults and no alert", began);

        Instant real = Instant.now();
        nodes.get(0).guest().unsignedModule();
        nodes.get(1).machine().editCommandLine();
        nodes.get(1).machine().reset();
        nodes.get(2).machine().cable(false);
        awaitAlert("UnsignedModule", "driver dummy", nodes.get(0), known, Duration.ofMinutes(4));
        awaitAlert("AttestationFailed", "kernel command line", nodes.get(1), known, Duration.ofMinutes(6));
        awaitAlert("AttestationMissed", "attestation", nodes.get(2), known, Duration.ofMinutes(6));
        Timings.say("three real faults, three alerts", real);
        assertThat(alertsBesides(known)).hasSize(3);

        cluster.pool("delete", "soak").ok();
    }
}
