package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineState;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LostMachinesTest {
    @TempDir
    private Path folder;

    private static String id(int number) {
        return "m-aaaaaaaaa" + number;
    }

    private static void machine(Store store, int number, Phase phase) {
        store.machines()
                .create(MachineRecord.wanted(
                        id(number),
                        World.CLUSTER,
                        "np",
                        "node-" + number,
                        "10.224.1." + number,
                        "10.244." + number + ".0/24",
                        "img",
                        true,
                        true,
                        32,
                        1));
        store.machines().advance(id(number), Phase.BOOKED, phase);
    }

    @Test
    @DisplayName(
            "A machine that the host runs no longer is no node; booked, failed and running ones stay what they are")
    void lost() {
        try (Store store = Store.open(folder.resolve("sigillo.db"), Clock.systemUTC())) {
            store.resourceGroups().put("demo", "eastus", "null");
            store.clusters().create(World.CLUSTER, "demo", "one", "eastus", World.BODY);
            machine(store, 2, Phase.READY);
            machine(store, 3, Phase.ADMITTED);
            machine(store, 4, Phase.BOOKED);
            machine(store, 5, Phase.READY);
            store.machines().fail(id(5), new MachineRecord.Failure("AttestationFailed", "initrd differs"));
            machine(store, 6, Phase.READY);
            machine(store, 7, Phase.STARTED);
            LostMachines.mark(
                    store,
                    Map.of(
                            new MachineId(id(6)), MachineState.RUNNING,
                            new MachineId(id(7)), MachineState.STOPPED));
            assertThat(store.machines().list())
                    .extracting(MachineRecord::machineId, MachineRecord::phase)
                    .containsExactly(
                            tuple(id(2), Phase.LOST),
                            tuple(id(3), Phase.LOST),
                            tuple(id(4), Phase.BOOKED),
                            tuple(id(5), Phase.FAILED),
                            tuple(id(6), Phase.READY),
                            tuple(id(7), Phase.LOST));
        }
    }
}
