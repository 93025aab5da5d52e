package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.VerdictRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("A node's trust, as the API says it of the machine and counts it for its pool")
class TrustStateTest {
    private static final String COUNTS = ArmHarness.S + "/providers/Sigillo.Host/trust";
    private static final Duration HOUR = Duration.ofHours(1);

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeEach
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder);
        arm.put(ArmHarness.S + "/resourceGroups/rg", "{\"location\":\"eastus\"}");
        Reply made = arm.put(
                arm.mc("c"),
                "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"np\",\"count\":1,"
                        + "\"mode\":\"System\",\"securityProfile\":{\"enableVTPM\":true,\"enableSecureBoot\":true}}]}}");
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
    }

    @AfterEach
    void stops() {
        arm.close();
    }

    /** A machine that passed and was let in, until then. */
    private MachineRecord trusted(Instant until) {
        MachineRecord machine = arm.store.machines().create(MachineRows.wanted(arm.mc("c"), 7, "10.224.9.9"));
        arm.store.machines().advance(machine.machineId(), Phase.BOOKED, Phase.STARTED);
        verdict(machine, true);
        assertThat(arm.store.machines().admit(machine.machineId(), Instant.now().plus(HOUR), Optional.of(until)))
                .isTrue();
        return machine;
    }

    private void verdict(MachineRecord machine, boolean passing) {
        arm.store
                .verdicts()
                .add(new VerdictRecord(machine.machineId(), Instant.now(), passing, "{}", Optional.empty()));
    }

    /** The machine's own word, which the list without findings and the pool's counts must say too. */
    private String trust(MachineRecord machine) {
        String machines = arm.mc("c") + "/agentPools/np/machines";
        String word = arm.get(machines + "/" + machine.nodeName())
                .json()
                .at("/properties/trust")
                .asString();
        JsonNode brief = arm.exchange(
                        "GET",
                        machines + "?api-version=2026-06-01&verdict=brief",
                        "",
                        Map.of("Authorization", "Bearer " + arm.token()))
                .json();
        assertThat(brief.path("value")
                        .valueStream()
                        .filter(each -> each.path("name").asString().equals(machine.nodeName()))
                        .map(each -> each.at("/properties/trust").asString()))
                .containsExactly(word);
        JsonNode counts = arm.get(COUNTS).json().at("/value/0/properties");
        for (TrustState each : TrustState.values()) {
            // The pool's own node is booked, and nobody has judged it.
            int others = each == TrustState.UNJUDGED ? 1 : 0;
            assertThat(counts.path(each.word()).asInt(-1))
                    .as(each.word() + " in " + counts)
                    .isEqualTo(others + (each.word().equals(word) ? 1 : 0));
        }
        return word;
    }

    @Test
    @DisplayName("a passing verdict that counts now: trusted")
    void holds() {
        assertThat(trust(trusted(Instant.now().plus(HOUR)))).isEqualTo("trusted");
    }

    @Test
    @DisplayName("the same verdict that has run out: untrusted, whether its trust is withdrawn yet or not")
    void ranOut() {
        MachineRecord machine = trusted(Instant.now().minusSeconds(1));
        assertThat(trust(machine)).isEqualTo("untrusted");
        assertThat(arm.store.machines().lapse(machine.machineId(), Instant.now()))
                .isTrue();
        assertThat(trust(machine)).isEqualTo("untrusted");
    }

    @Test
    @DisplayName("a later verdict that does not pass, and the quarantine that follows: untrusted")
    void failing() {
        MachineRecord machine = trusted(Instant.now().plus(HOUR));
        verdict(machine, false);
        assertThat(trust(machine)).isEqualTo("untrusted");
        arm.store.machines().quarantine(machine.machineId(), new MachineRecord.Failure("AttestationFailed", "initrd"));
        assertThat(trust(machine)).isEqualTo("untrusted");
    }

    @Test
    @DisplayName("no verdict yet: unjudged")
    void unjudged() {
        assertThat(trust(arm.store.machines().create(MachineRows.wanted(arm.mc("c"), 7, "10.224.9.9"))))
                .isEqualTo("unjudged");
    }
}
