package dev.sigillo.enrolment;

import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * The door that nodes come in by. A machine with a vTPM proves what it booted; one without shows the token of its config
 * drive, and the host bears witness for what it can. Only then does Sigillo have a certificate signed.
 *
 * <p>Guarantees, for a machine with a vTPM: the EK certificate chains to the fleet CA and names this machine; the AK is
 * restricted and lives in the same TPM; the quote is over a nonce of this session and the very key that the certificate
 * is for; every PCR of the quote is explained by the log, and the log equals the reference of the image and machine
 * shape that it was started under; the config drive it read is the one it was given; the host's own evidence agrees.
 * Whatever fails is stored as a verdict before the node hears of it. What Sigillo itself does not know at the moment is
 * never held against a machine: it is told to come again.
 */
public final class Door {
    private final Rows rows;
    private final ClusterAccess clusters;
    private final Store store;
    private final Sessions sessions;
    private final QuoteRound quotes;
    private final AttestRound again;
    private final TokenRound tokens;
    private final DrillRelay relay;
    private final Turns turns = new Turns();

    /** @param fleetCas the authorities whose EK certificates count, asked at each challenge */
    public Door(Store store, ClusterAccess clusters, Supplier<List<X509Certificate>> fleetCas, Clock clock) {
        this(store, clusters, fleetCas, clock, VerdictWatch.NONE);
    }

    /**
     * @param fleetCas the authorities whose EK certificates count, asked at each challenge
     * @param watch hears of every verdict
     */
    public Door(
            Store store,
            ClusterAccess clusters,
            Supplier<List<X509Certificate>> fleetCas,
            Clock clock,
            VerdictWatch watch) {
        Terms terms = new Terms(store);
        Verdicts verdicts = new Verdicts(store, clock, watch);
        Refusals refusals = new Refusals(store, clusters, verdicts, terms);
        Admission admission = new Admission(store, clusters, terms, clock);
        Nonces nonces = new Nonces(store, terms);
        this.relay = new DrillRelay(terms, new SentLogs(store));
        this.rows = new Rows(store, terms);
        this.clusters = clusters;
        this.store = store;
        this.sessions = new Sessions(clock);
        Judging judging = new Judging(store, verdicts, refusals, clock);
        this.quotes = new QuoteRound(store, clusters, fleetCas, admission, judging, refusals, sessions, nonces, clock);
        this.again = new AttestRound(store, clusters, fleetCas, admission, judging, nonces, clock);
        this.tokens = new TokenRound(store, clusters, admission, verdicts, refusals, sessions, clock);
    }

    /**
     * First step with a vTPM.
     *
     * @param remoteAddress where the request came from; the tap's filter holds a machine to its own
     */
    public ObjectNode challenge(String clusterId, String remoteAddress, ObjectNode body) throws EnrolmentRefused {
        Fields fields = new Fields(body);
        String id = rows.require(clusterId, remoteAddress, fields.text("machine", 64), true)
                .machineId();
        return turns.take(id, () -> {
            MachineRecord machine = rows.require(clusterId, remoteAddress, id, true);
            return quotes.challenge(machine, relay.arrives(machine, body));
        });
    }

    /** First step without a vTPM: the token of the config drive. */
    public ObjectNode token(String clusterId, String remoteAddress, ObjectNode body) throws EnrolmentRefused {
        Fields fields = new Fields(body);
        return tokens.open(rows.require(clusterId, remoteAddress, fields.text("machine", 64), false), fields);
    }

    /** Second step of both: evidence where there is a vTPM, the certificate request, and the way in. */
    public ObjectNode evidence(String clusterId, String remoteAddress, ObjectNode body) throws EnrolmentRefused {
        Fields fields = new Fields(body);
        Session session = sessions.find(fields.text("session", 64), clusterId);
        // Before the session is spent: a node that comes too early may come again with the same answer.
        clusters.requireReady(rows.require(clusterId, remoteAddress, session.machine()));
        return turns.take(session.machine(), () -> {
            sessions.take(session);
            // Read again: it may have been refused while this answer waited for its turn.
            MachineRecord machine = rows.require(clusterId, remoteAddress, session.machine());
            return switch (session) {
                case Session.Challenge challenge -> quotes.evidence(machine, challenge, relay.arrives(machine, body));
                case Session.ByToken byToken -> tokens.join(machine, byToken, fields);
            };
        });
    }

    /**
     * The only step of a machine with a vTPM that has enrolled: between two certificates, or for the next one. Refused as
     * out of turn whenever the whole challenge is needed.
     */
    public ObjectNode attest(String clusterId, String remoteAddress, ObjectNode body) throws EnrolmentRefused {
        Fields fields = new Fields(body);
        String id = rows.require(clusterId, remoteAddress, fields.text("machine", 64), true)
                .machineId();
        clusters.requireReady(rows.require(clusterId, remoteAddress, id));
        return turns.take(id, () -> {
            MachineRecord machine = rows.require(clusterId, remoteAddress, id, true);
            if (machine.failure().isPresent()) {
                throw EnrolmentRefused.outOfTurn("this machine is in quarantine; ask for a challenge after a reboot");
            }
            return again.attest(machine, relay.arrives(machine, body));
        });
    }

    /**
     * Renewal without a vTPM, over mutual TLS with the present certificate.
     *
     * @param certificateName the common name of the client certificate, checked by TLS against the cluster's CA
     */
    public ObjectNode renew(String clusterId, String remoteAddress, String certificateName, ObjectNode body)
            throws EnrolmentRefused {
        Fields fields = new Fields(body);
        String id = store.machines().listOfCluster(clusterId).stream()
                .filter(row -> ("system:node:" + row.nodeName()).equals(certificateName))
                .findFirst()
                .map(MachineRecord::machineId)
                .orElseThrow(() -> new EnrolmentRefused(403, "UnknownNode", "no node of that name is a member"));
        clusters.requireReady(rows.require(clusterId, remoteAddress, id, false));
        return turns.take(id, () -> tokens.renew(rows.require(clusterId, remoteAddress, id, false), fields));
    }
}
