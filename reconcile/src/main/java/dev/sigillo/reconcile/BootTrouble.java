package dev.sigillo.reconcile;

import dev.sigillo.store.MachineRecord;
import java.util.Optional;

/**
 * What its console or the clock says went wrong with a machine before it was Ready.
 *
 * @param accident a new machine may fare better: nobody refused this one, it just ended or hangs
 * @param refused what Secure Boot would not start, as a person calls it; empty if that is not the trouble
 */
record BootTrouble(MachineRecord.Failure failure, boolean accident, Optional<String> refused) {

    /** Secure Boot has no part in it. */
    BootTrouble(MachineRecord.Failure failure, boolean accident) {
        this(failure, accident, Optional.empty());
    }
}
