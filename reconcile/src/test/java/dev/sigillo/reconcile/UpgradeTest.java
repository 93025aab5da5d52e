package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationStatus;
import dev.sigillo.store.MachineRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A cluster that goes to another Kubernetes")
class UpgradeTest {

    private static List<String> images(World world) {
        return world.store().machines().listOfCluster(World.CLUSTER).stream()
                .map(MachineRecord::imageVersion)
                .toList();
    }

    @Test
    @DisplayName("has its control plane replaced first, with what is in it, and only then its nodes")
    void planeFirst() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            assertThat(world.plane().versions()).containsOnly("1.35.4");
            Operation upgrade = world.upgrade(Set.of("np"));
            world.until("the upgrade ends", () -> {
                if (images(world).contains("img-136")) {
                    assertThat(world.plane().versions()).containsOnly("1.36.3");
                }
                return world.ended(upgrade).status() != OperationStatus.IN_PROGRESS;
            });
            Stories.succeeds(world, upgrade);
            assertThat(images(world)).containsExactly("img-136", "img-136");
            world.until("the old Nodes go", () -> world.plane().nodes.size() == 2);
        });
    }

    @Test
    @DisplayName("goes alone if its pools are not asked for: the operation ends when the control plane is the new one")
    void planeAlone() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            Stories.succeeds(world, world.upgrade(Set.of()));
            assertThat(world.plane().versions()).containsOnly("1.36.3");
            assertThat(images(world)).containsExactly("img");
            assertThat(world.engine.made).hasSize(1);
        });
    }

    @Test
    @DisplayName("keeps its nodes as they are while the new control plane does not come up, and goes on when it does")
    void planeInTrouble() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            world.plane().startFailures = 3;
            Stories.succeeds(world, world.upgrade(Set.of("np")));
            assertThat(world.plane().startFailures).isZero();
            assertThat(images(world)).containsExactly("img-136");
        });
    }
}
