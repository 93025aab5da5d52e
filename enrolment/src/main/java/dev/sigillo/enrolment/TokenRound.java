package dev.sigillo.enrolment;

import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The steps of a machine without a vTPM: join by the token of its config drive, renew by its certificate. */
final class TokenRound {
    private final Store store;
    private final ClusterAccess clusters;
    private final Admission admission;
    private final Verdicts verdicts;
    private final Refusals refusals;
    private final Sessions sessions;
    private final Clock clock;

    TokenRound(
            Store store,
            ClusterAccess clusters,
            Admission admission,
            Verdicts verdicts,
            Refusals refusals,
            Sessions sessions,
            Clock clock) {
        this.store = store;
        this.clusters = clusters;
        this.admission = admission;
        this.verdicts = verdicts;
        this.refusals = refusals;
        this.sessions = sessions;
        this.clock = clock;
    }

    ObjectNode open(MachineRecord machine, Fields fields) throws EnrolmentRefused {
        String token = fields.text("token", 256);
        if (!store.joinTokens().matches(machine.machineId(), token)) {
            throw refusedToken();
        }
        clusters.requireReady(machine);
        Session.ByToken session = sessions.open(
                (id, expires) -> new Session.ByToken(id, machine.machineId(), machine.clusterId(), expires, token));
        return Replies.session(session.id(), machine);
    }

    ObjectNode join(MachineRecord machine, Session.ByToken session, Fields fields) throws EnrolmentRefused {
        Bytes kubeletKey = fields.bytes("kubeletKey", 1024);
        Bytes request = request(machine, kubeletKey, fields);
        requireWitness(machine);
        String key = Digest.of(HashAlgorithm.SHA256, kubeletKey).hex();
        if (!store.joinTokens().spend(machine.machineId(), session.token(), key)) {
            throw refusedToken();
        }
        return admission.admit(machine, request);
    }

    ObjectNode renew(MachineRecord machine, Fields fields) throws EnrolmentRefused {
        Bytes request = request(machine, fields.bytes("kubeletKey", 1024), fields);
        requireWitness(machine);
        ObjectNode reply = admission.admit(machine, request);
        store.joinTokens().drop(machine.machineId());
        return reply;
    }

    private static Bytes request(MachineRecord machine, Bytes kubeletKey, Fields fields) throws EnrolmentRefused {
        Bytes request = fields.bytes("clientCsr", 4096);
        Finding finding = RequestCheck.judge(request, kubeletKey, machine.nodeName());
        if (!(finding instanceof Finding.Held)) {
            throw new EnrolmentRefused(403, "RequestRefused", finding.sentence(), List.of(finding));
        }
        return request;
    }

    /** Nothing can be quoted here: the host's word is the whole verdict. */
    private void requireWitness(MachineRecord machine) throws EnrolmentRefused {
        Verdict verdict = new Verdict(
                machine.machineId(),
                clock.instant(),
                List.of(HostWitness.judge(machine, clusters.look(machine.machineId()), Optional.empty())));
        if (!verdict.passing()) {
            throw refusals.refuse(machine, verdict, Optional.empty());
        }
        verdicts.keep(machine, verdict, Optional.empty());
    }

    private static EnrolmentRefused refusedToken() {
        return new EnrolmentRefused(
                403, "TokenRefused", "the join token is not this machine's, was used by another key, or expired");
    }
}
