package dev.sigillo.enrolment;

import dev.sigillo.attest.Evidence;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import dev.sigillo.tpm.Attest;

/**
 * The end of a quarantine without a new machine, where the pool allows it: a boot that passes, and is a later one than the
 * boot that was refused. What was refused in a boot stays refused in it, whatever it measures next.
 */
final class Recovery {
    private final Store store;

    Recovery(Store store) {
        this.store = store;
    }

    /**
     * The machine as it is from now on; the same if it was in no quarantine.
     *
     * @param evidence that passed
     * @throws EnrolmentRefused 403 if it is of the boot that was refused
     */
    MachineRecord recovered(MachineRecord machine, Evidence evidence) throws EnrolmentRefused {
        if (machine.phase() != Phase.QUARANTINED) {
            return machine;
        }
        boolean later = store.verdicts()
                .latest(machine.machineId())
                .filter(refused -> !refused.passing())
                .flatMap(refused -> Verdicts.evidence(store, refused))
                .filter(refused -> resets(evidence) > resets(refused))
                .isPresent();
        if (!later || !store.machines().recover(machine.machineId())) {
            throw new EnrolmentRefused(
                    403,
                    "MachineRefused",
                    "this boot was refused; a later one may pass: reboot the node, or have it replaced");
        }
        return store.machines().find(machine.machineId()).orElse(machine);
    }

    private static long resets(Evidence evidence) {
        try {
            return Attest.parse(evidence.attest()).clockInfo().resetCount();
        } catch (MalformedException e) {
            return Long.MAX_VALUE; // no boot is known to be later
        }
    }
}
