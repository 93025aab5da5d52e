package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the server's last reply says of the next attestation.
 *
 * @param nonce part of its quote's extraData; good once
 * @param after how long to wait, from the reply
 * @param pcrs registers to be quoted, SHA-256
 */
record NextRound(Bytes nonce, Duration after, List<Integer> pcrs) {

    private static final int LONGEST = 3600;

    /** Empty in the reply of a server that wants no attestation between two certificates. */
    static Optional<NextRound> in(Json.Obj reply) throws MalformedException {
        if (reply.find("attestation").isEmpty()) {
            return Optional.empty();
        }
        Json.Obj next = reply.object("attestation");
        return Optional.of(new NextRound(
                Session.nonce(next), Duration.ofSeconds(next.whole("afterSeconds", 1, LONGEST)), Session.pcrs(next)));
    }
}
