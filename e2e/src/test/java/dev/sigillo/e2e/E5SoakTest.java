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
    private static final Duration HOUR = Duration.ofHours(1);

    /** What a clock may be off by: the agent's tolerance, and an emulated guest's time to say it. */
    private static final Duration OFF = Duration.ofMinutes(2);

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

    private static String name(JsonNode alert) {
        return alert.path("name").asString();
    }

    /** Those that were not there before, whatever has become of them. */
    private List<JsonNode> alertsBesides(Set<String> known) {
        return cluster.alerts().stream()
                .filter(alert -> !known.contains(name(alert)))
                .toList();
    }

    private Node node(String name) throws IOException {
        Guest guest = Guest.on(sigillo, name);
        return new Node(name, RunningMachine.of(guest.machine()), guest);
    }

    /** When its last verdict was, which passed. */
    private Instant verdict(Node node) {
        JsonNode machine = sigillo.azJson(
                        "rest",
                        "--url",
                        "/subscriptions/{subscriptionId}/resourceGroups/rg1/providers/Microsoft.ContainerService"
                                + "/managedClusters/c1/agentPools/soak/machines?verdict=brief&api-version=2026-06-01")
                .path("value")
                .valueStream()
                .filter(each -> name(each).equals(node.name()))
                .findFirst()
                .orElseThrow();
        JsonNode verdict = machine.path("properties").path("verdict");
        assertThat(verdict.path("passing").asBoolean()).as(machine.toString()).isTrue();
        return Instant.parse(verdict.path("at").asString());
    }

    /** Two faults of one node do not add up: the next one comes when it has proved itself since this one. */
    private void awaitVerdict(Node node, Instant since) {
        Awaitility.await("node " + node.name() + " attests itself again")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> verdict(node).isAfter(since));
    }

    /** By a kubelet that may not be reached right after a fault. */
    private static String said(Node node, String... words) {
        return Awaitility.await(String.join(" ", words) + " on " + node.name())
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> node.guest().host(words), output -> output.code() == 0)
                .out()
                .strip();
    }

    /** How far a guest's {@code date +%s} is from this clock, in either direction. */
    private static Duration off(String seconds) {
        return Duration.between(Instant.ofEpochSecond(Long.parseLong(seconds)), Instant.now())
                .abs();
    }

    private void strike(Fault fault, Node node) throws Exception {
        System.out.println("SOAK " + Instant.now() + " " + fault + " " + node.name());
        switch (fault) {
            case SERVER_KILLED -> {
                sigillo.killServer();
                Thread.sleep(random.nextInt(20_000));
                sigillo.up();
            }
            case NETWORK_CUT -> cut(node);
            case CLOCK_JUMPED -> jump(node, random.nextBoolean() ? HOUR : HOUR.negated());
        }
    }

    /** For so long that two rounds are missed. The last verdict before it may be of the moment of the cut. */
    private void cut(Node node) throws Exception {
        node.machine().cable(false);
        Thread.sleep(INTERVAL.multipliedBy(2).plusSeconds(1));
        Instant end = Instant.now();
        Instant last = verdict(node);
        node.machine().cable(true);
        assertThat(Duration.between(last, end))
                .as("what the cut cost " + node.name())
                .isGreaterThan(INTERVAL.multipliedBy(2));
        awaitVerdict(node, end);
    }

    /**
     * To a time and not by a difference: what is said twice must not jump twice. The same command reads it, since with
     * another time certificates may not hold for the kubelet.
     */
    private void jump(Node node, Duration by) {
        long to = Instant.now().plus(by).getEpochSecond();
        String guest = said(node, "/bin/sh", "-c", "date --utc --set=@" + to + " > /dev/null && date +%s");
        Instant jumped = Instant.now();
        assertThat(off(guest)).as("the clock of " + node.name()).isBetween(HOUR.minus(OFF), HOUR.plus(OFF));
        awaitVerdict(node, jumped);
        Awaitility.await("the clock of " + node.name() + " is right again")
                .atMost(INTERVAL.multipliedBy(2))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> off(said(node, "date", "+%s")).compareTo(OFF) < 0);
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
        List<Node> nodes = new ArrayList<>();
        try {
            cluster.pool("add", "soak", "--node-count", "3", "--enable-vtpm", "--enable-secure-boot")
                    .ok();
            for (JsonNode each : cluster.nodes("soak")) {
                nodes.add(node(Cluster.name(each)));
            }
            assertThat(nodes).hasSize(3);
            trusted(nodes);
            Set<String> known = new HashSet<>(
                    cluster.alerts().stream().map(E5SoakTest::name).toList());
            everyday(nodes, known);
            real(nodes, known);
        } finally {
            plugIn(nodes);
            System.out.println("SOAK " + cluster.pool("delete", "soak"));
        }
    }

    private void everyday(List<Node> nodes, Set<String> known) throws Exception {
        List<Fault> faults = faults();
        Instant began = Instant.now();
        for (int at = 0; at < faults.size(); at++) {
            Instant due = began.plus(TIME.multipliedBy(at).dividedBy(faults.size()));
            Thread.sleep(Math.max(0, Duration.between(Instant.now(), due).toMillis()));
            strike(faults.get(at), nodes.get(random.nextInt(nodes.size())));
            assertThat(alertsBesides(known))
                    .as("after fault %d of seed %d", at + 1, seed)
                    .isEmpty();
        }
        // A node that lost its way in the last fault would be silent for longer than a verdict counts.
        Thread.sleep(INTERVAL.multipliedBy(4));
        assertThat(alertsBesides(known)).as("seed %d", seed).isEmpty();
        trusted(nodes);
        Timings.say("soak with " + faults.size() + " faults and no alert", began);
    }

    private void real(List<Node> nodes, Set<String> known) throws Exception {
        Instant began = Instant.now();
        Shell.Output module = nodes.get(0).guest().unsignedModule();
        assertThat(module.code()).as(module.toString()).isNotZero();
        nodes.get(1).machine().editCommandLine();
        nodes.get(1).machine().reset();
        nodes.get(2).machine().cable(false);
        awaitAlert("UnsignedModule", "driver dummy", nodes.get(0), known, Duration.ofMinutes(4));
        awaitAlert("AttestationFailed", "kernel command line", nodes.get(1), known, Duration.ofMinutes(6));
        awaitAlert("AttestationMissed", "attestation", nodes.get(2), known, Duration.ofMinutes(6));
        Timings.say("three real faults, three alerts", began);
        Thread.sleep(INTERVAL);
        assertThat(alertsBesides(known)).as("one interval later").hasSize(3);
    }

    /** All, though a machine that has ended cannot be. */
    private static void plugIn(List<Node> nodes) {
        for (Node node : nodes) {
            try {
                node.machine().cable(true);
            } catch (IOException e) {
                System.out.println("SOAK " + node.name() + " was not plugged in: " + e.getMessage());
            }
        }
    }
}
