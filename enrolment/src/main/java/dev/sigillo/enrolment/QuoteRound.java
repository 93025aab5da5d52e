package dev.sigillo.enrolment;

import dev.sigillo.attest.AkJudge;
import dev.sigillo.attest.Check;
import dev.sigillo.attest.EkJudge;
import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.Credential;
import dev.sigillo.tpm.CredentialBlob;
import dev.sigillo.tpm.TpmPublic;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** Both steps of a machine with a vTPM, the first time and at each renewal: challenge, then evidence. */
final class QuoteRound {
    private final ClusterAccess clusters;
    private final Supplier<List<X509Certificate>> fleetCas;
    private final Admission admission;
    private final Memory memory;
    private final Judging judging;
    private final Refusals refusals;
    private final Sessions sessions;
    private final Nonces nonces;
    private final Recovery recovery;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    QuoteRound(
            Store store,
            ClusterAccess clusters,
            Supplier<List<X509Certificate>> fleetCas,
            Admission admission,
            Judging judging,
            Refusals refusals,
            Sessions sessions,
            Nonces nonces,
            Clock clock) {
        this.clusters = clusters;
        this.fleetCas = fleetCas;
        this.admission = admission;
        this.memory = new Memory(store);
        this.judging = judging;
        this.refusals = refusals;
        this.sessions = sessions;
        this.nonces = nonces;
        this.recovery = new Recovery(store);
        this.clock = clock;
    }

    /** Takes the TPM's keys, gives what only that TPM can answer. */
    ObjectNode challenge(MachineRecord machine, Fields fields) throws EnrolmentRefused {
        Bytes certificate = fields.bytes("ekCertificate", 8192);
        Bytes ekPublic = fields.bytes("ekPublic", 1024);
        Bytes akPublic = fields.bytes("akPublic", 1024);
        try {
            TpmPublic ek = TpmPublic.parse(ekPublic);
            TpmPublic ak = TpmPublic.parse(akPublic);
            List<Finding> keys = new ArrayList<>(
                    EkJudge.judge(List.of(certificate), fleetCas.get(), machine.machineId(), ek, clock.instant()));
            keys.addAll(AkJudge.judge(ak));
            keys.add(memory.oneNode(machine, ek, ak));
            if (!keys.stream().allMatch(Finding.Held.class::isInstance)) {
                refusals.sharedKeys(memory.others(machine, ek, ak), machine);
                throw refusals.refuse(
                        machine, new Verdict(machine.machineId(), clock.instant(), keys), Optional.empty());
            }
            clusters.requireReady(machine);
            Bytes secret = nonces.random();
            CredentialBlob credential = Credential.make(ek, ak.name(), secret, random);
            Bytes nonce = nonces.issue(machine, Timing.SESSION);
            Session.Challenge session = sessions.open((id, expires) -> new Session.Challenge(
                    id,
                    machine.machineId(),
                    machine.clusterId(),
                    expires,
                    certificate,
                    ekPublic,
                    ak,
                    secret,
                    nonce,
                    keys));
            return Replies.challenge(session.id(), credential, nonce, Nonces.PCRS, machine);
        } catch (MalformedException e) {
            throw EnrolmentRefused.malformed("a key of the TPM does not parse: " + e.getMessage());
        }
    }

    ObjectNode evidence(MachineRecord machine, Session.Challenge challenge, Fields fields) throws EnrolmentRefused {
        nonces.consume(machine, challenge.nonce());
        Bytes kubeletKey = fields.bytes("kubeletKey", 1024);
        Bytes request = fields.bytes("clientCsr", 4096);
        Evidence evidence = judging.read(fields);
        List<Finding> others = new ArrayList<>(challenge.others());
        others.add(activation(fields.bytes("secret", 64), challenge));
        others.add(RequestCheck.judge(request, kubeletKey, machine.nodeName()));
        others.add(HostWitness.judge(
                machine,
                clusters.look(machine.machineId()),
                Optional.of(new HostWitness.Claimed(challenge.ekCertificate(), firstResets(machine, evidence)))));
        Verdict verdict = judging.judge(machine, challenge.ak(), challenge.nonce(), kubeletKey, evidence, others);
        MachineRecord present = verdict.passing() ? recovery.recovered(machine, evidence) : machine;
        judging.conclude(machine, verdict, evidence, () -> memory.keep(machine, challenge, evidence));
        return admit(present, request, kubeletKey, fields);
    }

    private ObjectNode admit(MachineRecord machine, Bytes request, Bytes key, Fields fields) throws EnrolmentRefused {
        boolean attests = fields.flag("attests");
        ObjectNode reply = admission.admit(machine, request, key, attests);
        if (attests) {
            nonces.next(reply, machine);
        }
        return reply;
    }

    private static Finding activation(Bytes secret, Session.Challenge challenge) {
        return secret.equalsConstantTime(challenge.secret())
                ? Finding.held(Check.ACTIVATION)
                : Finding.broken(Check.ACTIVATION, "the secret of the challenge", "another value", "field secret");
    }

    /** The quote's resetCount, if this machine has not passed before. */
    private Optional<Long> firstResets(MachineRecord machine, Evidence evidence) {
        if (memory.last(machine).isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Attest.parse(evidence.attest()).clockInfo().resetCount());
        } catch (MalformedException judged) {
            return Optional.empty(); // the judge says so
        }
    }
}
