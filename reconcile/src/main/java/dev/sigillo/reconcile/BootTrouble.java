package dev.sigillo.reconcile;

import dev.sigillo.store.MachineRecord;

/**
 * What its console or the clock says went wrong with a machine before it was Ready.
 *
 * @param accident a new machine may fare better: nobody refused this one, it just ended or hangs
 */
record BootTrouble(MachineRecord.Failure failure, boolean accident) {}
