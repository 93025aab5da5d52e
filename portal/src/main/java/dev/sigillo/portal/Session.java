package dev.sigillo.portal;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Somebody who has signed in with one browser: his token, which never leaves the server, and what he began here. */
final class Session {
    private static final int MOST_OPERATIONS = 20;

    private final String token;
    private final Person person;
    private final Instant until;
    private final String csrf = Secret.fresh();
    private final Deque<Begun> operations = new ArrayDeque<>();

    Session(String token, Person person, Instant until) {
        this.token = token;
        this.person = person;
        this.until = until;
    }

    /** @param id of his principal */
    record Person(String id, String name) {}

    /**
     * An operation that was accepted.
     *
     * @param what in words
     * @param path of its status in the API
     * @param page of what it changes
     */
    record Begun(String what, String path, String page, Instant at) {}

    String token() {
        return token;
    }

    Person person() {
        return person;
    }

    Instant until() {
        return until;
    }

    /** What each form of this session repeats: another site cannot read it. */
    String csrf() {
        return csrf;
    }

    synchronized void began(Begun operation) {
        operations.addFirst(operation);
        if (operations.size() > MOST_OPERATIONS) {
            operations.removeLast();
        }
    }

    /** Newest first. */
    synchronized List<Begun> operations() {
        return List.copyOf(operations);
    }
}
