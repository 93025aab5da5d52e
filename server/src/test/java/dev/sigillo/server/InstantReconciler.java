package dev.sigillo.server;

import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;

/** Stands in for the reconciler in the tests of the API alone: whatever is wanted is there at once, on paper. */
final class InstantReconciler implements Wake {
    private final Store store;
    private volatile boolean asleep;

    InstantReconciler(Store store) {
        this.store = store;
    }

    /** While asleep, accepted changes stay in progress. */
    void sleep(boolean sleeping) {
        this.asleep = sleeping;
        if (!sleeping) {
            store.clusters().list().forEach(cluster -> cluster(cluster.id()));
        }
    }

    @Override
    public void cluster(String clusterId) {
        if (asleep) {
            return;
        }
        store.useTransaction(tx -> tx.clusters().byId(clusterId).ifPresent(cluster -> settle(tx, cluster)));
    }

    private static void settle(Store tx, ClusterRecord cluster) {
        if (cluster.deleting()) {
            tx.clusters().purge(cluster.id());
            return;
        }
        boolean stopped = cluster.desired().isStopped();
        for (PoolRecord pool : tx.pools().listOfCluster(cluster.id())) {
            if (pool.deleting()) {
                tx.pools().purge(cluster.id(), pool.name());
            } else {
                machines(tx, cluster, pool, stopped ? 0 : pool.desired().count());
                tx.pools().setState(cluster.id(), pool.name(), ProvisioningState.SUCCEEDED);
            }
        }
        tx.clusters().setState(cluster.id(), ProvisioningState.SUCCEEDED);
        tx.operations()
                .openOfCluster(cluster.id())
                .forEach(open -> tx.operations().succeed(open.id()));
    }

    private static void machines(Store tx, ClusterRecord cluster, PoolRecord pool, int count) {
        int have = tx.machines().listOfPool(cluster.id(), pool.name()).size();
        for (int at = have; at < count; at++) {
            int number = tx.machines().listOfCluster(cluster.id()).size() + 4;
            String node = "aks-" + pool.name() + "-" + number;
            tx.machines()
                    .create(MachineRecord.wanted(
                            "m-" + cluster.shortId() + pool.name() + number,
                            cluster.id(),
                            pool.name(),
                            node,
                            "10.224." + cluster.index() + "." + number,
                            "10.244." + number + ".0/24",
                            pool.desired().nodeImageVersion(),
                            pool.desired().secureBoot(),
                            pool.desired().vtpm(),
                            pool.desired().osDiskGib(),
                            1));
            String made = "m-" + cluster.shortId() + pool.name() + number;
            tx.machines().advance(made, Phase.BOOKED, Phase.READY);
        }
        tx.machines().listOfPool(cluster.id(), pool.name()).stream()
                .skip(count)
                .forEach(machine -> tx.machines().remove(machine.machineId()));
    }
}
