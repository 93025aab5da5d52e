package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostCapacityTest {
    private static final long NODE = 2560;

    /** One cluster with two nodes, all of it made. */
    private static final Demand TWO_NODES = Demand.NONE.plusCluster().plus(2, NODE);

    private static HostCapacity host(long totalMib, long freeMib) {
        return new HostCapacity(() -> new HostCapacity.Memory(totalMib, freeMib), OptionalLong.empty(), 0);
    }

    @ParameterizedTest
    @DisplayName("free is the smaller of what is not promised and what is available less what is promised and not made")
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            total | available | unmade | free
            24576 | 24000     | 0      | 17732
            24576 | 10000     | 0      | 10000
            24576 | 10000     | 2560   | 7440
            24576 | 10000     | 12000  | 0
            6844  | 5000      | 0      | 0
            6845  | 5000      | 0      | 1
            4096  | 4000      | 0      | 0
            """)
    void smallerOfTwo(long total, long available, long unmade, long free) {
        // Promised: 1024 to the host, 700 to the control plane, 2 × 2560 to the nodes.
        assertThat(host(total, available).freeMib(TWO_NODES.unmade(unmade))).isEqualTo(free);
    }

    @Test
    @DisplayName("what just fits is taken, and one MiB more is not")
    void justFits() {
        HostCapacity host = host(24576, 3 * NODE);
        host.require(TWO_NODES, TWO_NODES.plus(3, NODE));
        assertThatThrownBy(() -> host.require(TWO_NODES, TWO_NODES.plus(3, NODE).plus(1, 1)))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.NO_HOST_CAPACITY));
    }

    @Test
    @DisplayName("a cluster takes the memory of its control plane besides its nodes'")
    void controlPlane() {
        Demand asked = Demand.NONE.plusCluster().plus(1, NODE);
        host(24576, NODE + HostCapacity.CONTROL_PLANE_MIB).require(Demand.NONE, asked);
        assertThatThrownBy(() ->
                        host(24576, NODE + HostCapacity.CONTROL_PLANE_MIB - 1).require(Demand.NONE, asked))
                .hasMessageContaining("This needs 3260 MiB");
    }

    @Test
    @DisplayName("a refusal says what is asked, what is free and who holds the rest")
    void says() {
        assertThatThrownBy(() -> host(24576, 6000).require(TWO_NODES, TWO_NODES.plus(3, NODE)))
                .hasMessage("This needs 7680 MiB of memory, and 6000 MiB of the host's 24576 MiB are free: "
                        + "2 nodes hold 5120 MiB, 1 control plane holds 700 MiB, "
                        + "1024 MiB are kept for the host, other programs hold 11732 MiB. "
                        + "Ask for fewer or smaller nodes, or delete some.");
        assertThatThrownBy(() -> host(24576, 24000).require(Demand.NONE, Demand.NONE.plus(10, NODE)))
                .hasMessageContaining("23552 MiB of the host's 24576 MiB are free: 1024 MiB are kept for the host.");
    }

    @Test
    @DisplayName("each declared GPU is one machine's; what takes no more of them is taken all the same")
    void gpus() {
        HostCapacity host = new HostCapacity(() -> new HostCapacity.Memory(24576, 24000), OptionalLong.empty(), 2);
        Demand one = Demand.NONE.plus(1, NODE).plusGpus(1);
        host.require(one, one.plus(1, NODE).plusGpus(1));
        assertThatThrownBy(() -> host.require(one, one.plus(2, NODE).plusGpus(2)))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.NO_HOST_CAPACITY))
                .hasMessageContaining("needs 2 GPUs more, and 1 of the 2 that SIGILLO_GPUS declares");
        Demand more = Demand.NONE.plusGpus(3); // one was taken out of the host since
        host.require(more, more.plus(1, NODE));
    }

    @ParameterizedTest
    @DisplayName("an owner's limit on all clusters counts where it is the smallest; 0 lets in none, and says by what")
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            most  | free
            0     | 0
            5820  | 0
            5821  | 1
            10000 | 4180
            99999 | 17732
            """)
    void ownersLimit(long most, long free) {
        HostCapacity host = new HostCapacity(() -> new HostCapacity.Memory(24576, 24000), OptionalLong.of(most), 0);
        assertThat(host.freeMib(TWO_NODES)).isEqualTo(free);
        if (most == 0) {
            assertThatThrownBy(() -> host.require(Demand.NONE, Demand.NONE.plusCluster()))
                    .isInstanceOfSatisfying(
                            ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.NO_HOST_CAPACITY))
                    .hasMessageContaining(
                            "needs 700 MiB of memory, and 0 MiB of the host's 24576 MiB are free: no more than 0 MiB are for clusters, by SIGILLO_MEMORY_MIB");
        }
    }
}
