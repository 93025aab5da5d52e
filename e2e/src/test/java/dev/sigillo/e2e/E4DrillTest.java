package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Order(6)
@DisplayName("sigillo drill, with machines that are broken on purpose")
class E4DrillTest {
    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    /** The whole table, with every alarm right. */
    private void allNoticed(int count, String... faults) {
        List<String> line = new ArrayList<>(List.of("drill", "-g", "rg1", "-c", "c1", "--output", "json"));
        for (String fault : faults) {
            line.addAll(List.of("--fault", fault));
        }
        Shell.Output output = sigillo.sigillo(line.toArray(String[]::new));
        System.out.println("DRILL " + output.out());
        assertThat(output.code()).as(output.toString()).isZero();
        JsonNode drills = Json.object(output.out()).path("drills");
        assertThat(drills).hasSize(count);
        assertThat(drills.valueStream().map(drill -> drill.path("outcome").asString()))
                .containsOnly("noticed");
        assertThat(sigillo.azJson("aks", "show", "-g", "rg1", "-n", "c1")
                        .path("agentPoolProfiles")
                        .valueStream())
                .isNotEmpty()
                .noneMatch(pool -> pool.path("name").asString().contains("drill"));
        assertThat(cluster.nodes("nodepool1")).isNotEmpty().allMatch(Cluster::ready);
    }

    @Test
    @DisplayName("another command line and a forged log are noticed, named, and kept out")
    void two() {
        allNoticed(2, "cmdline", "forged-log");
    }

    @Test
    @Tag("long")
    @DisplayName("all nine faults, twice in a row")
    void nine() {
        allNoticed(9);
        allNoticed(9);
    }
}
