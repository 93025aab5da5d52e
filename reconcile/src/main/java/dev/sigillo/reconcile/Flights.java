package dev.sigillo.reconcile;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Steps under way, each on a thread of its own, at most one a subject: a machine that takes long to make, a node that
 * takes long to drain, a control plane that does not start hold up nothing but themselves.
 */
final class Flights {
    private final Map<String, Action> running = new HashMap<>();
    private final Set<String> landed = new HashSet<>();

    /** Where a step ends. */
    interface Landing {
        void landed(Action action, Optional<RuntimeException> trouble);
    }

    /** A look at the world begins: what it sees of a subject is out of date once a step on that subject lands. */
    synchronized void look() {
        landed.clear();
    }

    /** A step on the same subject is under way, or landed since the look began: its plan is not carried out. */
    synchronized boolean busy(Action action) {
        return running.containsKey(action.subject()) || landed.contains(action.subject());
    }

    /** The step that is under way on a subject. */
    synchronized Optional<Action> on(String subject) {
        return Optional.ofNullable(running.get(subject));
    }

    /** How many steps are under way. */
    synchronized int count() {
        return running.size();
    }

    /** Nothing happens if the subject is {@link #busy}. */
    void launch(Action action, Runnable step, Landing landing) {
        synchronized (this) {
            if (busy(action)) {
                return;
            }
            running.put(action.subject(), action);
        }
        Thread.ofVirtual().name("step " + action.subject()).start(() -> {
            Optional<RuntimeException> trouble = Optional.empty();
            try {
                step.run();
            } catch (RuntimeException e) {
                trouble = Optional.of(e);
            } finally {
                // Counted before the subject is free, so that the next look already knows.
                try {
                    landing.landed(action, trouble);
                } finally {
                    end(action);
                }
            }
        });
    }

    private synchronized void end(Action action) {
        running.remove(action.subject());
        landed.add(action.subject());
        notifyAll();
    }

    /** Waits until nothing is under way, but no longer than this. */
    synchronized void await(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        while (!running.isEmpty()) {
            long rest = (deadline - System.nanoTime()) / 1_000_000;
            if (rest <= 0) {
                return;
            }
            wait(rest);
        }
    }
}
