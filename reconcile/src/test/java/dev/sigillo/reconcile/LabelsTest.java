package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.store.MachineRecord;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A pool whose labels and taints change")
class LabelsTest {

    @Test
    @DisplayName("keeps its machines; each of its Nodes is given the new ones before the operation ends")
    void given() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            List<MachineRecord> before = world.store().machines().list();
            Stories.succeeds(world, world.labelPool("np", 2, "{\"team\":\"red\"}", "dedicated=x:NoSchedule"));
            assertThat(world.store().machines().list()).isEqualTo(before);
            String given = Labels.MODE + "=system\nteam=red\n\ndedicated=x:NoSchedule";
            assertThat(world.plane().nodes.values())
                    .hasSize(2)
                    .allMatch(node -> node.given().text().equals(given));
        });
    }

    @Test
    @DisplayName("tells the Nodes that there are when its mode changes, with the machines that it has")
    void mode() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            List<MachineRecord> before = world.store().machines().list();
            assertThat(world.plane().nodes.values())
                    .allMatch(node -> "system".equals(node.labels().get(Labels.MODE)));
            Stories.succeeds(world, world.turnPool("np", 2, "User"));
            assertThat(world.store().machines().list()).isEqualTo(before);
            assertThat(world.plane().nodes.values())
                    .hasSize(2)
                    .allMatch(node -> "user".equals(node.labels().get(Labels.MODE)));
        });
    }

    @Test
    @DisplayName("fails its operation when the cluster does not let its Nodes be written, and goes on when it does")
    void forbidden() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            world.plane().forbids = true;
            assertThat(world.await(world.labelPool("np", 1, "{\"team\":\"red\"}", "dedicated=x:NoSchedule"))
                            .error()
                            .orElseThrow()
                            .message())
                    .contains("admission webhook denied");
            world.plane().forbids = false;
            world.until(
                    "the Node is given its labels",
                    () -> world.plane().nodes.values().stream()
                            .allMatch(node -> node.given().labels().containsKey("team")));
        });
    }
}
