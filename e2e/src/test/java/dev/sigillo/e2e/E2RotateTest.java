package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

@Order(8)
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("sigillo rotate server, fleet and tokens, under real nodes")
class E2RotateTest {
    private static final String OLD_POOL = "nodepool1";
    private static final String NEW_POOL = "fresh";

    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);

    /** When the node's verdict was made; it must be a passing one. */
    private Instant judged(String node) {
        JsonNode machine = Json.MAPPER
                .readTree(sigillo.sigillo("nodes", "--output", "json").ok())
                .valueStream()
                .filter(each -> each.path("name").asString().equals(node))
                .findFirst()
                .orElseThrow();
        JsonNode verdict = machine.path("properties").path("verdict");
        assertThat(verdict.path("passing").asBoolean()).as(machine.toString()).isTrue();
        return Instant.parse(verdict.path("at").asString());
    }

    private String formerAuthorities() {
        return Json.object(sigillo.sigillo("status", "--output", "json").ok())
                .path("formerAuthorities")
                .asString("");
    }

    @Test
    @Order(1)
    @DisplayName(
            "killed right after, the server goes on: the node of before renews, a new one joins, az and kubectl work")
    void rotates() {
        sigillo.ensureCluster();
        String old = cluster.node(OLD_POOL);
        for (String what : List.of("server", "fleet", "tokens")) {
            sigillo.sigillo("rotate", what).ok();
        }
        sigillo.killServer();
        sigillo.up();
        assertThat(formerAuthorities()).contains("server CA until", "fleet CA until", "machine");
        Instant rotated = Instant.now();
        cluster.pool("add", NEW_POOL, "--mode", "System", "--node-count", "1", "--enable-vtpm", "--enable-secure-boot")
                .ok();
        Timings.say("az aks nodepool add after a rotation", rotated);
        String fresh = cluster.node(NEW_POOL);
        assertThat(Cluster.ready(cluster.nodes(NEW_POOL).getFirst())).isTrue();
        Awaitility.await()
                .atMost(Duration.ofMinutes(6))
                .pollInterval(Duration.ofSeconds(5))
                .until(() -> judged(old).isAfter(rotated));
        Timings.say("the node of before renewed", rotated);
        Awaitility.await()
                .atMost(Duration.ofMinutes(6))
                .pollInterval(Duration.ofSeconds(5))
                .until(() -> judged(fresh).isAfter(rotated.plus(Duration.ofMinutes(4))));
        assertThat(cluster.node(OLD_POOL)).isEqualTo(old);
        assertThat(Cluster.ready(cluster.nodes(OLD_POOL).getFirst())).isTrue();
        assertThat(Cluster.ready(cluster.nodes(NEW_POOL).getFirst())).isTrue();
        assertThat(Cluster.label(cluster.nodes(OLD_POOL).getFirst(), "kubernetes.azure.com/trusted-launch"))
                .isEqualTo("true");
    }

    @Test
    @Order(2)
    @DisplayName(
            "when the machines of before have gone, the former fleet CA is believed no longer, and the new node lives on")
    void drops() {
        cluster.pool("delete", OLD_POOL).ok();
        // That of ./run is still there when this class runs alone.
        sigillo.az("group", "list", "--query", "[?managedBy==null && name!='rg1'].name", "-o", "tsv")
                .ok()
                .lines()
                .forEach(group ->
                        sigillo.az("group", "delete", "-n", group, "--yes").ok());
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> !formerAuthorities().contains("fleet CA"));
        Instant gone = Instant.now();
        Awaitility.await()
                .atMost(Duration.ofMinutes(6))
                .pollInterval(Duration.ofSeconds(5))
                .until(() -> judged(cluster.node(NEW_POOL)).isAfter(gone));
        assertThat(Cluster.ready(cluster.nodes(NEW_POOL).getFirst())).isTrue();
        sigillo.az("group", "delete", "-n", "rg1", "--yes").ok();
    }
}
