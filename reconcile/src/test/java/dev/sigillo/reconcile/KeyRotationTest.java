package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.store.MachineRecord;
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
            List<String> before = names(world);
            Stories.succeeds(world, world.rotateCertificates());
            world.untilReady(2);
            assertThat(world.plane().keys).isEqualTo(2);
            assertThat(names(world)).hasSize(2).doesNotContainAnyElementsOf(before);
            world.until("the old Nodes go", () -> world.plane().nodes.keySet().equals(Set.copyOf(names(world))));
            world.restart();
            Thread.sleep(100);
            assertThat(world.plane().keys).isEqualTo(2);
            Stories.succeeds(world, world.rotateCertificates());
            assertThat(world.plane().keys).isEqualTo(3);
        });
    }

    private static List<String> names(World world) {
        return world.store().machines().list().stream()
                .map(MachineRecord::nodeName)
                .toList();
    }
}
