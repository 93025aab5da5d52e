package dev.sigillo.server;

import dev.sigillo.arm.Size;
import dev.sigillo.arm.Sizes;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Adds up what pools take of the host. What is being deleted still counts, as it still holds its memory. */
final class Demands {
    private final Sizes sizes;
    private final Capacity capacity;

    Demands(Sizes sizes, Capacity capacity) {
        this.sizes = sizes;
        this.capacity = capacity;
    }

    Demand now(Store store) {
        Demand demand = Demand.NONE;
        for (ClusterRecord cluster : store.clusters().list()) {
            demand = demand.plusCluster();
            for (PoolRecord pool : store.pools().listOfCluster(cluster.id())) {
                demand = plus(demand, pool.desired().vmSize(), pool.desired().count());
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

    /** @throws dev.sigillo.arm.ArmException NO_HOST_CAPACITY */
    void require(Demand before, Demand after) {
        boolean more = after.memoryMib() > before.memoryMib()
                || after.machines() > before.machines()
                || after.clusters() > before.clusters();
        if (more) {
            capacity.require(before, after);
        }
    }

    private Demand plus(Demand demand, String vmSize, int count) {
        Optional<Size.Here> here = sizes.find(vmSize).flatMap(Size::here);
        return here.map(each -> demand.plus(count, each.cpus(), each.memoryMiB()))
                .orElse(demand);
    }
}
