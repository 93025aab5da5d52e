package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.arm.Sizes;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemandsTest {
    private static final String ID = "/subscriptions/s/resourceGroups/rg/providers/x/managedClusters/one";
    private static final String POOL = "{\"vmSize\":\"Standard_D2s_v5\",\"count\":3}";

    @SuppressWarnings("NullAway.Init")
    private Store store;

    private final Demands demands = new Demands(
            Sizes.shipped(), new HostCapacity(() -> new HostCapacity.Memory(24576, 20000), OptionalLong.empty(), 0));

    @BeforeEach
    void opens(@TempDir Path folder) {
        store = Store.open(folder.resolve("db"), Clock.systemUTC());
        store.resourceGroups().put("rg", "eastus", "null");
        store.clusters().create(ID, "rg", "one", "eastus", "{}");
        store.pools().create(ID, "np", POOL);
    }

    @AfterEach
    void closes() {
        store.close();
    }

    private void machine(int number, Phase phase) {
        store.machines().create(MachineRows.wanted(ID, number, "10.224.1." + number));
        store.machines().advance("m-" + number, Phase.BOOKED, phase);
    }

    @Test
    @DisplayName("a cluster that is being created has promised all, and nothing of it is made")
    void promised() {
        assertThat(demands.now(store)).isEqualTo(new Demand(1, 3, 3 * 2560, 0, 3 * 2560 + 700));
        assertThat(demands.freeMib(store)).isEqualTo(20000 - 3 * 2560 - 700);
    }

    @Test
    @DisplayName("machines that the engine was told to make are made; those only booked, failed and lost ones are not")
    void made() {
        store.clusters().setState(ID, "Succeeded");
        machine(4, Phase.READY);
        machine(5, Phase.STARTED);
        machine(6, Phase.BOOKED);
        assertThat(demands.now(store)).isEqualTo(new Demand(1, 3, 3 * 2560, 0, 2560));
        store.machines().starting("m-6", new MachineRecord.Given("aa", "bb", Optional.empty(), ""));
        assertThat(demands.now(store).unmadeMib())
                .as("the engine counts one that it is making")
                .isZero();
        store.machines().lose("m-5", Phase.STARTED);
        assertThat(demands.now(store).unmadeMib()).isEqualTo(2560);
        store.machines().fail("m-4", new MachineRecord.Failure("AttestationFailed", "initrd differs"));
        assertThat(demands.now(store).unmadeMib()).isEqualTo(2 * 2560);
    }

    @Test
    @DisplayName(
            "more nodes than the cluster's networks hold are refused, also for the nodes of other pools; fewer never are")
    void room() {
        Demand before = demands.now(store);
        demands.require(before, before.plus(1, 1), "10.100.0.0/22", 3);
        assertThatThrownBy(() -> demands.require(before, before.plus(2, 1), "10.100.0.0/22", 3))
                .hasMessageContaining("would have 5 nodes")
                .hasMessageContaining("room for 4");
        demands.require(before, before.plus(-1, 2560), "10.100.0.0/22", 9);
    }
}
