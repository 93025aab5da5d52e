package dev.sigillo.reconcile;

import dev.sigillo.store.MachineRecord;
import java.util.Optional;

/**
 * What its console or the clock says went wrong with a machine before it was Ready.
 *
 * @param accident a new machine may fare better: nobody refused this one, it just ended or hangs
 */
record BootTrouble(MachineRecord.Failure failure, boolean accident) {

    /** What Secure Boot refused to start, in a person's word; empty if that is not the trouble. */
    static Optional<String> refused(MachineRecord.Failure failure) {
        if (!failure.message().contains(BootWatch.REFUSED)) {
            return Optional.empty();
        }
        // GRUB asks shim about the kernel alone; before that the firmware speaks.
        return Optional.of(BootWatch.KERNEL.matcher(failure.message()).find() ? "kernel" : "boot image");
    }
}
