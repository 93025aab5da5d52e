package dev.sigillo.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Short-lived programs of the node's image. No secret goes into a command line. */
interface Programs {

    /** For a program that has little to do; an emulated guest is slow. */
    Duration SHORT = Duration.ofSeconds(60);

    /**
     * Runs a program to its end.
     *
     * @param patience after this long it is killed
     * @param input what it reads on stdin
     * @return the beginning of what it wrote to stdout and stderr
     * @throws IOException if it cannot start, takes too long, or exits with another code than 0; the message holds what
     *     it said
     */
    String run(Duration patience, String input, List<String> command) throws IOException;

    /** With the patience for a program that has little to do. */
    default String run(String input, List<String> command) throws IOException {
        return run(SHORT, input, command);
    }
}
