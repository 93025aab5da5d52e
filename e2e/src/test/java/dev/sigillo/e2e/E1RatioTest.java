package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Order(5)
@Tag("long")
@DisplayName("What trust costs")
class E1RatioTest {
    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    /**
     * From the pool's PUT to its node's Ready, as az waits for it. An emulated kernel that panicked and was replaced is
     * not what trust costs (docs/adr/0018): then it is measured again.
     */
    private Duration add(String name, String... flags) {
        for (int tries = 1; ; tries++) {
            Once once = once(name + tries, flags);
            if (once.firstMachine() || tries == 3) {
                return once.took();
            }
        }
    }

    private record Once(Duration took, boolean firstMachine) {}

    private Once once(String name, String... flags) {
        String[] words =
                Stream.concat(Stream.of("--node-count", "1"), Stream.of(flags)).toArray(String[]::new);
        Instant began = Instant.now();
        cluster.pool("add", name, words).ok();
        Duration took = Timings.say("node Ready, pool " + name, began);
        boolean first = cluster.node(name).endsWith("vmss000000");
        cluster.pool("delete", name).ok();
        return new Once(took, first);
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
