package dev.sigillo.reconcile;

import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.Store;
import java.util.Optional;

/** For which operation the keys of a cluster were last made anew: said after it was done, so that a crash has it done again. */
final class KeyRotation {

    private KeyRotation() {}

    static boolean isDone(Store store, String clusterId, String operation) {
        return store.settings().find(key(clusterId)).equals(Optional.of(operation));
    }

    /** Whether the cluster's machines are those that are to go: a pool that has them all has settled nothing. */
    static boolean isPending(Store tx, String clusterId) {
        return tx.operations().openOfResource(clusterId).stream()
                .filter(open -> open.kind() == OperationKind.ROTATE_CERTIFICATES)
                .anyMatch(open -> !isDone(tx, clusterId, open.id()));
    }

    /** From here on the pools wait for new machines, whatever was seen of them before. */
    static void done(Store store, String clusterId, String operation) {
        store.useTransaction(tx -> {
            tx.settings().put(key(clusterId), operation);
            tx.pools().listOfCluster(clusterId).stream()
                    .filter(pool -> !pool.deleting())
                    .forEach(pool -> tx.pools().setState(clusterId, pool.name(), ProvisioningState.UPDATING));
        });
    }

    private static String key(String clusterId) {
        return "keys-made-for " + clusterId;
    }
}
