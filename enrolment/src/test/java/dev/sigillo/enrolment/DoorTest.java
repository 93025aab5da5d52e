package dev.sigillo.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.HostEvidence;
import dev.sigillo.machine.VarstoreFacts;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.pki.Succession;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("The door, for machines with a real vTPM")
class DoorTest extends AtTheDoor {
    private static EnrolmentRefused refused(ThrowingCallable attempt) {
        EnrolmentRefused refused = catchThrowableOfType(EnrolmentRefused.class, attempt);
        assertThat(refused).as("a refusal").isNotNull();
        return refused;
    }

    /** Refused for good, for this reason, and it is written down before anything else. */
    private void refusedFor(Check check, String component, ThrowingCallable attempt) {
        refusedFor(node, check, component, attempt);
    }

    private void refusedFor(Node who, Check check, String component, ThrowingCallable attempt) {
        EnrolmentRefused refused = refused(attempt);
        assertThat(refused.code()).as(refused.getMessage()).isEqualTo("AttestationFailed");
        Finding worst = refused.findings().getFirst();
        assertThat(worst.check()).as(refused.getMessage()).isEqualTo(check);
        assertThat(worst.component()).isEqualTo(component);
        MachineRecord row = scene.row(who.row.machineId());
        assertThat(row.phase()).isEqualTo(Phase.FAILED);
        assertThat(row.failure().orElseThrow().message()).contains(component);
        assertThat(scene.cluster.refused.get(row.machineId())).contains(component);
        assertThat(scene.cluster.issued).doesNotContain(row.nodeName());
        assertThat(scene.store.verdicts().latest(row.machineId()).orElseThrow().passing())
                .isFalse();
        assertThat(refused(who::challenge).code()).isEqualTo("MachineRefused");
    }

    /** No verdict on the machine: it may come again. */
    private void comeAgain(String code, ThrowingCallable attempt) {
        EnrolmentRefused refused = refused(attempt);
        assertThat(refused.code()).as(refused.getMessage()).isEqualTo(code);
        assertThat(scene.row(node.row.machineId()).failure()).isEmpty();
    }

    @Test
    @DisplayName("an honest machine is admitted: verdict, lease, certificate, labels, and how to join")
    void honest() throws Exception {
        ObjectNode reply = node.enrol();
        assertThat(scene.judged).containsExactly(true);
        assertThat(reply.path("node").path("certificate").asString()).isEqualTo("PEM of " + node.row.nodeName());
        assertThat(reply.path("node").path("renewAfterSeconds").asInt()).isEqualTo(60);
        assertThat(reply.path("node").path("preload").path(0).path("url").asString())
                .isEqualTo("/enrolment/v1/archives/busybox.tar");
        MachineRecord row = scene.row(node.row.machineId());
        assertThat(row.phase()).isEqualTo(Phase.ADMITTED);
        assertThat(row.leaseUntil()).contains(Instant.parse("2026-11-25T12:10:00Z"));
        assertThat(scene.cluster.admitted).containsExactly(row.machineId());
        assertThat(scene.store.verdicts().latest(row.machineId()).orElseThrow().passing())
                .isTrue();
        assertThat(scene.store.verdicts().latest(row.machineId()).orElseThrow().json())
                .contains("csr.key", "host.witness", "pcr.15", "ak.activation", "ek.certificate");
    }

    @Test
    @DisplayName("it renews by a new quote, also across a restart of the server and of its own agent")
    void renews() throws Exception {
        node.enrol();
        scene.passes(Duration.ofMinutes(4));
        node.enrol();
        scene.restartServer();
        scene.passes(Duration.ofMinutes(4));
        node.enrol();
        assertThat(scene.row(node.row.machineId()).leaseUntil()).contains(Instant.parse("2026-11-25T12:18:00Z"));
        assertThat(scene.cluster.issued).hasSize(3);
    }

    @Test
    @DisplayName(
            "over a rotation of the fleet CA a machine of before renews, one that boots comes in, and so does a new one")
    void fleetRotates() throws Exception {
        Succession fleet = Succession.open(folder.resolve("fleet"), "Sigillo fleet CA", InstantSource.system());
        scene.fleetCas = fleet::certificates;
        try (Node member = scene.trusted(Scene.DRIVE, fleet.current());
                Node booting = scene.trusted(Scene.DRIVE, fleet.current())) {
            member.enrol();
            fleet.rotate();
            fleet.destroyFormerKeys();
            scene.passes(Duration.ofMinutes(4));
            member.enrol();
            booting.enrol();
            scene.restartServer();
            scene.passes(Duration.ofMinutes(4));
            member.enrol();
            try (Node fresh = scene.trusted(Scene.DRIVE, fleet.current())) {
                fresh.enrol();
                assertThat(fresh.ekCertificate().getIssuerX500Principal().getName())
                        .isEqualTo("CN=Sigillo fleet CA 2");
            }
        }
    }

    @Test
    @DisplayName(
            "a machine under a fleet CA that was rotated out and dropped is refused, and the finding names that CA")
    void fleetDropped() throws Exception {
        Succession fleet = Succession.open(folder.resolve("fleet"), "Sigillo fleet CA", InstantSource.system());
        scene.fleetCas = fleet::certificates;
        try (Node late = scene.trusted(Scene.DRIVE, fleet.current())) {
            X509Certificate former = fleet.current().certificate();
            fleet.rotate();
            fleet.drop(former);
            EnrolmentRefused refused = refused(late::challenge);
            assertThat(refused.code()).isEqualTo("AttestationFailed");
            Finding worst = refused.findings().getFirst();
            assertThat(worst.check()).isEqualTo(Check.EK_CERTIFICATE);
            assertThat(worst).isInstanceOf(Finding.Broken.class);
            assertThat(((Finding.Broken) worst).where()).startsWith("issuer CN=Sigillo fleet CA, serial ");
        }
    }

    @Test
    @DisplayName("another machine's quote is refused, good as it is")
    void foreignQuote() throws Exception {
        try (Node other = scene.trusted()) {
            ObjectNode challenge = node.challenge();
            ObjectNode mine = node.answer(challenge);
            ObjectNode theirs = other.quoted(challenge, Node.bytes(challenge, "nonce"), node.kubeletKey);
            mine.set("quote", theirs.get("quote"));
            mine.set("signature", theirs.get("signature"));
            mine.set("pcrs", theirs.get("pcrs"));
            refusedFor(Check.QUOTE_SIGNATURE, "quote", () -> node.send(mine));
            assertThat(scene.row(other.row.machineId()).failure()).isEmpty();
        }
    }

    @Test
    @DisplayName("another machine cannot speak for this one, with all of its own keys and quotes")
    void impostor() throws Exception {
        try (Node other = scene.trusted()) {
            ObjectNode hello = other.hello().put("machine", node.row.machineId());
            assertThat(refused(() -> scene.post("challenge", other.row.address(), hello))
                            .code())
                    .isEqualTo("UnknownMachine");
            refusedFor(Check.EK_SUBJECT, "EK certificate", () -> scene.post("challenge", node.row.address(), hello));
        }
    }

    @Test
    @DisplayName("a quote over an old nonce is refused")
    void oldNonce() throws Exception {
        ObjectNode old = node.challenge();
        ObjectNode now = node.challenge();
        ObjectNode late = node.quoted(now, Node.bytes(old, "nonce"), node.kubeletKey);
        ObjectNode answer = node.answer(now);
        answer.set("quote", late.get("quote"));
        answer.set("signature", late.get("signature"));
        refusedFor(Check.QUOTE_NONCE, "quote nonce and kubelet key", () -> node.send(answer));
    }

    @Test
    @DisplayName("an answer counts once: sent again it is out of turn, also after the server restarted")
    void replayed() throws Exception {
        ObjectNode answer = node.answer(node.challenge());
        node.send(answer);
        comeAgain("OutOfTurn", () -> node.send(answer));
        ObjectNode later = node.answer(node.challenge());
        scene.restartServer();
        comeAgain("OutOfTurn", () -> node.send(later));
        assertThat(scene.cluster.issued).hasSize(1);
    }

    @Test
    @DisplayName("an answer after three minutes is out of turn")
    void late() throws Exception {
        ObjectNode answer = node.answer(node.challenge());
        scene.passes(Duration.ofMinutes(3).plusSeconds(1));
        comeAgain("OutOfTurn", () -> node.send(answer));
    }

    @Test
    @DisplayName("an older answer that comes after a newer one is out of turn")
    void overtaken() throws Exception {
        ObjectNode older = node.answer(node.challenge());
        ObjectNode newer = node.answer(node.challenge());
        node.send(newer);
        comeAgain("OutOfTurn", () -> node.send(older));
    }

    @Test
    @DisplayName("a certificate is not given for another key than the quoted one")
    void otherKey() throws Exception {
        ObjectNode answer = node.answer(node.challenge(), node.kubeletKey, KeyPairs.ecP256());
        refusedFor(Check.CSR_KEY, "kubelet key", () -> node.send(answer));
    }

    @Test
    @DisplayName("nor for another key in both request and field: the quote says which")
    void swappedKey() throws Exception {
        ObjectNode answer = node.answer(node.challenge(), node.kubeletKey, node.kubeletKey);
        var other = KeyPairs.ecP256();
        answer.put("kubeletKey", Bytes.of(other.getPublic().getEncoded()).base64());
        answer.put("clientCsr", Node.request(other, "CN=system:node:" + node.row.nodeName() + ",O=system:nodes"));
        refusedFor(Check.QUOTE_NONCE, "quote nonce and kubelet key", () -> node.send(answer));
    }

    @Test
    @DisplayName("nor for another node's name")
    void otherName() throws Exception {
        ObjectNode answer = node.answer(node.challenge())
                .put("clientCsr", Node.request(node.kubeletKey, "CN=system:node:aks-other,O=system:nodes"));
        refusedFor(Check.CSR_KEY, "kubelet key", () -> node.send(answer));
    }

    @Test
    @DisplayName("an EK certificate of another CA is refused, whatever it says")
    void foreignCa() throws Exception {
        try (Node other = scene.trusted(Scene.DRIVE, CertificateAuthority.create("another fleet", Instant.now()))) {
            refusedFor(other, Check.EK_CERTIFICATE, "EK certificate", other::challenge);
        }
    }

    @Test
    @DisplayName("an AK of another TPM cannot answer the challenge")
    void foreignAk() throws Exception {
        try (Node other = scene.trusted()) {
            ObjectNode hello = node.hello();
            hello.set("akPublic", other.hello().get("akPublic"));
            ObjectNode challenge = scene.post("challenge", node.row.address(), hello);
            ObjectNode answer = other.quoted(challenge, Node.bytes(challenge, "nonce"), node.kubeletKey)
                    .put("secret", Bytes.zeros(32).base64())
                    .put(
                            "clientCsr",
                            Node.request(node.kubeletKey, "CN=system:node:" + node.row.nodeName() + ",O=system:nodes"));
            refusedFor(Check.ACTIVATION, "AK", () -> node.send(answer));
        }
    }

    @Test
    @DisplayName("a config drive other than the one it was given is refused by name")
    void otherDrive() throws Exception {
        Digest evil = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("{\"enrolment\":\"https://evil\"}"));
        try (Node other = scene.trusted(evil, scene.fleet)) {
            ObjectNode answer = other.answer(other.challenge());
            refusedFor(other, Check.CONFIG_DRIVE, "config drive", () -> other.send(answer));
        }
    }

    @Test
    @DisplayName("without event log or IMA list the verdict says what is missing")
    void noLogs() throws Exception {
        ObjectNode answer = node.answer(node.challenge()).put("eventLog", "");
        EnrolmentRefused refused = refused(() -> node.send(answer));
        assertThat(refused.getMessage()).contains("event log");
        assertThat(scene.row(node.row.machineId()).phase()).isEqualTo(Phase.FAILED);
    }

    @Test
    @DisplayName("who was refused at a renewal loses its place at once")
    void renewalRefused() throws Exception {
        node.enrol();
        node.machine.tpm().pcrExtend(8, Scene.DRIVE);
        ObjectNode answer = node.answer(node.challenge());
        EnrolmentRefused refused = refused(() -> node.send(answer));
        assertThat(refused.findings().getFirst().component()).contains("PCR 8");
        assertThat(scene.row(node.row.machineId()).phase()).isEqualTo(Phase.QUARANTINED);
        assertThat(scene.cluster.refused).containsKey(node.row.machineId());
    }

    @Test
    @DisplayName(
            "rubbish from the address of an admitted node costs it nothing: keys, secrets and quotes that its TPM did"
                    + " not sign")
    void rubbish() throws Exception {
        node.enrol();
        int verdicts = scene.store.verdicts().list(node.row.machineId()).size();
        try (Node other = scene.trusted()) {
            ObjectNode hello = other.hello().put("machine", node.row.machineId());
            comeAgain("NotThisMachine", () -> scene.post("challenge", node.row.address(), hello));
        }
        ObjectNode wrongSecret =
                node.answer(node.challenge()).put("secret", Bytes.zeros(32).base64());
        comeAgain("NotThisMachine", () -> node.send(wrongSecret));
        ObjectNode challenge = node.challenge();
        ObjectNode unsigned = node.answer(challenge)
                .put(
                        "signature",
                        Bytes.fromHex("0014000b0100" + "00".repeat(256)).base64());
        comeAgain("NotThisMachine", () -> node.send(unsigned));
        assertThat(scene.store.verdicts().list(node.row.machineId())).hasSize(verdicts);
        assertThat(scene.cluster.refused).isEmpty();
        node.enrol();
    }

    @Test
    @DisplayName("a flood of challenges pushes out the oldest, and the node's next try works")
    void flood() throws Exception {
        ObjectNode answer = node.answer(node.challenge());
        for (int i = 0; i < Sessions.PER_MACHINE; i++) {
            node.challenge();
        }
        comeAgain("OutOfTurn", () -> node.send(answer));
        node.enrol();
    }

    @Test
    @DisplayName("while the cluster is not prepared nothing is spent: the same answer is good later")
    void notReady() throws Exception {
        ObjectNode answer = node.answer(node.challenge());
        scene.cluster.ready = false;
        comeAgain("NotReady", () -> node.send(answer));
        comeAgain("NotReady", node::challenge);
        scene.cluster.ready = true;
        node.send(answer);
    }

    @Test
    @DisplayName("a certificate that could not be issued costs nothing but another try")
    void notIssued() throws Exception {
        scene.cluster.issues = false;
        ObjectNode answer = node.answer(node.challenge());
        assertThat(catchThrowableOfType(IllegalStateException.class, () -> node.send(answer)))
                .isNotNull();
        scene.cluster.issues = true;
        node.enrol();
        assertThat(scene.cluster.issued).hasSize(1);
    }

    @Test
    @DisplayName("a Node that cannot be marked as it should be gets no certificate")
    void notMarked() throws Exception {
        scene.cluster.marks = false;
        ObjectNode answer = node.answer(node.challenge());
        assertThat(catchThrowableOfType(IllegalStateException.class, () -> node.send(answer)))
                .isNotNull();
        assertThat(scene.cluster.issued).isEmpty();
    }

    @Test
    @DisplayName("a machine that was given up while it was judged gets nothing")
    void givenUp() throws Exception {
        ObjectNode answer = node.answer(node.challenge());
        scene.store.machines().fail(node.row.machineId(), new MachineRecord.Failure("MachineFailed", "did not boot"));
        assertThat(refused(() -> node.send(answer)).code()).isEqualTo("MachineRefused");
        assertThat(scene.cluster.issued).isEmpty();
    }

    @Test
    @DisplayName("from another address than its own a machine is unknown")
    void otherAddress() throws Exception {
        assertThat(refused(() -> scene.post("challenge", "10.224.1.77", node.hello()))
                        .code())
                .isEqualTo("UnknownMachine");
        ObjectNode answer = node.answer(node.challenge());
        assertThat(refused(() -> scene.post("evidence", "10.224.1.77", answer)).code())
                .isEqualTo("UnknownMachine");
        node.send(answer);
    }

    @Test
    @DisplayName("a machine with a vTPM has no other way in")
    void noToken() {
        ObjectNode token = node.hello().put("token", "t");
        comeAgain("OutOfTurn", () -> scene.post("token", node.row.address(), token));
    }

    private void hostSees(HostEvidence evidence) {
        scene.cluster.sees(
                node.row.machineId(),
                new BootMode(true, true),
                node.row.address(),
                Optional.of(node.ekCertificate()),
                evidence);
    }

    private static HostEvidence evidence(String firmware, boolean pflash, VarstoreFacts varstore, long resets) {
        return new HostEvidence(firmware, pflash, Optional.of(varstore), 1, resets);
    }

    @Test
    @DisplayName("the host's own word counts: firmware, flash, Secure Boot and other variables, resets before the first"
            + " proof")
    void hostWitness() throws Exception {
        VarstoreFacts on = new VarstoreFacts(true, List.of());
        long resets = node.machine.tpm().readClock().resetCount();
        record Case(String component, HostEvidence evidence) {}
        for (Case seen : List.of(
                new Case("firmware", evidence("0".repeat(64), true, on, resets)),
                new Case("firmware", evidence(FakeCluster.FIRMWARE, false, on, resets)),
                new Case(
                        "Secure Boot variable",
                        evidence(FakeCluster.FIRMWARE, true, new VarstoreFacts(false, List.of()), resets)),
                new Case(
                        "UEFI variables",
                        evidence(FakeCluster.FIRMWARE, true, new VarstoreFacts(true, List.of("db differs")), resets)),
                new Case("vTPM resets", evidence(FakeCluster.FIRMWARE, true, on, resets - 1)))) {
            try (Node other = scene.trusted()) {
                scene.cluster.sees(
                        other.row.machineId(),
                        new BootMode(true, true),
                        other.row.address(),
                        Optional.of(other.ekCertificate()),
                        seen.evidence());
                ObjectNode answer = other.answer(other.challenge());
                refusedFor(other, Check.HOST_WITNESS, seen.component(), () -> other.send(answer));
            }
        }
    }

    @Test
    @DisplayName("an EK certificate that the host did not make with this machine is refused")
    void otherCertificate() throws Exception {
        scene.cluster.runs(
                node.row.machineId(),
                new BootMode(true, true),
                node.row.address(),
                Optional.of(scene.ek(
                        scene.fleet, node.row.machineId(), KeyPairs.rsa(2048).getPublic())),
                node.machine.tpm().readClock().resetCount());
        ObjectNode answer = node.answer(node.challenge());
        refusedFor(Check.HOST_WITNESS, "EK certificate", () -> node.send(answer));
    }

    @Test
    @DisplayName("what the host cannot see at the moment is not held against the machine")
    void hostBlind() throws Exception {
        ObjectNode torn = node.answer(node.challenge());
        hostSees(new HostEvidence(FakeCluster.FIRMWARE, true, Optional.empty(), 1, 1));
        comeAgain("NotReady", () -> node.send(torn));
        ObjectNode unseen = node.answer(node.challenge());
        scene.cluster.machines.clear();
        comeAgain("NotReady", () -> node.send(unseen));
    }

    @Test
    @DisplayName("fields that are missing, no Base64, too long or no TPM structure are malformed, and cost nothing")
    void malformed() throws Exception {
        for (String field : List.of("quote", "signature", "pcrs", "secret", "kubeletKey", "clientCsr", "eventLog")) {
            ObjectNode answer = node.answer(node.challenge());
            answer.remove(field);
            comeAgain("Malformed", () -> node.send(answer));
            answer.put(field, "!");
        }
        ObjectNode hello = node.hello().put("ekPublic", "AAAA");
        comeAgain("Malformed", () -> scene.post("challenge", node.row.address(), hello));
        ObjectNode big = node.hello().put("ekCertificate", "A".repeat(20_000));
        comeAgain("Malformed", () -> scene.post("challenge", node.row.address(), big));
        node.enrol();
    }
}
