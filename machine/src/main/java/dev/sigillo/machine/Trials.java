package dev.sigillo.machine;

import dev.sigillo.process.Children;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Machines without a record that this process has running for a moment: a sweep leaves them alone. */
final class Trials {
    private final Map<MachineId, Integer> running = new ConcurrentHashMap<>();
    private final Places places;
    private final Children children;

    Trials(Places places, Children children) {
        this.places = places;
        this.children = children;
    }

    /** The users of the trial; what a crash left of an earlier trial in their place is ended first. */
    synchronized MachineUsers begin(MachineId id) {
        for (int place = Places.MACHINES; place < Places.MACHINES + Places.TRIALS; place++) {
            if (!running.containsValue(place)) {
                running.put(id, place);
                MachineUsers users = places.users(place);
                children.killAllOf(user -> user == users.qemu() || user == users.tpm());
                return users;
            }
        }
        throw new MachineException("%d trials of firmware run already".formatted(Places.TRIALS));
    }

    void end(MachineId id) {
        running.remove(id);
    }

    boolean contains(MachineId id) {
        return running.containsKey(id);
    }

    Optional<MachineUsers> users(MachineId id) {
        return Optional.ofNullable(running.get(id)).map(places::users);
    }

    /** Whether it is a trial's that runs now. */
    boolean owns(long user) {
        return running.values().stream()
                .map(places::users)
                .anyMatch(users -> users.qemu() == user || users.tpm() == user);
    }
}
