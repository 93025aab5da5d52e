package dev.sigillo.agent;

import java.io.IOException;
import java.util.List;

/** Short-lived programs of the node's image. No secret goes into a command line. */
interface Programs {

    /**
     * Runs a program to its end.
     *
     * @param input what it reads on stdin
     * @throws IOException if it cannot start, takes over two minutes, or exits with another code than 0; the message
     *     holds its last words
     */
    void run(String input, List<String> command) throws IOException;
}
