package dev.sigillo.reconcile;

import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineState;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.util.Map;

/**
 * Machines whose row says that they are there and that the host runs no longer, be it after a reboot or a take-down: they
 * leave the phase in which everybody counts them as nodes. Their rows stay until the reconciler has removed them.
 */
public final class LostMachines {

    private LostMachines() {}

    /** @param states what the host runs now */
    public static void mark(Store store, Map<MachineId, MachineState> states) {
        for (MachineRecord machine : store.machines().list()) {
            boolean shouldRun = switch (machine.phase()) {
                case STARTED, ADMITTED, READY -> true;
                case BOOKED, LEAVING, LOST, QUARANTINED, FAILED -> false;
            };
            if (shouldRun && states.get(new MachineId(machine.machineId())) != MachineState.RUNNING) {
                store.machines().lose(machine.machineId(), machine.phase());
            }
        }
    }
}
