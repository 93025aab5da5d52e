package dev.sigillo.enrolment;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Open sessions, in memory: at most one a machine, each answered once, each short-lived. After a restart of the server
 * an agent starts again with a new challenge; that no nonce is accepted twice is the store's promise, not this one's.
 */
final class Sessions {
    static final Duration LIFE = Duration.ofMinutes(3);

    private final Clock clock;
    private final Map<String, Session> byMachine = new HashMap<>();

    Sessions(Clock clock) {
        this.clock = clock;
    }

    synchronized Session open(
            String machine, String clusterId, Optional<Session.Challenge> challenge, Optional<String> token) {
        Session session = new Session(
                UUID.randomUUID().toString(),
                machine,
                clusterId,
                clock.instant().plus(LIFE),
                challenge,
                token);
        byMachine.put(machine, session);
        return session;
    }

    /** Takes the session out: whatever the answer is worth, it was the only one. */
    synchronized Session take(String id, String clusterId) throws EnrolmentRefused {
        Session found = byMachine.values().stream()
                .filter(session ->
                        session.id().equals(id) && session.clusterId().equals(clusterId))
                .findFirst()
                .orElseThrow(() -> EnrolmentRefused.outOfTurn("no such session; ask for a new challenge"));
        byMachine.remove(found.machine());
        if (clock.instant().isAfter(found.expires())) {
            throw EnrolmentRefused.outOfTurn(
                    "the session expired after " + LIFE.toSeconds() + " seconds; ask for a new challenge");
        }
        return found;
    }
}
