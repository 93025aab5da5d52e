package dev.sigillo.machine;

import dev.sigillo.process.ChildUsers;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Which of the home's users belong to which machine. A machine has a place from its record's first writing to the end of
 * its deletion; trials and probes, which have no record, take theirs from a part of their own.
 */
final class Places {
    static final int TRIALS = 35;
    static final int MACHINES = ChildUsers.COUNT / 2 - TRIALS;

    private final ChildUsers users;
    private final RandomGenerator random;

    Places(EngineHome home, RandomGenerator random) {
        this.users = new ChildUsers(home.tag());
        this.random = random;
    }

    MachineUsers users(int place) {
        return new MachineUsers(users.user(2 * place), users.user(2 * place + 1));
    }

    /** Whether it is any machine's of this home, with or without record. */
    boolean contains(long user) {
        return users.contains(user);
    }

    /**
     * A place that none of these has. By chance, so that one that has just become free is not taken at once.
     *
     * @throws MachineException if all are taken
     */
    int free(Collection<MachineRecord> machines) {
        Set<Integer> taken = new HashSet<>();
        machines.forEach(machine -> taken.add(machine.place()));
        if (taken.size() >= MACHINES) {
            throw new MachineException("this home has users for %d machines, and all are taken".formatted(MACHINES));
        }
        int place;
        do {
            place = random.nextInt(MACHINES);
        } while (taken.contains(place));
        return place;
    }
}
