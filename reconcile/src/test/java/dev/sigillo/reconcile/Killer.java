package dev.sigillo.reconcile;

/**
 * {@code kill -9} of a server inside a test: from some call of the outside world on, none of the server's threads gets any
 * further. What the world had been told to do before stays done.
 */
final class Killer {
    private int left = Integer.MAX_VALUE;
    private boolean dead;

    /** The end of a server's thread. An error, so that nothing in the server takes it for trouble to handle. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** After so many more calls of the world. */
    synchronized void arm(int calls) {
        left = calls;
    }

    synchronized boolean dead() {
        return dead;
    }

    synchronized void kill() {
        dead = true;
    }

    /** Before and after each thing that the server does to the world. */
    synchronized void point() {
        if (dead || --left <= 0) {
            dead = true;
            throw new Killed();
        }
    }
}
