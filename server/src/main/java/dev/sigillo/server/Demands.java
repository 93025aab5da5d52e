package dev.sigillo.server;

import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ClusterNetwork;
import dev.sigillo.arm.DesiredPool;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.arm.Size;
import dev.sigillo.arm.Sizes;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Adds up what pools take of the host. What is being deleted still counts, as it still holds its memory. */
final class Demands {
    /** The control plane's memory is promised and not taken yet. */
    private static final Set<String> BEGINNING = Set.of(ProvisioningState.CREATING, ProvisioningState.STARTING);

    private final Sizes sizes;
    private final HostCapacity capacity;

    Demands(Sizes sizes, HostCapacity capacity) {
        this.sizes = sizes;
        this.capacity = capacity;
    }

    Demand now(Store store) {
        Demand demand = Demand.NONE;
        for (ClusterRecord cluster : store.clusters().list()) {
            boolean stopped = cluster.desired().isStopped();
            if (!stopped) {
                demand = demand.plusCluster();
            }
            if (BEGINNING.contains(cluster.provisioningState())) {
                demand = demand.unmade(HostCapacity.CONTROL_PLANE_MIB);
            }
            for (PoolRecord pool : store.pools().listOfCluster(cluster.id())) {
                List<MachineRecord> machines = store.machines().listOfPool(cluster.id(), pool.name());
                long made = machines.stream().filter(Demands::isMade).count();
                long leaving = machines.stream()
                        .filter(machine -> machine.phase() == Phase.LEAVING)
                        .count();
                int asked = stopped ? 0 : pool.desired().count();
                long unmade = Math.max(0, asked - made);
                // More than asked for while the pool's machines are replaced.
                int wanted = (int) (Math.max(asked, made) + leaving);
                demand = plus(demand, pool.desired().vmSize(), wanted)
                        .unmade(unmade * memoryMib(pool.desired().vmSize()));
            }
        }
        return demand;
    }

    Demand plus(Demand demand, ObjectNode pool) {
        return plus(demand, pool.path("vmSize").asString(""), pool.path("count").asInt(0));
    }

    Demand minus(Demand demand, PoolRecord pool) {
        return plus(demand, pool.desired().vmSize(), -pool.desired().count());
    }

    /** Whether the pool's machines have to make way for others. */
    static boolean replaces(DesiredPool before, DesiredPool after) {
        return before.vtpm() != after.vtpm()
                || before.secureBoot() != after.secureBoot()
                || before.osDiskGib() != after.osDiskGib()
                || !before.nodeImageVersion().equals(after.nodeImageVersion());
    }

    /** With the machines that there are besides while others make way. */
    Demand plusSurge(Demand demand, DesiredPool before, DesiredPool after) {
        int surge = after.upgrade().surge(after.count());
        // Nodes that could not be drained stay besides, at most as many.
        int besides = Math.min(after.upgrade().cordons() ? 2 * surge : surge, after.count());
        return replaces(before, after) ? plus(demand, after.vmSize(), besides) : demand;
    }

    /** What requests may still take of the host's memory, in MiB. */
    long freeMib(Store store) {
        return capacity.freeMib(now(store));
    }

    /**
     * Refuses what is more than there was and does not fit: the host's memory, or the networks of the one cluster that
     * changes.
     *
     * @param podCidr of the cluster that changes
     * @param nodes it has, all pools together
     * @throws dev.sigillo.arm.ArmException NO_HOST_CAPACITY or INSUFFICIENT_SUBNET_SIZE
     */
    void require(Demand before, Demand after, String podCidr, int nodes) {
        if (after.machines() > before.machines()) {
            ClusterNetwork.requireRoom(podCidr, nodes + after.machines() - before.machines());
        }
        boolean more = after.memoryMib() > before.memoryMib()
                || after.clusters() > before.clusters()
                || after.gpus() > before.gpus();
        if (more) {
            capacity.require(before, after);
        }
    }

    /** Why the pool cannot have so many nodes; empty if it can. */
    Optional<String> refusal(Store store, ClusterRecord cluster, PoolRecord pool, int count) {
        Demand now = now(store);
        Demand after = plus(minus(now, pool), pool.desired().vmSize(), count);
        try {
            require(now, after, cluster.desired().podCidr(), nodes(store, cluster));
            return Optional.empty();
        } catch (ArmException refused) {
            return Optional.of(refused.body().message());
        }
    }

    /** Of all pools of the cluster, also those that are being deleted: their addresses are taken until they are gone. */
    static int nodes(Store store, ClusterRecord cluster) {
        return store.pools().listOfCluster(cluster.id()).stream()
                .mapToInt(pool -> pool.desired().count())
                .sum();
    }

    /** Whether the engine has it, and so counts its memory as promised: it is told what it starts with before. */
    private static boolean isMade(MachineRecord machine) {
        return switch (machine.phase()) {
            case STARTED, ADMITTED, READY, QUARANTINED -> true;
            case BOOKED -> machine.given().isPresent();
            case LEAVING, LOST, FAILED -> false;
        };
    }

    private Demand plus(Demand demand, String vmSize, int count) {
        return sizes.find(vmSize)
                .filter(size -> size.here().isPresent())
                .map(size -> demand.plus(count, memoryMib(vmSize)).plusGpus(count * size.gpus()))
                .orElse(demand);
    }

    private long memoryMib(String vmSize) {
        return sizes.find(vmSize).flatMap(Size::here).map(Size.Here::memoryMiB).orElse(0);
    }
}
