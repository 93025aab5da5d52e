package dev.sigillo.enrolment;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One answer of a machine is judged at a time, in the order in which they came: an older passing one can never overrule
 * a newer refusal.
 */
final class Turns {
    /** A machine's lock, and how many hold it or wait for it. */
    private record Turn(ReentrantLock lock, int users) {}

    private final ConcurrentHashMap<String, Turn> turns = new ConcurrentHashMap<>();

    /** What is done in a turn. */
    interface Work<T> {
        T run() throws EnrolmentRefused;
    }

    <T> T take(String machineId, Work<T> work) throws EnrolmentRefused {
        ReentrantLock lock = enter(machineId);
        try {
            if (!lock.tryLock(Timing.TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw EnrolmentRefused.notReady("an earlier answer of this machine is still being judged");
            }
            try {
                return work.run();
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EnrolmentRefused.notReady("the server is stopping");
        } finally {
            leave(machineId);
        }
    }

    private ReentrantLock enter(String machineId) {
        return turns.merge(
                        machineId,
                        new Turn(new ReentrantLock(true), 1),
                        (present, first) -> new Turn(present.lock(), present.users() + 1))
                .lock();
    }

    private void leave(String machineId) {
        turns.computeIfPresent(
                machineId,
                (id, present) -> Optional.of(new Turn(present.lock(), present.users() - 1))
                        .filter(left -> left.users() > 0)
                        .orElse(null));
    }
}
