package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.store.AlertCause;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.AlertStatus;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.VerdictRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code Microsoft.Security/assessments} as {@code az security assessment} reads them; each test has a cluster of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AssessmentsTest {
    private static final String ASSESSMENTS = "/providers/Microsoft.Security/assessments";

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeAll
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder);
        arm.memoryMib = 1 << 20;
        arm.put(ArmHarness.S + "/resourceGroups/rg", "{\"location\":\"eastus\"}");
    }

    @AfterAll
    void stops() {
        arm.close();
    }

    /** A cluster whose system pool has both and whose pool np has what is given. */
    private String cluster(String name, boolean vtpm, boolean secureBoot) {
        String both = "\"securityProfile\":{\"enableVTPM\":true,\"enableSecureBoot\":true}";
        String given = "\"securityProfile\":{\"enableVTPM\":" + vtpm + ",\"enableSecureBoot\":" + secureBoot + "}";
        Reply reply = arm.put(
                arm.mc(name),
                "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":["
                        + "{\"name\":\"a\",\"count\":1,\"mode\":\"System\"," + both + "},"
                        + "{\"name\":\"np\",\"count\":1,\"mode\":\"User\"," + given + "}]}}");
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(201);
        return arm.mc(name);
    }

    private MachineRecord machine(String cluster) {
        MachineRecord wanted =
                MachineRows.wanted(cluster, arm.store.machines().list().size() + 100, "10.224.9.9");
        return arm.store.machines().create(wanted);
    }

    private void verdict(MachineRecord machine, boolean passing) {
        arm.store
                .verdicts()
                .add(new VerdictRecord(machine.machineId(), Instant.now(), passing, "{}", Optional.empty()));
    }

    private JsonNode status(String resource, Recommendation recommendation) {
        Reply reply = arm.get(resource + ASSESSMENTS + "/" + recommendation.id());
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        assertThat(reply.json().path("id").asString()).isEqualTo(resource + ASSESSMENTS + "/" + recommendation.id());
        assertThat(reply.json().at("/properties/resourceDetails/id").asString()).isEqualTo(resource);
        return reply.json().at("/properties/status");
    }

    private static String code(JsonNode status) {
        String cause = status.path("cause").asString("");
        return status.path("code").asString() + (cause.isEmpty() ? "" : " " + cause);
    }

    private String attestation(MachineRecord machine) {
        String id = machine.clusterId() + "/agentPools/np/machines/" + machine.nodeName();
        return code(status(id, Recommendation.GUEST_ATTESTATION));
    }

    @Test
    @DisplayName("a pool with both flags is Healthy; one without says which it lacks, by code, cause and words")
    void flags() {
        String good = cluster("good", true, true) + "/agentPools/np";
        assertThat(code(status(good, Recommendation.VTPM))).isEqualTo("Healthy");
        assertThat(code(status(good, Recommendation.SECURE_BOOT))).isEqualTo("Healthy");
        String bare = cluster("bare", false, false) + "/agentPools/np";
        assertThat(code(status(bare, Recommendation.VTPM))).isEqualTo("Unhealthy VtpmDisabled");
        assertThat(code(status(bare, Recommendation.SECURE_BOOT))).isEqualTo("Unhealthy SecureBootDisabled");
        assertThat(status(bare, Recommendation.VTPM).path("description").asString())
                .isEqualTo("Pool np has no vTPM.");
        String measured = cluster("measured", true, false) + "/agentPools/np";
        assertThat(code(status(measured, Recommendation.VTPM))).isEqualTo("Healthy");
        assertThat(code(status(measured, Recommendation.SECURE_BOOT))).isEqualTo("Unhealthy SecureBootDisabled");
    }

    @Test
    @DisplayName(
            "attestation of a machine: not yet, Healthy by a passing verdict, Unhealthy by a failing one or a lease that is over")
    void attestation() {
        MachineRecord machine = machine(cluster("attests", true, true));
        assertThat(attestation(machine)).isEqualTo("NotApplicable NotYetAttested");
        verdict(machine, true);
        assertThat(attestation(machine)).isEqualTo("Healthy");
        arm.store.machines().admit(machine.machineId(), Instant.now().plus(Duration.ofHours(1)), Optional.empty());
        assertThat(attestation(machine)).isEqualTo("Healthy");
        arm.store.machines().admit(machine.machineId(), Instant.now().minus(Duration.ofSeconds(1)), Optional.empty());
        assertThat(attestation(machine)).isEqualTo("Unhealthy AttestationMissed");
        verdict(machine, false);
        assertThat(attestation(machine)).isEqualTo("Unhealthy AttestationFailed");
    }

    @Test
    @DisplayName(
            "an alert that waits makes a machine, its pool and its cluster Unhealthy, and a dismissed one does not")
    void alerts() {
        String cluster = cluster("alerted", true, true);
        MachineRecord machine = machine(cluster);
        verdict(machine, true);
        AlertRecord alert =
                arm.store.alerts().raise(AlertCause.of(machine, AlertKind.CLONE_SUSPECTED, "vTPM", "Two have one."));
        assertThat(attestation(machine)).isEqualTo("Unhealthy CloneSuspected");
        for (String above : List.of(cluster + "/agentPools/np", cluster, ArmHarness.S)) {
            assertThat(code(status(above, Recommendation.GUEST_ATTESTATION)))
                    .as(above)
                    .startsWith("Unhealthy");
        }
        assertThat(status(cluster, Recommendation.GUEST_ATTESTATION)
                        .path("description")
                        .asString())
                .contains(alert.name());
        arm.store.alerts().setStatus(alert.name(), AlertStatus.DISMISSED);
        assertThat(attestation(machine)).isEqualTo("Healthy");
        assertThat(code(status(cluster, Recommendation.GUEST_ATTESTATION))).isEqualTo("Healthy");
    }

    @Test
    @DisplayName("a pool without machines has no attestation to assess")
    void nothing() {
        String pool = cluster("empty", true, true) + "/agentPools/np";
        arm.store
                .machines()
                .listOfPool(arm.mc("empty"), "np")
                .forEach(each -> arm.store.machines().remove(each.machineId()));
        assertThat(code(status(pool, Recommendation.GUEST_ATTESTATION))).isEqualTo("NotApplicable NoMachines");
    }

    @Test
    @DisplayName("a list holds three of each pool and one of each machine; az asks with a doubled slash")
    void lists() {
        String cluster = cluster("listed", true, true);
        int machines = arm.store.machines().listOfCluster(cluster).size();
        Reply reply = arm.get("/" + cluster + ASSESSMENTS);
        assertThat(reply.json().path("value").size()).isEqualTo(3 * 2 + machines);
        assertThat(arm.get(cluster + "/agentPools/np" + ASSESSMENTS)
                        .json()
                        .path("value")
                        .size())
                .isEqualTo(3);
        assertThat(arm.get("/" + ArmHarness.S + ASSESSMENTS)
                        .json()
                        .path("value")
                        .size())
                .isGreaterThanOrEqualTo(7);
        assertThat(reply.json().at("/value/0/properties/displayName").asString())
                .isEqualTo("vTPM should be enabled on supported virtual machines");
    }

    @Test
    @DisplayName("an assessment that Sigillo does not make is 404, and the error names those that it makes")
    void unknown() {
        Reply reply = arm.get(ArmHarness.S + ASSESSMENTS + "/00000000-0000-0000-0000-000000000000");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.message()).contains(Recommendation.GUEST_ATTESTATION.id());
    }
}
