package dev.sigillo.enrolment;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One answer of a machine is judged at a time, in the order in which they came: an older passing one can never overrule
 * a newer refusal. Machines share a fixed number of locks; two of one lock only wait for each other.
 */
final class Turns {
    private static final int LOCKS = 256;

    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    Turns() {
        for (int at = 0; at < LOCKS; at++) {
            locks[at] = new ReentrantLock(true);
        }
    }

    /** What is done in a turn. */
    interface Work<T> {
        T run() throws EnrolmentRefused;
    }

    <T> T take(String machineId, Work<T> work) throws EnrolmentRefused {
        ReentrantLock lock = locks[Math.floorMod(machineId.hashCode(), LOCKS)];
        try {
            if (!lock.tryLock(Timing.TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw EnrolmentRefused.notReady("an earlier answer of this machine is still being judged");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EnrolmentRefused.notReady("the server is stopping");
        }
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }
}
