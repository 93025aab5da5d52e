package dev.sigillo.machine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Machines without a record that this process has running for a moment: a sweep leaves them alone. */
final class Trials {
    private final Set<MachineId> running = ConcurrentHashMap.newKeySet();

    void begin(MachineId id) {
        running.add(id);
    }

    void end(MachineId id) {
        running.remove(id);
    }

    boolean contains(MachineId id) {
        return running.contains(id);
    }
}
