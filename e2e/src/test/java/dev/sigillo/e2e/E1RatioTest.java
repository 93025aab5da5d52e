package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Order(4)
@Tag("long")
@DisplayName("What trust costs")
class E1RatioTest {
    private final Installation sigillo = Installation.shared();

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    private Duration add(String name, String... flags) {
        List<String> words = new ArrayList<>(List.of(
                "aks", "nodepool", "add", "-n", name, "-g", "rg1", "--cluster-name", "c1", "--node-count", "1"));
        words.addAll(List.of(flags));
        Instant began = Instant.now();
        sigillo.az(words.toArray(String[]::new)).ok();
        Duration took = Timings.say("node Ready, pool " + name, began);
        sigillo.az("aks", "nodepool", "delete", "-n", name, "-g", "rg1", "--cluster-name", "c1")
                .ok();
        return took;
    }

    @Test
    @DisplayName("a trusted node is Ready within 1.3 times the time of a plain one, in one run")
    void ratio() {
        // One after the other on an otherwise idle host, the plain one on both sides of the trusted one.
        Duration before = add("plaina");
        Duration trusted = add("trusted", "--enable-vtpm", "--enable-secure-boot");
        Duration after = add("plainb");
        double ratio = 2.0 * trusted.toMillis() / (before.toMillis() + after.toMillis());
        System.out.printf("TIMING ratio trusted / plain: %.2f%n", ratio);
        assertThat(ratio).isLessThanOrEqualTo(1.3);
    }
}
