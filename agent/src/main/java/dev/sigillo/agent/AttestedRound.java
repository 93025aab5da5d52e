package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Enrolment by the vTPM: the first time by the whole challenge, then by the nonce of each last reply, between two
 * certificates with the present key and for the next one with a new key. Whenever the server does not know what such a
 * round rests on, the whole challenge follows at once; an agent that was restarted begins with it.
 */
final class AttestedRound implements Agent.Round {

    private final Enrolment enrolment;
    private final SSLSocketFactory tls;
    private final Vtpm vtpm;
    private final SentLogs logs;
    private final LongSupplier monotonic;
    private @Nullable HttpsClient connected;
    private Optional<Held> held = Optional.empty();

    /**
     * What the machine holds, and how it proves itself next.
     *
     * @param key of the certificate
     * @param since nanoseconds at the reply
     */
    private record Held(Joined joined, NodeKey key, NextRound next, long since) {}

    /** @param connected serves the first round */
    AttestedRound(
            Enrolment enrolment,
            SSLSocketFactory tls,
            Vtpm vtpm,
            SentLogs logs,
            LongSupplier monotonic,
            HttpsClient connected) {
        this.enrolment = enrolment;
        this.tls = tls;
        this.vtpm = vtpm;
        this.logs = logs;
        this.monotonic = monotonic;
        this.connected = connected;
    }

    @Override
    public Joined enrol(NodeKey key)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException, InterruptedException {
        HttpsClient first = connected;
        connected = null;
        try (HttpsClient client = first != null ? first : enrolment.client(tls)) {
            return held.isPresent() ? again(client, key, true) : whole(client, key);
        }
    }

    @Override
    public Optional<Duration> untilNext() {
        return held.map(now -> now.next().after().minusNanos(monotonic.getAsLong() - now.since()));
    }

    @Override
    public Joined attest(NodeKey fresh)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException, InterruptedException {
        try (HttpsClient client = enrolment.client(tls)) {
            return held.isPresent() ? again(client, fresh, false) : whole(client, fresh);
        }
    }

    private Joined whole(HttpsClient client, NodeKey key)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException, InterruptedException {
        return hold(enrolment.attest(client, vtpm, key, logs), key);
    }

    private Joined again(HttpsClient client, NodeKey fresh, boolean renews)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException, InterruptedException {
        Held now = held.orElseThrow();
        NodeKey key = renews ? fresh : now.key();
        try {
            return hold(enrolment.again(client, vtpm, now.next(), now.joined(), key, renews, logs), key);
        } catch (RefusedException refused) {
            if (refused.isBusy()) {
                throw refused; // the same nonce may still be good
            }
            held = Optional.empty();
            if (!refused.knowsTooLittle()) {
                throw refused;
            }
        }
        Console.say("the server asks for the whole challenge");
        try (HttpsClient another = enrolment.client(tls)) {
            return whole(another, fresh);
        }
    }

    private Joined hold(Enrolment.Attested attested, NodeKey key) {
        held = attested.next().map(next -> new Held(attested.joined(), key, next, monotonic.getAsLong()));
        return attested.joined();
    }
}
