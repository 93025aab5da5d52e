package dev.sigillo.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sigillo.attest.Evidence;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.store.AlertCause;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.AlertSeverity;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.VerdictRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("A machine with a real vTPM that has enrolled attests itself again and again")
class AttestTest extends AtTheDoor {
    private static final String NONE = "{}";

    private MachineRecord row() {
        return scene.row(node.row.machineId());
    }

    private String refusal(ThrowingCallable attempt) {
        EnrolmentRefused refused = catchThrowableOfType(EnrolmentRefused.class, attempt);
        assertThat(refused).as("a refusal").isNotNull();
        return refused.code();
    }

    private List<AlertRecord> alerts() {
        return scene.store.alerts().listOfMachine(node.row.machineId(), Long.MAX_VALUE, 100);
    }

    @Test
    @DisplayName(
            "the reply says when and with which nonce; the verdict holds three intervals and half of one more, and no certificate is made")
    void attests() throws Exception {
        ObjectNode reply = node.begins();
        assertThat(reply.path("attestation").path("afterSeconds").asInt()).isEqualTo(60);
        assertThat(reply.path("node").path("renewAfterSeconds").asInt()).isEqualTo(240);
        assertThat(row().trustUntil()).contains(scene.now().plusSeconds(210));
        for (int round = 0; round < 3; round++) {
            scene.passes(Duration.ofSeconds(60));
            reply = node.attest(node.again(reply));
            assertThat(reply.has("node")).isFalse();
            assertThat(row().trustUntil()).contains(scene.now().plusSeconds(210));
        }
        assertThat(scene.cluster.issued).hasSize(1);
        assertThat(scene.store.verdicts().list(node.row.machineId())).hasSize(4).allMatch(VerdictRecord::passing);
        assertThat(scene.store
                        .verdicts()
                        .latest(node.row.machineId())
                        .orElseThrow()
                        .json())
                .contains("csr.key", "host.witness", "pcr.15", "ak.activation", "ek.certificate", "ak.one-node");
    }

    @Test
    @DisplayName(
            "the interval is the cluster's, read anew at each reply; a verdict counts for at least 30 s more than three")
    void interval() throws Exception {
        scene.tags("{\"Sigillo-Attestation-Interval\":\"10\"}", NONE);
        ObjectNode reply = node.begins();
        assertThat(reply.path("attestation").path("afterSeconds").asInt()).isEqualTo(10);
        assertThat(row().trustUntil()).contains(scene.now().plusSeconds(60));
        scene.tags("{\"sigillo-attestation-interval\":\"3600\"}", NONE);
        reply = node.attest(node.again(reply));
        assertThat(reply.path("attestation").path("afterSeconds").asInt()).isEqualTo(3600);
        assertThat(row().trustUntil()).contains(scene.now().plusSeconds(3 * 3600 + 1800));
    }

    @Test
    @DisplayName("an agent of an older node image, which does not attest, comes for a certificate as often")
    void olderAgent() throws Exception {
        ObjectNode reply = node.enrol();
        assertThat(reply.has("attestation")).isFalse();
        assertThat(reply.path("node").path("renewAfterSeconds").asInt()).isEqualTo(60);
        scene.tags("{\"sigillo-attestation-interval\":\"3600\"}", NONE);
        assertThat(node.enrol().path("node").path("renewAfterSeconds").asInt()).isEqualTo(240);
    }

    @Test
    @DisplayName("a round with a request renews the certificate, and the next one is held to its key")
    void renews() throws Exception {
        ObjectNode reply = node.attest(node.renewing(node.begins()));
        assertThat(reply.path("node").path("certificate").asString()).isEqualTo("PEM of " + node.row.nodeName());
        assertThat(scene.cluster.issued).hasSize(2);
        ObjectNode another = node.again(reply);
        another.put(
                "kubeletKey",
                Bytes.of(KeyPairs.ecP256().getPublic().getEncoded()).base64());
        assertThat(refusal(() -> node.attest(another))).isEqualTo("OutOfTurn");
        ObjectNode forAnother = node.again(reply)
                .put("clientCsr", Node.request(KeyPairs.ecP256(), "CN=system:node:" + node.row.nodeName()));
        assertThat(refusal(() -> node.attest(forAnother))).isEqualTo("AttestationFailed");
    }

    @Test
    @DisplayName(
            "a nonce counts once, for its machine, until the verdict is long over, also across a restart of the server")
    void nonces() throws Exception {
        ObjectNode first = node.begins();
        scene.restartServer();
        ObjectNode body = node.again(first);
        ObjectNode second = node.attest(body);
        assertThat(refusal(() -> node.attest(body))).isEqualTo("OutOfTurn");
        try (Node other = scene.trusted()) {
            ObjectNode theirs = other.begins();
            ObjectNode stolen = node.again(theirs);
            assertThat(refusal(() -> node.attest(stolen))).isEqualTo("OutOfTurn");
            other.attest(other.again(theirs));
        }
        scene.passes(Duration.ofSeconds(210 + 180 + 1)); // as long as the verdict counts, and a session more
        ObjectNode late = node.again(second);
        assertThat(refusal(() -> node.attest(late))).isEqualTo("OutOfTurn");
        assertThat(row().failure()).isEmpty();
        node.attest(node.again(node.begins()));
    }

    @Test
    @DisplayName("logs that are not known by their digest are asked for whole; what follows a known list is its rest")
    void logs() throws Exception {
        ObjectNode reply = node.begins();
        ObjectNode unknown = node.again(reply).put("eventLogSha256", "0".repeat(64));
        assertThat(refusal(() -> node.attest(unknown))).isEqualTo("OutOfTurn");
        ObjectNode malformed = node.again(reply).put("imaListSha256", "x");
        assertThat(refusal(() -> node.attest(malformed))).isEqualTo("Malformed");
        ObjectNode noList = node.again(reply).put("imaListSha256", Node.digest(node.machine.eventLog()));
        assertThat(refusal(() -> node.attest(noList))).isEqualTo("AttestationFailed");
    }

    @Test
    @DisplayName("a hundred verdicts of a boot keep one event log, and the latest one's evidence is whole")
    void oneLog() throws Exception {
        ObjectNode reply = node.begins();
        for (int round = 0; round < 4; round++) {
            reply = node.attest(node.again(reply));
        }
        List<VerdictRecord> verdicts = scene.store.verdicts().list(node.row.machineId());
        assertThat(verdicts).hasSize(5);
        assertThat(verdicts.stream().map(VerdictRecord::eventLog).distinct()).hasSize(1);
        assertThat(verdicts.stream().map(VerdictRecord::imaList).distinct()).hasSize(1);
        assertThat(verdicts.stream().map(VerdictRecord::evidence).distinct()).hasSize(5);
        for (VerdictRecord verdict : verdicts) {
            assertThat(scene.store
                            .evidence()
                            .find(verdict.evidence().orElseThrow())
                            .orElseThrow()
                            .length)
                    .isLessThan(8192);
        }
        Evidence kept = Verdicts.evidence(scene.store, verdicts.getLast()).orElseThrow();
        assertThat(kept.eventLog()).isEqualTo(node.machine.eventLog());
        assertThat(kept.imaList()).isEqualTo(node.machine.imaList());
        assertThat(kept.pcrs()).hasSize(16);
    }

    @Test
    @DisplayName(
            "what its own vTPM signs and does not hold puts it into quarantine at once, with an alert that names the"
                    + " component")
    void quarantined() throws Exception {
        ObjectNode reply = node.begins();
        node.machine.tpm().pcrExtend(8, Scene.DRIVE);
        ObjectNode body = node.again(reply);
        assertThat(refusal(() -> node.attest(body))).isEqualTo("AttestationFailed");
        assertThat(row().phase()).isEqualTo(Phase.QUARANTINED);
        assertThat(row().withdrawnAt()).contains(scene.now());
        assertThat(scene.store.machines().quarantined(Scene.CLUSTER)).containsExactly(node.row.nodeName());
        assertThat(scene.cluster.refused.get(node.row.machineId())).contains("PCR 8");
        assertThat(alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(AlertKind.ATTESTATION_FAILED);
            assertThat(alert.component()).contains("PCR 8");
            byte[] evidence =
                    scene.store.evidence().find(alert.evidence().orElseThrow()).orElseThrow();
            String kept = new String(evidence, StandardCharsets.UTF_8);
            assertThat(kept).contains(node.machine.eventLog().base64());
        });
        assertThat(refusal(node::challenge)).isEqualTo("MachineRefused");
        assertThat(refusal(() -> node.attest(body))).isEqualTo("MachineRefused");
    }

    @Test
    @DisplayName("a module that is none of the image, and nothing else: a low alert that names it")
    void module() throws Exception {
        ObjectNode reply = node.begins();
        Bytes before = node.machine.imaList();
        node.machine.load("/run/evil.ko", Bytes.zeros(32));
        Bytes now = node.machine.imaList();
        ObjectNode body = node.again(reply)
                .put("imaListSha256", Node.digest(before))
                .put("imaList", now.slice(before.size(), now.size()).base64());
        assertThat(refusal(() -> node.attest(body))).isEqualTo("AttestationFailed");
        assertThat(row().phase()).isEqualTo(Phase.QUARANTINED);
        assertThat(alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(AlertKind.UNSIGNED_MODULE);
            assertThat(alert.severity()).isEqualTo(AlertSeverity.LOW);
            assertThat(alert.component()).isEqualTo("driver evil");
            assertThat(alert.where()).contains("/run/evil.ko");
        });
    }

    @Test
    @DisplayName("rubbish from its address costs it nothing, and people hear of it")
    void rubbish() throws Exception {
        ObjectNode reply = node.begins();
        ObjectNode unsigned = node.again(reply)
                .put(
                        "signature",
                        Bytes.fromHex("0014000b0100" + "00".repeat(256)).base64());
        assertThat(refusal(() -> node.attest(unsigned))).isEqualTo("NotThisMachine");
        assertThat(row().failure()).isEmpty();
        assertThat(row().withdrawnAt()).isEmpty();
        assertThat(alerts()).extracting(AlertRecord::kind).containsExactly(AlertKind.FORGED_EVIDENCE);
        node.begins();
    }

    @Test
    @DisplayName("a key of one TPM that two machines show is an alert of both")
    void sharedKey() throws Exception {
        node.begins();
        try (Node other = scene.trusted()) {
            ObjectNode hello = other.hello();
            hello.set("akPublic", node.hello().get("akPublic"));
            assertThat(refusal(() -> scene.post("challenge", other.row.address(), hello)))
                    .isEqualTo("AttestationFailed");
            assertThat(alerts()).extracting(AlertRecord::kind).containsExactly(AlertKind.CLONE_SUSPECTED);
            assertThat(scene.store.alerts().listOfMachine(other.row.machineId(), Long.MAX_VALUE, 9))
                    .extracting(AlertRecord::kind)
                    .containsExactly(AlertKind.CLONE_SUSPECTED);
        }
        assertThat(row().failure()).isEmpty();
    }

    @Test
    @DisplayName("alert-only: a verdict that fails is told and changes nothing, until one passes")
    void alertOnly() throws Exception {
        scene.tags(NONE, "{\"sigillo-on-untrusted\":\"alert-only\"}");
        ObjectNode reply = node.begins();
        node.machine.tpm().pcrExtend(8, Scene.DRIVE);
        scene.passes(Duration.ofSeconds(60));
        reply = node.attest(node.again(reply));
        node.attest(node.renewing(reply));
        assertThat(row().failure()).isEmpty();
        assertThat(row().phase()).isEqualTo(Phase.ADMITTED);
        assertThat(row().trustUntil()).contains(scene.now().plusSeconds(210));
        assertThat(scene.cluster.refused).isEmpty();
        assertThat(scene.cluster.issued).hasSize(2);
        assertThat(alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.times()).isEqualTo(2);
            assertThat(alert.isOpen()).isTrue();
        });
        node = scene.reboot(node);
        node.begins();
        assertThat(alerts())
                .singleElement()
                .satisfies(alert -> assertThat(alert.isOpen()).isFalse());
    }

    @Test
    @DisplayName("alert-only lets nobody in who does not pass the first time")
    void alertOnlyFirst() throws Exception {
        scene.tags(NONE, "{\"sigillo-on-untrusted\":\"alert-only\"}");
        node.machine.tpm().pcrExtend(8, Scene.DRIVE);
        ObjectNode answer = node.answer(node.challenge());
        assertThat(refusal(() -> node.send(answer))).isEqualTo("AttestationFailed");
        assertThat(row().phase()).isEqualTo(Phase.FAILED);
    }

    @Test
    @DisplayName("recovery by reboot: another boot that passes ends the quarantine, the refused one never does")
    void recovers() throws Exception {
        scene.tags(NONE, "{\"sigillo-recovery\":\"reboot\"}");
        ObjectNode reply = node.begins();
        node.machine.tpm().pcrExtend(8, Scene.DRIVE);
        ObjectNode body = node.again(reply);
        assertThat(refusal(() -> node.attest(body))).isEqualTo("AttestationFailed");
        ObjectNode same = node.answer(node.challenge());
        assertThat(refusal(() -> node.send(same))).isEqualTo("AttestationFailed");
        assertThat(refusal(() -> node.attest(body))).isEqualTo("OutOfTurn");
        node = scene.reboot(node);
        node.begins();
        assertThat(row().phase()).isEqualTo(Phase.ADMITTED);
        assertThat(row().withdrawnAt()).isEmpty();
        assertThat(row().failure()).isEmpty();
        assertThat(scene.cluster.reopened).containsExactly(node.row.machineId());
        assertThat(alerts()).allSatisfy(alert -> assertThat(alert.isOpen()).isFalse());
    }

    @Test
    @DisplayName("without that tag a reboot changes nothing")
    void staysQuarantined() throws Exception {
        ObjectNode reply = node.begins();
        node.machine.tpm().pcrExtend(8, Scene.DRIVE);
        ObjectNode body = node.again(reply);
        assertThat(refusal(() -> node.attest(body))).isEqualTo("AttestationFailed");
        node = scene.reboot(node);
        assertThat(refusal(node::challenge)).isEqualTo("MachineRefused");
    }

    @Test
    @DisplayName("who has rebooted begins with the whole challenge: its log is another's, and so are its counters")
    void rebooted() throws Exception {
        node.begins();
        node = scene.reboot(node);
        ObjectNode reply = node.begins();
        node.attest(node.again(reply));
        assertThat(row().failure()).isEmpty();
    }

    @Test
    @DisplayName("a machine whose verdict ran out gets its trust back with the next one: first its port, then the rest")
    void comesBack() throws Exception {
        ObjectNode reply = node.begins();
        scene.passes(Duration.ofSeconds(211));
        assertThat(scene.store.machines().lapse(node.row.machineId(), scene.now()))
                .isTrue();
        assertThat(scene.store.machines().quarantined(Scene.CLUSTER)).isNotEmpty();
        scene.cluster.admitted.clear();
        node.attest(node.again(reply));
        assertThat(row().withdrawnAt()).isEmpty();
        assertThat(scene.cluster.reopened).containsExactly(node.row.machineId());
        assertThat(scene.cluster.admitted).containsExactly(node.row.machineId());
        assertThat(scene.store.machines().lapse(node.row.machineId(), scene.now()))
                .isFalse();
    }

    /** Its verdict ran out where silent machines are replaced. */
    private void givenUp() {
        scene.passes(Duration.ofSeconds(211));
        MachineRecord.Failure silent = new MachineRecord.Failure("AttestationMissed", "it was silent");
        assertThat(scene.store.machines().lapseForGood(node.row.machineId(), scene.now(), silent))
                .isTrue();
        scene.store.alerts().raise(AlertCause.of(row(), AlertKind.ATTESTATION_MISSED, "attestation", "It was silent."));
    }

    @Test
    @DisplayName("recovery by reboot is for a machine that was refused: of one that fell silent no boot is looked at")
    void silentForGood() throws Exception {
        scene.tags(NONE, "{\"sigillo-recovery\":\"reboot\"}");
        node.begins();
        givenUp();
        node = scene.reboot(node);
        EnrolmentRefused refused = catchThrowableOfType(EnrolmentRefused.class, node::challenge);
        assertThat(refused).isNotNull();
        assertThat(refused.code()).isEqualTo("MachineRefused");
        assertThat(refused).hasMessageContaining("it was silent");
    }

    @Test
    @DisplayName("given up while it was being judged: its passing verdict does not end the alert that says so")
    void givenUpMeanwhile() throws Exception {
        node.begins();
        MachineRecord before = row();
        givenUp();
        new MachineAlerts(scene.store).passed(before, scene.now());
        assertThat(alerts())
                .singleElement()
                .satisfies(alert -> assertThat(alert.isOpen()).isTrue());
    }

    @Test
    @DisplayName("who never enrolled is told to ask for a challenge")
    void first() throws Exception {
        ObjectNode reply = node.challenge();
        ObjectNode body = node.quoted(reply, Node.bytes(reply, "nonce"), node.kubeletKey)
                .put("machine", node.row.machineId())
                .put("nonce", reply.path("nonce").asString());
        assertThat(refusal(() -> node.attest(body))).isEqualTo("OutOfTurn");
    }
}
