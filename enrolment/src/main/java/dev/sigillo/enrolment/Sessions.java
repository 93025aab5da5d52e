package dev.sigillo.enrolment;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * Open sessions, in memory: a few a machine, each answered once, each short-lived. After a restart of the server an agent
 * starts again with a new challenge; that no nonce is accepted twice is the store's promise, not this one's.
 */
final class Sessions {
    /** Who opens more pushes out the oldest: a flood of challenges costs a node one more try, and no memory. */
    static final int PER_MACHINE = 4;

    private final Clock clock;
    private final List<Session> open = new ArrayList<>();

    Sessions(Clock clock) {
        this.clock = clock;
    }

    /** @param make from the session's id and end */
    synchronized <S extends Session> S open(BiFunction<String, Instant, S> make) {
        Instant now = clock.instant();
        S session = make.apply(UUID.randomUUID().toString(), now.plus(Timing.SESSION));
        open.removeIf(old -> now.isAfter(old.expires()));
        List<Session> same = open.stream()
                .filter(other -> other.machine().equals(session.machine()))
                .toList();
        same.stream().limit(Math.max(0, same.size() - PER_MACHINE + 1)).forEach(open::remove);
        open.add(session);
        return session;
    }

    /** The session, still to be answered. */
    synchronized Session find(String id, String clusterId) throws EnrolmentRefused {
        Session found = open.stream()
                .filter(session ->
                        session.id().equals(id) && session.clusterId().equals(clusterId))
                .findFirst()
                .orElseThrow(() -> EnrolmentRefused.outOfTurn("no such session; ask for a new challenge"));
        if (clock.instant().isAfter(found.expires())) {
            throw EnrolmentRefused.outOfTurn(
                    "the session expired after " + Timing.SESSION.toSeconds() + " seconds; ask for a new challenge");
        }
        return found;
    }

    /**
     * It is being answered, for the only time; the machine's older sessions go with it, so that no older answer comes
     * after a newer one.
     */
    synchronized void take(Session session) throws EnrolmentRefused {
        int at = open.indexOf(session);
        if (at < 0) {
            throw EnrolmentRefused.outOfTurn("this session was answered before; ask for a new challenge");
        }
        open.subList(0, at).removeIf(older -> older.machine().equals(session.machine()));
        open.remove(session);
    }
}
