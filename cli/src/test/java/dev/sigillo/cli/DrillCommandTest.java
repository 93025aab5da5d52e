package dev.sigillo.cli;

import static dev.sigillo.cli.FakeArm.CLUSTERS;
import static dev.sigillo.cli.FakeArm.GROUPS;
import static dev.sigillo.cli.FakeArm.SUBSCRIPTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.DrillFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("sigillo drill")
class DrillCommandTest extends AgainstArm {
    private static final String CLUSTER = GROUPS + "/demo" + CLUSTERS + "/demo";
    private static final String POOL = CLUSTER + "/agentPools/drill";
    private static final String ALERTS = "/subscriptions/" + SUBSCRIPTION + "/providers/Microsoft.Security/alerts";
    private static final String NONE = "{'value': []}";

    @BeforeEach
    void start() {
        arm.on("GET", POOL, 404, "{'error': {'code': 'ResourceNotFound', 'message': 'no pool'}}")
                .startsOperation("PUT", POOL)
                .startsOperation("DELETE", POOL)
                .on("GET", "/operation", 200, "{'status': 'Succeeded'}")
                .on("GET", POOL + "/machines", 200, machine("Failed"));
    }

    private static String machine(String phase) {
        return "{'value': [{'id': 'x', 'name': 'node-1', 'properties': {'machineId': 'm-1', 'phase': '" + phase
                + "'}}]}";
    }

    private static String alert(String machine, String type, String component) {
        return "{'value': [{'id': '/alerts/a', 'name': 'a', 'properties': {'alertType': '" + type
                + "', 'status': 'Active', 'severity': 'Medium', 'compromisedEntity': 'node-1', 'extendedProperties': {"
                + "'machineId': '" + machine + "', 'component': '" + component + "'}}}]}";
    }

    private int run(String... more) {
        List<String> words = new ArrayList<>(List.of("drill", "-g", "demo", "-c", "demo"));
        words.addAll(List.of(more));
        return run(false, words.toArray(String[]::new));
    }

    @Test
    @DisplayName("every fault has an alert that must come")
    void exercises() {
        assertThat(DrillExercise.ALL).extracting(DrillExercise::fault).containsExactly(DrillFault.values());
    }

    @Test
    @DisplayName("exits 0 when the alert came, named the component and the machine is no member; the pool is deleted")
    void noticed() {
        arm.on("GET", ALERTS, 200, NONE).on("GET", ALERTS, 200, alert("m-1", "AttestationFailed", "initrd"));
        assertThat(run("--fault", "initrd", "--output", "json")).isEqualTo(ExitCode.DONE);
        assertThat(text(out))
                .contains(
                        "\"fault\" : \"initrd\"",
                        "\"outcome\" : \"noticed\"",
                        "\"secondsToWithdrawal\"",
                        "\"passed\" : true");
        assertThat(arm.requests())
                .anySatisfy(request -> assertThat(request)
                        .startsWith("PUT " + POOL + " ")
                        .contains(
                                "\"tags\":{\"sigillo-drill\":\"initrd\"}",
                                "\"count\":1",
                                "\"enableSecureBoot\":true,\"enableVTPM\":true",
                                "sigillo-drill=true:NoSchedule"))
                .anySatisfy(request -> assertThat(request).startsWith("DELETE " + POOL));
    }

    @Test
    @DisplayName("exits 1 when no alert came, and says so as JUnit XML, too")
    void silent() throws IOException {
        arm.on("GET", ALERTS, 200, alert("m-of-another-pool", "AttestationFailed", "initrd"));
        Path junit = home.resolve("drill.xml");
        assertThat(run("--fault", "initrd", "--timeout", "1", "--output", "table", "--junit", junit.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(text(out)).contains("initrd", "silent", "no alert within 1 s");
        assertThat(Files.readString(junit))
                .contains("tests=\"1\" failures=\"1\" errors=\"0\"", "name=\"initrd\"", "type=\"silent\"");
    }

    @Test
    @DisplayName("exits 1 when the alert names another component, and says what it should have named")
    void wrong() {
        arm.on("GET", ALERTS, 200, alert("m-1", "AttestationFailed", "shim"));
        assertThat(run("--fault", "initrd", "--timeout", "1", "--output", "table"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(text(out)).contains("wrong", "shim", "expected AttestationFailed that names initrd");
    }

    @Test
    @DisplayName("a fault that comes over a member waits for it first, and for alerts that are new since")
    void member() {
        arm.on("GET", ALERTS, 200, alert("m-1", "AttestationMissed", "attestation"))
                .on(
                        "GET",
                        ALERTS,
                        200,
                        alert("m-1", "AttestationMissed", "attestation").replace("'a'", "'b'"));
        assertThat(run("--fault", "silent-agent", "--output", "table")).isEqualTo(ExitCode.DONE);
        assertThat(arm.requests().stream().filter(request -> request.startsWith("PUT")))
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"tags\":{}"),
                        second -> assertThat(second).contains("\"sigillo-drill\":\"silent-agent\""));
    }

    @Test
    @DisplayName("a drill that cannot be carried out is neither noticed nor silent")
    void notCarriedOut() throws IOException {
        try (FakeArm full = new FakeArm()) {
            environment = full.home(home);
            full.startsOperation("PUT", POOL)
                    .startsOperation("DELETE", POOL)
                    .on("GET", "/operation", 200, "{'status': 'Failed', 'error': {'code': 'X', 'message': 'no room'}}");
            assertThat(run("--fault", "silent-agent", "--output", "table")).isEqualTo(ExitCode.FAILED);
            assertThat(text(out)).contains("silent-agent", "failed", "no room");
        }
    }

    @Test
    @DisplayName("a pool called drill that no drill has made is left alone")
    void foreign() throws IOException {
        try (FakeArm fresh = new FakeArm()) {
            environment = fresh.home(home);
            fresh.on("GET", POOL, 200, "{'name': 'drill', 'properties': {'nodeTaints': []}}");
            assertThat(run("--fault", "initrd")).isEqualTo(ExitCode.FAILED);
            assertThat(text(err)).contains("no drill has made");
            assertThat(fresh.requests()).noneMatch(request -> request.startsWith("DELETE"));
        }
    }

    @Test
    @DisplayName("a fault that nobody knows is refused with those there are")
    void unknown() {
        assertThat(run("--fault", "fire")).isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("fire", "unsigned-kernel", "unsigned-module");
    }
}
