package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/**
 * Enrolment of a machine without a vTPM: once by its token, afterwards by its present certificate. The server binds the
 * token to the first key that it is shown with, so that a lost reply may be asked for again; the key is therefore kept
 * until a reply has come.
 */
final class TokenRound implements Agent.Round {

    private final Enrolment enrolment;
    private final ConfigDrive drive;
    private final SSLSocketFactory anonymous;
    private final NodeServices services;
    private Optional<Joined> present;

    /** @param before what the machine held before the agent was restarted */
    TokenRound(
            Enrolment enrolment,
            ConfigDrive drive,
            SSLSocketFactory anonymous,
            NodeServices services,
            Optional<Joined> before) {
        this.enrolment = enrolment;
        this.drive = drive;
        this.anonymous = anonymous;
        this.services = services;
        this.present = before;
    }

    @Override
    public Joined enrol(NodeKey key)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException {
        Joined joined = present.isPresent() ? byCertificate(present.get(), key) : byToken(key);
        present = Optional.of(joined);
        return joined;
    }

    private Joined byToken(NodeKey fresh)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException {
        String token = drive.token()
                .flatMap(JoinToken::value)
                .orElseThrow(() -> new IllegalStateException("the token was used, but no certificate is there"));
        NodeKey key = services.tokenKey(fresh);
        try (HttpsClient client = enrolment.client(anonymous)) {
            return enrolment.present(client, token, key);
        }
    }

    private Joined byCertificate(Joined before, NodeKey key)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException {
        SSLSocketFactory asNode = Tls.trusting(drive.caCertificate(), Enrolment.identityOf(before));
        try (HttpsClient client = enrolment.client(asNode)) {
            return enrolment.renew(client, before, key);
        }
    }
}
