package dev.sigillo.testkit;

import java.io.IOException;

/** A program that was just started listens a moment after its socket's file is there. */
public final class Listening {
    private static final int TRIES = 500;
    private static final long PAUSE = 20;

    private Listening() {}

    /** What reaches the program. */
    @FunctionalInterface
    public interface Opening<T> {
        T open() throws IOException;
    }

    /**
     * Tries for some ten seconds, while the program lives.
     *
     * @throws IOException what the last try said
     */
    public static <T> T reach(Process program, Opening<T> opening) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return opening.open();
            } catch (IOException notYet) {
                if (tries == TRIES || !program.isAlive()) {
                    throw notYet;
                }
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
