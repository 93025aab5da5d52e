package dev.sigillo.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One request of a random walk, and what may rightly come of it at any moment.
 *
 * @param number its place in the walk; the resources that it puts carry it as the tag {@code n}
 * @param target below the subscription, with its query
 * @param machines the list from which {@code body} gets one machine's name in place of {@link #MACHINE}, if it needs one
 * @param right the statuses that are right for it, in whatever state the resources are
 * @param writes what it changes if it is accepted
 * @param waits whether its sender waits for the end of the operation before it goes on
 * @param pause after it
 */
record RandomRequest(
        int number,
        String method,
        String target,
        Map<String, String> headers,
        String body,
        Optional<String> machines,
        Set<Integer> right,
        List<Write> writes,
        boolean waits,
        Duration pause) {
    static final String MACHINE = "@MACHINE@";

    /** What a change does to a resource. */
    enum Kind {
        /** It is there afterwards, with the request's tag. */
        PUT,
        /** It goes, with all that is in it. */
        DELETE,
        /** It may be asked for another number of machines. */
        RESIZE,
        STOP,
        START
    }

    /**
     * @param resource {@code GROUP}, {@code GROUP/CLUSTER} or {@code GROUP/CLUSTER/POOL}
     * @param count machines of a pool; -1 where there is none
     */
    record Write(String resource, Kind kind, int count) {
        static Write of(String resource, Kind kind) {
            return new Write(resource, kind, -1);
        }
    }

    /** The same with these headers. */
    RandomRequest with(Map<String, String> more) {
        return new RandomRequest(number, method, target, more, body, machines, right, writes, waits, pause);
    }

    /** The same about one of the machines in that list. */
    RandomRequest ofOne(String list) {
        return new RandomRequest(number, method, target, headers, body, Optional.of(list), right, writes, waits, pause);
    }

    @Override
    public String toString() {
        return "#%d %s %s %s %s".formatted(number, method, target, headers, body);
    }
}
