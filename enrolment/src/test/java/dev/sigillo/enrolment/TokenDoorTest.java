package dev.sigillo.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.HostEvidence;
import dev.sigillo.machine.VarstoreFacts;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.store.Phase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("The door, for machines without a vTPM")
class TokenDoorTest {
    @TempDir
    private Path folder;

    private Scene scene;
    private TokenNode node;

    @BeforeEach
    void boots() {
        scene = new Scene(folder);
        node = scene.ordinary();
    }

    @AfterEach
    void ends() {
        scene.close();
    }

    private static String refused(ThrowingCallable attempt) {
        EnrolmentRefused refused = catchThrowableOfType(EnrolmentRefused.class, attempt);
        assertThat(refused).as("a refusal").isNotNull();
        return refused.code();
    }

    @Test
    @DisplayName("the token lets its machine in, once and for one key")
    void joins() throws Exception {
        node.join();
        assertThat(scene.row(node.row().machineId()).phase()).isEqualTo(Phase.ADMITTED);
        assertThat(refused(() -> node.join(KeyPairs.ecP256()))).isEqualTo("TokenRefused");
        assertThat(scene.cluster.issued).hasSize(1);
    }

    @Test
    @DisplayName("a machine whose answer was lost on the way asks again with the same key, also after a restart of the"
            + " server")
    void answerLost() throws Exception {
        node.join();
        scene.restartServer();
        node.join();
        assertThat(scene.cluster.issued).hasSize(2);
    }

    @Test
    @DisplayName("the token is good for ten minutes")
    void expires() {
        scene.passes(Duration.ofMinutes(10));
        assertThat(refused(node::join)).isEqualTo("TokenRefused");
    }

    @Test
    @DisplayName("the token is good for no other machine, and from no other address")
    void bound() {
        TokenNode other = scene.ordinary();
        TokenNode thief = new TokenNode(scene, other.row(), node.token(), other.key());
        assertThat(refused(thief::join)).isEqualTo("TokenRefused");
        ObjectNode stolen = dev.sigillo.arm.Json.newObject()
                .put("machine", node.row().machineId())
                .put("token", node.token());
        assertThat(refused(() -> scene.post("token", other.row().address(), stolen)))
                .isEqualTo("UnknownMachine");
    }

    @Test
    @DisplayName("it renews by its certificate; then the token is void")
    void renews() throws Exception {
        node.join();
        scene.passes(Duration.ofMinutes(4));
        node.renew();
        assertThat(scene.cluster.issued).hasSize(2);
        assertThat(refused(node::join)).isEqualTo("TokenRefused");
    }

    @Test
    @DisplayName("nobody renews for a node whose name no machine of this cluster has, or from another address")
    void foreignName() throws Exception {
        node.join();
        TokenNode other = scene.ordinary();
        ObjectNode request = node.request(KeyPairs.ecP256());
        assertThat(refused(() -> scene.renew(node.row().address(), "system:node:nobody", request)))
                .isEqualTo("UnknownNode");
        assertThat(refused(() -> scene.renew(node.row().address(), "", request)))
                .isEqualTo("UnknownNode");
        assertThat(refused(() -> scene.renew(
                        other.row().address(), "system:node:" + node.row().nodeName(), request)))
                .isEqualTo("UnknownMachine");
    }

    @Test
    @DisplayName("a machine with a vTPM does not renew without a quote")
    void noRenewalWithVtpm() throws Exception {
        try (Node trusted = scene.trusted()) {
            ObjectNode request = node.request(KeyPairs.ecP256());
            assertThat(refused(
                            () -> scene.renew(trusted.row.address(), "system:node:" + trusted.row.nodeName(), request)))
                    .isEqualTo("OutOfTurn");
        }
    }

    @Test
    @DisplayName("where nothing can be quoted the host's word is the verdict, at joining and at renewal")
    void hostWitness() throws Exception {
        node.join();
        scene.cluster.sees(
                node.row().machineId(),
                new BootMode(true, false),
                node.row().address(),
                Optional.empty(),
                new HostEvidence(FakeCluster.FIRMWARE, true, Optional.of(new VarstoreFacts(false, List.of())), 1, 0));
        EnrolmentRefused refused = catchThrowableOfType(EnrolmentRefused.class, node::renew);
        assertThat(refused.getMessage()).contains("Secure Boot variable: expected on, was off");
        assertThat(scene.row(node.row().machineId()).phase()).isEqualTo(Phase.QUARANTINED);
    }

    @Test
    @DisplayName("a certificate is not given for another node's name")
    void otherName() throws Exception {
        ObjectNode session = node.open();
        ObjectNode request = node.request(node.key())
                .put("clientCsr", Node.request(node.key(), "CN=system:node:other,O=system:nodes"))
                .put("session", session.path("session").asString());
        assertThat(refused(() -> scene.post("evidence", node.row().address(), request)))
                .isEqualTo("RequestRefused");
        assertThat(scene.cluster.issued).isEmpty();
    }
}
