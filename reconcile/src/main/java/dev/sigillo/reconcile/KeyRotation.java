package dev.sigillo.reconcile;

import dev.sigillo.store.Store;
import java.util.Optional;

/** For which operation the keys of a cluster were last made anew: said after it was done, so that a crash has it done again. */
final class KeyRotation {

    private KeyRotation() {}

    static boolean isDone(Store store, String clusterId, String operation) {
        return store.settings().find(key(clusterId)).equals(Optional.of(operation));
    }

    static void done(Store store, String clusterId, String operation) {
        store.useTransaction(tx -> tx.settings().put(key(clusterId), operation));
    }

    private static String key(String clusterId) {
        return "keys-made-for " + clusterId;
    }
}
