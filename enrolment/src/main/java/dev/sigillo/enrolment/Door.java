package dev.sigillo.enrolment;

import dev.sigillo.attest.AkJudge;
import dev.sigillo.attest.Check;
import dev.sigillo.attest.EkJudge;
import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Judge;
import dev.sigillo.attest.Remembered;
import dev.sigillo.attest.Subject;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.machine.BootMode;
import dev.sigillo.store.EnrolledKeyRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import dev.sigillo.tpm.Credential;
import dev.sigillo.tpm.CredentialBlob;
import dev.sigillo.tpm.TpmPublic;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The door that nodes come in by. A machine with a vTPM proves what it booted; one without shows the token of its config
 * drive, and the host bears witness for what it can. Only then does Sigillo have a certificate signed.
 *
 * <p>Guarantees, for a machine with a vTPM: the EK certificate chains to the fleet CA and names this machine; the AK is
 * restricted and lives in the same TPM; the quote is over a nonce of this session and the very key that the certificate
 * is for; every PCR of the quote is explained by the log, and the log equals the reference of the image and machine
 * shape; the host's own evidence agrees. Whatever fails is stored as a verdict before the node hears of it.
 */
public final class Door {
    private static final int NONCE_BYTES = 32;
    private static final List<Integer> PCRS = IntStream.range(0, 16).boxed().toList();
    private static final int MAX_LOG = 1 << 20;

    private final Store store;
    private final ClusterAccess clusters;
    private final List<X509Certificate> fleetCas;
    private final Admission admission;
    private final Sessions sessions;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** @param fleetCas the authorities whose EK certificates count */
    public Door(Store store, ClusterAccess clusters, List<X509Certificate> fleetCas, Clock clock) {
        this.store = store;
        this.clusters = clusters;
        this.fleetCas = List.copyOf(fleetCas);
        this.admission = new Admission(store, clusters, clock);
        this.sessions = new Sessions(clock);
        this.clock = clock;
    }

    /**
     * First step with a vTPM: takes its keys, gives what only that TPM can answer.
     *
     * @param remoteAddress where the request came from; the tap's filter holds a machine to its own
     */
    public ObjectNode challenge(String clusterId, String remoteAddress, ObjectNode body) throws EnrolmentRefused {
        Fields fields = new Fields(body);
        MachineRecord machine = machine(clusterId, remoteAddress, fields, true);
        Bytes certificate = fields.bytes("ekCertificate", 8192);
        Bytes ekPublic = fields.bytes("ekPublic", 1024);
        Bytes akPublic = fields.bytes("akPublic", 1024);
        List<Finding> others = new ArrayList<>();
        try {
            TpmPublic ek = TpmPublic.parse(ekPublic);
            TpmPublic ak = TpmPublic.parse(akPublic);
            others.addAll(EkJudge.judge(List.of(certificate), fleetCas, machine.machineId(), ek, clock.instant()));
            others.addAll(AkJudge.judge(ak));
            others.add(oneNode(machine, ekPublic, ak));
            if (others.stream().anyMatch(finding -> !(finding instanceof Finding.Held))) {
                throw refuse(machine, new Verdict(machine.machineId(), clock.instant(), others), Optional.empty());
            }
            Bytes secret = random(NONCE_BYTES);
            Bytes nonce = random(NONCE_BYTES);
            CredentialBlob credential = Credential.make(ek, ak.name(), secret, random);
            store.nonces().issue(machine.machineId(), nonce.hex(), Sessions.LIFE);
            Session session = sessions.open(
                    machine.machineId(),
                    clusterId,
                    Optional.of(new Session.Challenge(certificate, ekPublic, ak, secret, nonce, others)),
                    Optional.empty());
            return Replies.challenge(session.id(), credential, nonce, PCRS, machine);
        } catch (MalformedException e) {
            throw EnrolmentRefused.malformed("a key of the TPM does not parse: " + e.getMessage());
        }
    }

    /** First step without a vTPM: the token of the config drive, good once. */
    public ObjectNode token(String clusterId, String remoteAddress, ObjectNode body) throws EnrolmentRefused {
        Fields fields = new Fields(body);
        MachineRecord machine = machine(clusterId, remoteAddress, fields, false);
        String token = fields.text("token", 256);
        if (!store.joinTokens().matches(machine.machineId(), token)) {
            throw tokenRefused();
        }
        Session session = sessions.open(machine.machineId(), clusterId, Optional.empty(), Optional.of(token));
        return Replies.session(session.id(), machine);
    }

    /** Second step of both: evidence where there is a vTPM, the certificate requests, and the way in. */
    public ObjectNode evidence(String clusterId, String remoteAddress, ObjectNode body) throws EnrolmentRefused {
        Fields fields = new Fields(body);
        Session session = sessions.take(fields.text("session", 64), clusterId);
        MachineRecord machine = known(clusterId, remoteAddress, session.machine());
        Admission.Requests requests = Admission.Requests.of(fields, fields.bytes("kubeletKey", 1024), machine);
        BootMode boot = new BootMode(machine.secureBoot(), machine.vtpm());
        if (session.challenge().isEmpty()) {
            ObjectNode reply = admission.admit(machine, requests, hostVerdict(machine, boot));
            // Used only now: a server that dies before it could answer leaves the machine a way in.
            if (session.token().isEmpty()
                    || !store.joinTokens()
                            .consume(machine.machineId(), session.token().get())) {
                throw tokenRefused();
            }
            return reply;
        }
        Session.Challenge challenge = session.challenge().get();
        if (!store.nonces().consume(machine.machineId(), challenge.nonce().hex())) {
            throw EnrolmentRefused.outOfTurn("the nonce was used before or expired; ask for a new challenge");
        }
        Evidence evidence = new Evidence(
                fields.bytes("quote", 4096),
                fields.bytes("signature", 1024),
                fields.pcrs("pcrs"),
                fields.bytes("eventLog", MAX_LOG),
                fields.bytes("imaList", MAX_LOG));
        List<Finding> others = new ArrayList<>(challenge.others());
        others.add(activation(fields, challenge));
        others.add(HostWitness.judge(clusters.look(machine.machineId()), boot, Optional.of(challenge.ekCertificate())));
        Subject subject = new Subject(
                machine.machineId(), challenge.ak(), challenge.nonce(), requests.kubeletKey(), remembered(machine));
        Verdict verdict = Judge.judge(evidence, subject, clusters.reference(machine, boot), clock.instant())
                .with(others);
        if (!verdict.passing()) {
            throw refuse(machine, verdict, Optional.of(evidence));
        }
        ObjectNode reply = admission.admit(machine, requests, verdict, evidence);
        remember(machine, challenge, evidence);
        return reply;
    }

    /**
     * Renewal without a vTPM, over mutual TLS with the present certificate.
     *
     * @param certificateName the common name of the client certificate, checked by TLS against the cluster's CA
     */
    public ObjectNode renew(String clusterId, String remoteAddress, String certificateName, ObjectNode body)
            throws EnrolmentRefused {
        MachineRecord machine = store.machines().listOfCluster(clusterId).stream()
                .filter(row -> ("system:node:" + row.nodeName()).equals(certificateName))
                .findFirst()
                .orElseThrow(() -> new EnrolmentRefused(403, "UnknownNode", "no node of that name is a member"));
        known(clusterId, remoteAddress, machine.machineId());
        if (machine.vtpm()) {
            throw EnrolmentRefused.outOfTurn("a machine with a vTPM renews by a fresh quote");
        }
        Fields fields = new Fields(body);
        Admission.Requests requests = Admission.Requests.of(fields, fields.bytes("kubeletKey", 1024), machine);
        return admission.admit(machine, requests, hostVerdict(machine, new BootMode(machine.secureBoot(), false)));
    }

    private MachineRecord machine(String clusterId, String remoteAddress, Fields fields, boolean vtpm)
            throws EnrolmentRefused {
        MachineRecord machine = known(clusterId, remoteAddress, fields.text("machine", 64));
        if (machine.vtpm() != vtpm) {
            throw EnrolmentRefused.outOfTurn(
                    vtpm
                            ? "this machine has no vTPM and joins by token"
                            : "this machine has a vTPM and joins by a quote");
        }
        return machine;
    }

    private MachineRecord known(String clusterId, String remoteAddress, String id) throws EnrolmentRefused {
        MachineRecord machine = store.machines()
                .find(id)
                .filter(row ->
                        row.clusterId().equals(clusterId) && row.address().equals(remoteAddress))
                .orElseThrow(() -> new EnrolmentRefused(
                        404, "UnknownMachine", "no machine of that id has the address " + remoteAddress));
        if (machine.failure().isPresent()) {
            throw new EnrolmentRefused(
                    403,
                    "MachineRefused",
                    "this machine was refused: " + machine.failure().get());
        }
        return machine;
    }

    private static EnrolmentRefused tokenRefused() {
        return new EnrolmentRefused(
                403, "TokenRefused", "the join token is not this machine's, was used before, or expired");
    }

    private Finding activation(Fields fields, Session.Challenge challenge) throws EnrolmentRefused {
        return fields.bytes("secret", 64).equalsConstantTime(challenge.secret())
                ? Finding.held(Check.ACTIVATION)
                : Finding.broken(Check.ACTIVATION, "the secret of the challenge", "another value", "secret");
    }

    private Finding oneNode(MachineRecord machine, Bytes ekPublic, TpmPublic ak) {
        Optional<EnrolledKeyRecord> before = store.enrolledKeys().find(machine.machineId());
        if (before.isPresent()
                && !(before.get().ekPublic().equals(ekPublic.base64())
                        && before.get().akName().equals(ak.name().hex()))) {
            return Finding.broken(
                    Check.ONE_NODE,
                    "the keys of its first enrolment",
                    "other keys",
                    "AK " + ak.name().hex());
        }
        return Finding.held(Check.ONE_NODE);
    }

    private Verdict hostVerdict(MachineRecord machine, BootMode boot) throws EnrolmentRefused {
        Verdict verdict = new Verdict(
                machine.machineId(),
                clock.instant(),
                List.of(HostWitness.judge(clusters.look(machine.machineId()), boot, Optional.empty())));
        if (!verdict.passing()) {
            throw refuse(machine, verdict, Optional.empty());
        }
        return verdict;
    }

    private Optional<Remembered> remembered(MachineRecord machine) {
        return store.enrolledKeys()
                .find(machine.machineId())
                .flatMap(EnrolledKeyRecord::lastClock)
                .map(RememberedText::parse);
    }

    private void remember(MachineRecord machine, Session.Challenge challenge, Evidence evidence) {
        try {
            Remembered now = Remembered.of(evidence);
            store.useTransaction(tx -> {
                tx.enrolledKeys()
                        .enrol(
                                machine.machineId(),
                                challenge.ekPublic().base64(),
                                challenge.ak().encoded().base64(),
                                challenge.ak().name().hex());
                tx.enrolledKeys()
                        .quoted(machine.machineId(), now.qualifiedSigner().hex(), RememberedText.of(now));
            });
        } catch (MalformedException e) {
            throw new IllegalStateException("a passing verdict over a quote that does not parse", e);
        }
    }

    private EnrolmentRefused refuse(MachineRecord machine, Verdict verdict, Optional<Evidence> evidence) {
        admission.store(machine, verdict, evidence);
        Finding worst = verdict.worst().orElseThrow();
        String why = "attestation of node " + machine.nodeName() + " failed: " + worst.sentence();
        clusters.refused(machine, why);
        return new EnrolmentRefused(403, "AttestationFailed", why, verdict.failures());
    }

    private Bytes random(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }
}
