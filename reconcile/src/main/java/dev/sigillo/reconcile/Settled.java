package dev.sigillo.reconcile;

import dev.sigillo.store.MachineRecord;

/** How an operation ends. */
sealed interface Settled {

    /** As asked for. */
    record Succeeded() implements Settled {}

    /** Not as asked for; the words name the component at fault where there is one. */
    record Failed(MachineRecord.Failure failure) implements Settled {}
}
