package dev.sigillo.enrolment;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.EkJudge;
import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.machine.MachineView;
import dev.sigillo.store.EnrolledKeyRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import dev.sigillo.tpm.TpmPublic;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * A machine that has enrolled proves itself again, in one step: a quote by the AK that it enrolled with its EK, over the
 * nonce of the last reply and the kubelet's key. No activation is needed, since that AK was shown to live in that EK's TPM
 * and to be restricted, once and for as long as it exists. Whatever this step cannot do, the whole challenge can: then the
 * node is told that it is out of turn.
 *
 * <p>Guarantees of a passing verdict: as of {@link Door}; without a certificate request, the key is that of the node's
 * present certificate.
 */
final class AttestRound {
    private final Store store;
    private final ClusterAccess clusters;
    private final Supplier<List<X509Certificate>> fleetCas;
    private final Admission admission;
    private final Memory memory;
    private final Judging judging;
    private final Nonces nonces;
    private final Clock clock;

    AttestRound(
            Store store,
            ClusterAccess clusters,
            Supplier<List<X509Certificate>> fleetCas,
            Admission admission,
            Judging judging,
            Nonces nonces,
            Clock clock) {
        this.store = store;
        this.clusters = clusters;
        this.fleetCas = fleetCas;
        this.admission = admission;
        this.memory = new Memory(store);
        this.judging = judging;
        this.nonces = nonces;
        this.clock = clock;
    }

    ObjectNode attest(MachineRecord machine, Fields fields) throws EnrolmentRefused {
        EnrolledKeyRecord enrolled = store.enrolledKeys()
                .find(machine.machineId())
                .filter(_ -> machine.admittedAt().isPresent())
                .orElseThrow(() -> EnrolmentRefused.outOfTurn("this machine has not enrolled; ask for a challenge"));
        Bytes nonce = fields.bytes("nonce", 2 * Nonces.SIZE);
        Bytes key = fields.bytes("kubeletKey", 1024);
        Optional<Bytes> request =
                fields.has("clientCsr") ? Optional.of(fields.bytes("clientCsr", 4096)) : Optional.empty();
        if (request.isEmpty() && !enrolled.kubeletKey().equals(Optional.of(digest(key)))) {
            throw EnrolmentRefused.outOfTurn("the key is not that of the last certificate; ask for a challenge");
        }
        Evidence evidence = judging.read(fields);
        nonces.consume(machine, nonce);
        TpmPublic ak = key(enrolled.akPublic());
        List<Finding> others = others(machine, enrolled, ak);
        others.add(
                request.isPresent()
                        ? RequestCheck.judge(request.get(), key, machine.nodeName())
                        : Finding.held(Check.CSR_KEY));
        Verdict verdict = judging.judge(machine, ak, nonce, key, evidence, others);
        judging.conclude(machine, verdict, evidence, () -> memory.quoted(machine, evidence));
        ObjectNode reply = request.isPresent()
                ? admission.admit(machine, request.get(), key, true)
                : admission.trust(machine, verdict.passing());
        nonces.next(reply, machine);
        return reply;
    }

    /** What does not rest on this quote: the EK as the host made it, under a fleet CA of now, and the host's own word. */
    private List<Finding> others(MachineRecord machine, EnrolledKeyRecord enrolled, TpmPublic ak)
            throws EnrolmentRefused {
        Optional<MachineView> view = clusters.look(machine.machineId());
        Bytes certificate = view.flatMap(MachineView::ekCertificate)
                .map(AttestRound::der)
                .orElseThrow(() -> EnrolmentRefused.notReady("the host does not see this machine run at this moment"));
        TpmPublic ek = key(enrolled.ekPublic());
        List<Finding> others = new ArrayList<>(
                EkJudge.judge(List.of(certificate), fleetCas.get(), machine.machineId(), ek, clock.instant()));
        others.add(memory.oneNode(machine, ek, ak));
        others.add(Finding.held(Check.ACTIVATION));
        others.add(
                HostWitness.judge(machine, view, Optional.of(new HostWitness.Claimed(certificate, Optional.empty()))));
        return others;
    }

    private static TpmPublic key(String base64) {
        try {
            return TpmPublic.parse(Bytes.fromBase64(base64));
        } catch (MalformedException e) {
            throw new IllegalStateException("an enrolled key does not parse", e);
        }
    }

    static String digest(Bytes key) {
        return Digest.of(HashAlgorithm.SHA256, key).hex();
    }

    private static Bytes der(X509Certificate certificate) {
        try {
            return Bytes.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }
}
