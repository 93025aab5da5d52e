package dev.sigillo.reconcile;

import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import java.nio.file.Path;
import java.util.Optional;

/** What is kept of the last failed machine of a pool, for as long as the pool is there. */
final class Remains {

    private Remains() {}

    static Path folder(Host host, ClusterRecord cluster, String pool) {
        return host.remains().resolve(cluster.shortId()).resolve(pool);
    }

    /** The end of the kept console, safe to print; empty when nothing is kept. */
    static String console(Host host, MachineRecord machine, int maxBytes) {
        return host.store()
                .clusters()
                .byId(machine.clusterId())
                .map(cluster -> host.engine().consoleOfRemains(folder(host, cluster, machine.pool()), maxBytes))
                .orElse("");
    }

    /** @param pool the pool that is gone, or empty when the whole cluster is: its short name will be used again */
    static void drop(Host host, ClusterRecord cluster, Optional<String> pool) {
        if (pool.isEmpty()) {
            host.engine().dropRemains(host.remains().resolve(cluster.shortId()));
            return;
        }
        host.engine().dropRemains(folder(host, cluster, pool.get()));
        host.engine().dropRemains(folder(host, cluster, DrillSteps.folderName(pool.get())));
    }
}
