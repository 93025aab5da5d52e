package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.DesiredPool;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.stream.Stream;

/** A cluster keeps one pool of mode System at least: what serves the cluster itself has to have a place. */
final class SystemPools {
    private SystemPools() {}

    /** The pools of a cluster that stay: one that is being deleted is nobody's place. */
    static Stream<DesiredPool> staying(Store tx, String cluster) {
        return tx.pools().listOfCluster(cluster).stream()
                .filter(pool -> !pool.deleting())
                .map(PoolRecord::desired);
    }

    /**
     * @param leaving a system pool that is to be none any more
     * @param after the pools that stay, as they are to be; it may be among them
     * @param orElse another way out, as the sentence goes on
     * @throws dev.sigillo.arm.ArmException LAST_SYSTEM_POOL when none of the others is one
     */
    static void requireOther(String leaving, Stream<DesiredPool> after, String orElse) {
        boolean other = after.anyMatch(pool -> !pool.name().equals(leaving) && pool.isSystem());
        if (!other) {
            throw ArmError.LAST_SYSTEM_POOL.at(
                    leaving,
                    "There has to be at least one system agent pool. '%s' is the last one: add another of mode System first%s.",
                    leaving,
                    orElse);
        }
    }
}
