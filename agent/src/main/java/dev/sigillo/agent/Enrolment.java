package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.QuotedPcrs;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/**
 * The client's side of enrolment, in the order of the protocol: challenge, activation, quote, evidence, join data. Every
 * round is complete in itself; nothing of a failed one is used again.
 */
final class Enrolment {

    private static final String ROOT = "/enrolment/v1/";
    private static final int OK = 200;

    /** A whole round: the server judges, then waits for the cluster to sign a certificate. */
    static final Duration ROUND = Duration.ofSeconds(60);

    private final URI server;
    private final String machine;
    private Optional<Instant> serverTime = Optional.empty();

    Enrolment(URI server, String machine) {
        this.server = server;
        this.machine = machine;
    }

    /** Ends by itself when a round should long be over. */
    HttpsClient client(SSLSocketFactory tls) {
        return new HttpsClient(server, tls, ROUND, Optional.of(ROUND));
    }

    /** For archives, whose size nobody knows: only silence ends it. */
    HttpsClient patient(SSLSocketFactory tls) {
        return new HttpsClient(server, tls, ROUND, Optional.empty());
    }

    /** The server's clock at its last reply, if it told. */
    Optional<Instant> serverTime() {
        return serverTime;
    }

    /**
     * A machine with a vTPM that is let in.
     *
     * @param next empty if the server wants no attestation before the next renewal
     */
    record Attested(Joined joined, Optional<NextRound> next) {}

    /** With a vTPM, by the whole challenge: the first time, and whenever the server knows too little for {@link #again}. */
    Attested attest(HttpsClient client, Vtpm vtpm, NodeKey key, SentLogs logs)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException, InterruptedException {
        Json.Obj opened = ask(
                client,
                "challenge",
                Json.Obj.empty()
                        .with("machine", machine)
                        .with("ekCertificate", vtpm.ekCertificate().base64())
                        .with("ekPublic", vtpm.ekPublic().base64())
                        .with("akPublic", vtpm.akPublic().base64()));
        Session session = Session.parse(opened);
        Session.Challenge challenge = Session.Challenge.parse(opened);
        Beside<Json.Obj> requests = Beside.start("requests", () -> requests(session.nodeName(), key));

        Bytes secret = vtpm.activate(challenge.credential());
        Bytes extraData = Digest.sha256(
                        challenge.nonce().toByteArray(), key.spki().toByteArray())
                .value();
        QuotedPcrs quote = vtpm.quote(extraData, challenge.pcrs());
        Json.Obj evidence = logs.whole(quoted(requests.join(), quote))
                .with("session", session.id())
                .with("secret", secret.base64())
                .with("attests", true);
        Json.Obj reply = ask(client, "evidence", evidence);
        Joined joined = joined(reply, session.nodeName(), session.nodeAddress(), key);
        logs.accepted();
        return new Attested(joined, NextRound.in(reply));
    }

    /**
     * With a vTPM that has enrolled in this run, by one step: the nonce of the last reply takes the challenge's place.
     *
     * @param present what the machine holds
     * @param key of its present certificate, or a new one
     * @param renews whether a new certificate is asked for with it
     */
    Attested again(
            HttpsClient client, Vtpm vtpm, NextRound round, Joined present, NodeKey key, boolean renews, SentLogs logs)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException {
        String nodeName = present.data().nodeName();
        Bytes extraData = Digest.sha256(round.nonce().toByteArray(), key.spki().toByteArray())
                .value();
        Json.Obj body = renews
                ? requests(nodeName, key)
                : Json.Obj.empty().with("kubeletKey", key.spki().base64());
        QuotedPcrs quote = vtpm.quote(extraData, round.pcrs());
        Json.Obj reply = ask(
                client,
                "attest",
                logs.known(quoted(body, quote))
                        .with("machine", machine)
                        .with("nonce", round.nonce().base64()));
        Joined joined = renews ? joined(reply, nodeName, present.nodeAddress(), key) : present;
        logs.accepted();
        return new Attested(joined, NextRound.in(reply));
    }

    private static Json.Obj quoted(Json.Obj body, QuotedPcrs quote) {
        Json.Obj pcrs = Json.Obj.empty();
        for (Map.Entry<Integer, Digest> pcr : quote.pcrs().entrySet()) {
            pcrs = pcrs.with(Integer.toString(pcr.getKey()), pcr.getValue().hex());
        }
        return body.with("quote", quote.quoted().attest().base64())
                .with("signature", quote.quoted().signature().base64())
                .with("pcrs", pcrs);
    }

    /** Without a vTPM, the first time. */
    Joined present(HttpsClient client, String token, NodeKey key)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException {
        Session session = Session.parse(
                ask(client, "token", Json.Obj.empty().with("machine", machine).with("token", token)));
        Json.Obj evidence = requests(session.nodeName(), key).with("session", session.id());
        return joined(ask(client, "evidence", evidence), session.nodeName(), session.nodeAddress(), key);
    }

    /** Without a vTPM, later: the client's certificate says who asks. */
    Joined renew(HttpsClient client, Joined before, NodeKey key)
            throws IOException, MalformedException, GeneralSecurityException, RefusedException {
        String nodeName = before.data().nodeName();
        Json.Obj reply = ask(client, "renew", requests(nodeName, key));
        return joined(reply, nodeName, before.nodeAddress(), key);
    }

    private static Json.Obj requests(String nodeName, NodeKey key) throws GeneralSecurityException {
        return Json.Obj.empty()
                .with("kubeletKey", key.spki().base64())
                .with("clientCsr", CertificateRequest.client(key, nodeName).base64());
    }

    private static Joined joined(Json.Obj reply, String nodeName, String nodeAddress, NodeKey key)
            throws MalformedException {
        JoinData data = JoinData.parse(reply.object("node"));
        if (!data.nodeName().equals(nodeName)) {
            throw new MalformedException(
                    "node.nodeName", 0, "is " + data.nodeName() + ", but the session was for " + nodeName);
        }
        return new Joined(data, nodeAddress, key.privateKeyPem());
    }

    private Json.Obj ask(HttpsClient client, String step, Json.Obj body)
            throws IOException, MalformedException, RefusedException {
        HttpsClient.Reply reply = client.post(ROOT + step, body);
        serverTime = client.serverTime();
        if (reply.status() != OK) {
            throw RefusedException.from(reply);
        }
        return JsonReader.readObject(reply.body().toByteArray());
    }

    /** Presents the node's present certificate. */
    static Optional<ClientIdentity> identityOf(Joined joined) throws GeneralSecurityException {
        return Optional.of(ClientIdentity.fromPem(joined.data().certificate(), joined.privateKeyPem()));
    }
}
