package dev.sigillo.reconcile;

import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.Optional;

/** Whether the host has room for a pool that grows by itself, by the measure of requests. */
public interface Room {

    /** Why the pool cannot have so many nodes; empty if it can. */
    Optional<String> refusal(Store tx, ClusterRecord cluster, PoolRecord pool, int count);
}
