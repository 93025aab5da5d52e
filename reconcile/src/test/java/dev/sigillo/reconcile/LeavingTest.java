package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Operation;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A machine whose deletion was asked for")
class LeavingTest {

    private static List<MachineRecord> machines(World world) {
        return world.store().machines().listOfPool(World.CLUSTER, "np");
    }

    @Test
    @DisplayName("is drained and goes, it and no other, and nothing takes its place; its Node follows")
    void goes() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 3)));
            List<MachineRecord> before = machines(world);
            MachineRecord oldest = before.getFirst();
            Stories.succeeds(world, world.deleteMachine("np", oldest.machineId(), 2));
            assertThat(machines(world)).isEqualTo(before.subList(1, 3));
            assertThat(world.plane().cordoned).contains(oldest.nodeName());
            assertThat(world.engine.made).hasSize(3);
            world.until("its Node goes", () -> world.plane().nodes.size() == 2);
        });
    }

    @Test
    @DisplayName("goes too if it had failed, and with it the pool's failure")
    void failed() throws Exception {
        Stories.in(world -> {
            world.enrolling = false;
            Operation created = world.createCluster(Map.of("np", 1));
            MachineRecord bad = world.started("np");
            world.store().machines().fail(bad.machineId(), new MachineRecord.Failure("AttestationFailed", "initrd"));
            assertThat(world.await(created).error().orElseThrow().message()).contains("initrd");
            Stories.succeeds(world, world.deleteMachine("np", bad.machineId(), 0));
            assertThat(machines(world)).isEmpty();
        });
    }

    @Test
    @DisplayName("does not have the others replaced, in a pool whose roll has stopped")
    void stoppedRoll() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            List<MachineRecord> before = machines(world);
            world.enrolling = false;
            Operation roll = world.updatePool("np", 2, false);
            MachineRecord bad = world.started("np");
            world.store().machines().fail(bad.machineId(), new MachineRecord.Failure("AttestationFailed", "initrd"));
            assertThat(world.await(roll).error()).isPresent();
            world.enrolling = true;
            Stories.succeeds(world, world.deleteMachine("np", bad.machineId(), 2, false));
            assertThat(machines(world)).isEqualTo(before);
        });
    }

    @Test
    @DisplayName("stays leaving, whatever becomes of it meanwhile")
    void leaving() throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            MachineRecord machine = machines(world).getFirst();
            // In one transaction: the reconciler would have removed the machine before the second word.
            world.store().inTransaction(tx -> {
                tx.machines().leave(machine.machineId());
                assertThat(tx.machines().lose(machine.machineId(), Phase.READY)).isFalse();
                assertThat(tx.machines().fail(machine.machineId(), new MachineRecord.Failure("X", "refused")))
                        .as("refused evidence is kept, so that it is not let in again")
                        .isTrue();
                assertThat(tx.machines().find(machine.machineId()))
                        .hasValueSatisfying(row -> assertThat(row.phase()).isEqualTo(Phase.LEAVING));
                return machine;
            });
        });
    }
}
