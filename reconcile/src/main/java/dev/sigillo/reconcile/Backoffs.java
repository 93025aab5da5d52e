package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmError;
import dev.sigillo.reconcile.Observed.SeenMachine;
import dev.sigillo.store.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pools whose machines failed, or that the host has no room for, do not grow for a while: 5 minutes after the first failure,
 * twice as long after each further one, half an hour at most, until a machine comes up.
 */
final class Backoffs {
    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private record Pause(Duration length, Instant began) {
        Instant end() {
            return began.plus(length);
        }
    }

    private final Map<String, Pause> pauses = new HashMap<>();
    /** By machine: when it was first seen to have failed. */
    private final Map<String, Instant> failed = new HashMap<>();

    /** Whether the machine did not come up; one whose evidence was refused stays to be looked at by people. */
    static boolean mayBeTriedAgain(SeenMachine machine) {
        return machine.phase() == Phase.FAILED
                && machine.failure()
                        .filter(why -> !why.code().equals(ArmError.ATTESTATION_FAILED.code()))
                        .isPresent();
    }

    void look(List<SeenMachine> machines, Instant now) {
        Set<String> again = new HashSet<>();
        Set<String> well = new HashSet<>();
        for (SeenMachine machine : machines) {
            if (machine.phase() == Phase.FAILED && failed.putIfAbsent(machine.id(), now) == null) {
                again.add(machine.pool());
            }
            Pause pause = pauses.get(machine.pool());
            if (pause != null
                    && machine.phase() == Phase.READY
                    && machine.bookedAt().isAfter(pause.began())) {
                well.add(machine.pool());
            }
        }
        failed.keySet().retainAll(machines.stream().map(SeenMachine::id).toList());
        well.forEach(pauses::remove);
        again.forEach(pool -> pause(pool, now));
    }

    /** Begins a pause, longer than the last one if that did not help. */
    void pause(String pool, Instant now) {
        Pause last = pauses.get(pool);
        Duration length = last == null ? FIRST : last.length().multipliedBy(2);
        pauses.put(pool, new Pause(length.compareTo(LONGEST) > 0 ? LONGEST : length, now));
    }

    boolean pausing(String pool, Instant now) {
        Pause pause = pauses.get(pool);
        return pause != null && pause.end().isAfter(now);
    }

    boolean failedWithin(Duration time, Instant now) {
        return failed.values().stream().anyMatch(when -> when.plus(time).isAfter(now));
    }
}
