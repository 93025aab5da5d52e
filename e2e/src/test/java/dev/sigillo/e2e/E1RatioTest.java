package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(4)
@DisplayName("What trust costs")
class E1RatioTest {
    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    /** From the pool's PUT to its node's Ready, as az waits for it. */
    private Duration add(String name, String... flags) {
        String[] words = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("--node-count", "1"), java.util.stream.Stream.of(flags))
                .toArray(String[]::new);
        Instant began = Instant.now();
        cluster.pool("add", name, words).ok();
        Duration took = Timings.say("node Ready, pool " + name, began);
        cluster.pool("delete", name).ok();
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
