package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.PowerState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A cluster that is stopped")
class PowerTest {

    @Test
    @DisplayName("has no machine and no process, keeps its pools, and stays so, also when the server starts again")
    void stopped() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            Stories.succeeds(world, world.turn(PowerState.STOPPED));
            world.restart();
            Thread.sleep(100);
            assertThat(world.engine.machines).isEmpty();
            assertThat(world.store().machines().list()).isEmpty();
            assertThat(world.plane().incarnation()).isEmpty();
            assertThat(world.plane().nodes).hasSize(2);
            assertThat(world.store()
                            .clusters()
                            .byId(World.CLUSTER)
                            .orElseThrow()
                            .provisioningState())
                    .isEqualTo("Succeeded");
        });
    }

    @Test
    @DisplayName("comes back with new machines under new names, and the Nodes of the old ones go")
    void started() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            List<String> before = world.nodeNames();
            Stories.succeeds(world, world.turn(PowerState.STOPPED));
            Stories.succeeds(world, world.turn(PowerState.RUNNING));
            world.untilReady(2);
            assertThat(world.nodeNames()).hasSize(2).doesNotContainAnyElementsOf(before);
            world.until("the old Nodes go", () -> world.plane().nodes.keySet().equals(Set.copyOf(world.nodeNames())));
        });
    }

    @Test
    @DisplayName("can be deleted as it is")
    void deleted() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            Stories.succeeds(world, world.turn(PowerState.STOPPED));
            Stories.succeeds(world, world.deleteCluster());
            assertThat(world.planes.values()).noneMatch(FakePlane::exists);
        });
    }
}
