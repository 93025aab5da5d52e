package dev.sigillo.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("On the way of what an honest machine of a drill's pool sends")
class DrillRelayTest extends AtTheDoor {
    private void drill(String fault) {
        scene.tags("{}", "{\"sigillo-drill\":\"" + fault + "\"}");
    }

    private AlertRecord alert() {
        List<AlertRecord> alerts = scene.store.alerts().listOfMachine(node.row.machineId(), Long.MAX_VALUE, 100);
        assertThat(alerts).hasSize(1);
        return alerts.getFirst();
    }

    private EnrolmentRefused refused() throws Exception {
        ObjectNode answer = node.answer(node.challenge());
        EnrolmentRefused refused = catchThrowableOfType(EnrolmentRefused.class, () -> node.send(answer));
        assertThat(refused).as("a refusal").isNotNull();
        return refused;
    }

    /** What is refuted; what cannot be decided without it comes after. */
    private static List<Check> broken(EnrolmentRefused refused) {
        return refused.findings().stream()
                .filter(Finding.Broken.class::isInstance)
                .map(Finding::check)
                .toList();
    }

    @Test
    @DisplayName(
            "a digest of the log is turned: the log does not lead to the quote, nothing else is broken, and it is told")
    void forgedLog() throws Exception {
        drill("forged-log");
        assertThat(broken(refused())).containsExactly(Check.LOG_REPLAY);
        assertThat(alert().kind()).isEqualTo(AlertKind.ATTESTATION_FAILED);
        assertThat(alert().component()).isEqualTo("event log, PCR 4 (boot loader)");
        assertThat(scene.row(node.row.machineId()).phase()).isEqualTo(Phase.FAILED);
    }

    @Test
    @DisplayName("another value of a PCR is claimed: it is not what was quoted, and it is told")
    void substitutedPcr() throws Exception {
        drill("substituted-pcr");
        assertThat(broken(refused())).containsExactly(Check.QUOTE_DIGEST);
        assertThat(alert().component()).isEqualTo("PCR values");
    }

    @Test
    @DisplayName("nothing that a member sends arrives, which no node can tell from a server that is away")
    void silentAgent() throws Exception {
        drill("silent-agent");
        ObjectNode reply = node.begins();
        scene.passes(Duration.ofSeconds(60));
        EnrolmentRefused unheard = catchThrowableOfType(EnrolmentRefused.class, () -> node.attest(node.again(reply)));
        assertThat(unheard.status()).isEqualTo(503);
        assertThat(unheard.getMessage()).doesNotContain("drill");
        assertThat(catchThrowableOfType(EnrolmentRefused.class, node::challenge).status())
                .as("nor from the first step on")
                .isEqualTo(503);
        assertThat(scene.store.verdicts().list(node.row.machineId())).hasSize(1);
    }

    @Test
    @DisplayName("faults of disk, variables, vTPM and modules change nothing on the way")
    void others() throws Exception {
        drill("unsigned-module");
        ObjectNode reply = node.begins();
        scene.passes(Duration.ofSeconds(60));
        node.attest(node.again(reply));
        assertThat(scene.store.alerts().listOfMachine(node.row.machineId(), Long.MAX_VALUE, 100))
                .isEmpty();
    }
}
