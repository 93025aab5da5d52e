package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Order(9)
@Tag("long")
@DisplayName("Two homes on one host")
class I1TwoHomesTest {
    private final Installation first = Installation.shared();

    private List<String> readyNodes() {
        return first.kubectlJson("get", "nodes")
                .path("items")
                .valueStream()
                .filter(Cluster::ready)
                .map(Cluster::name)
                .sorted()
                .toList();
    }

    private List<String> clusters() {
        return Json.MAPPER
                .readTree(first.az("aks", "list").ok())
                .valueStream()
                .map(cluster -> cluster.path("id").asString())
                .sorted()
                .toList();
    }

    private List<String> machines() {
        return first.sigillo("nodes", "--resource-group", "rg1", "--cluster", "c1", "--output", "names")
                .ok()
                .lines()
                .sorted()
                .toList();
    }

    @Test
    @DisplayName("a second one makes its cluster beside the first and goes, and the first stays as it was")
    void sideBySide() {
        first.ensureCluster();
        List<String> nodes = readyNodes();
        List<String> machines = machines();
        List<String> things = Leftovers.of(first).onHost();
        List<String> clusters = clusters();
        assertThat(nodes).isNotEmpty();
        try (Installation second = Installation.another()) {
            assertThat(second.said()).containsPattern("demo +nodepool1 +Ready +passing +on +on ");
            assertThat(second.server().path("port")).isNotEqualTo(first.server().path("port"));
            assertThat(readyNodes()).isEqualTo(nodes);
            assertThat(clusters()).as("the second's cluster is its own").isEqualTo(clusters);
            second.sigillo("down").ok();
            assertThat(Leftovers.of(second).onHost()).isEmpty();
        }
        assertThat(readyNodes()).isEqualTo(nodes);
        assertThat(machines()).isEqualTo(machines);
        assertThat(Leftovers.of(first).onHost()).containsAll(things);
        assertThat(first.sigillo(
                                "attest",
                                "show",
                                nodes.getFirst(),
                                "--resource-group",
                                "rg1",
                                "--cluster",
                                "c1",
                                "--require-passing")
                        .code())
                .isZero();
    }
}
