package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Enrolment by the vTPM: each round is a new challenge, a new quote and a new key. */
final class AttestedRound implements Agent.Round {

    private final Enrolment enrolment;
    private final SSLSocketFactory tls;
    private final Vtpm vtpm;
    private @Nullable HttpsClient connected;

    /** @param connected serves the first round */
    AttestedRound(Enrolment enrolment, SSLSocketFactory tls, Vtpm vtpm, HttpsClient connected) {
        this.enrolment = enrolment;
        this.tls = tls;
        this.vtpm = vtpm;
        this.connected = connected;
    }

    @Override
    public Joined enrol(NodeKey key)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException, InterruptedException {
        HttpsClient first = connected;
        connected = null;
        try (HttpsClient client = first != null ? first : enrolment.client(tls)) {
            return enrolment.attest(client, vtpm, key);
        }
    }
}
