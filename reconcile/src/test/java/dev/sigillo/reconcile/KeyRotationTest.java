package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A cluster whose certificates are made anew")
class KeyRotationTest {

    @Test
    @DisplayName(
            "has new keys once, new machines under new names and none of the old Nodes, also when the server starts again")
    void rotates() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            List<String> before = world.nodeNames();
            Stories.succeeds(world, world.rotateCertificates());
            world.untilReady(2);
            assertThat(world.plane().keys).isEqualTo(2);
            assertThat(world.nodeNames()).hasSize(2).doesNotContainAnyElementsOf(before);
            world.until("the old Nodes go", () -> world.plane().nodes.keySet().equals(Set.copyOf(world.nodeNames())));
            world.restart();
            Thread.sleep(100);
            assertThat(world.plane().keys).isEqualTo(2);
            Stories.succeeds(world, world.rotateCertificates());
            assertThat(world.plane().keys).isEqualTo(3);
        });
    }
}
