package dev.sigillo.cli;

import static dev.sigillo.cli.FakeArm.CLUSTERS;
import static dev.sigillo.cli.FakeArm.GROUPS;
import static dev.sigillo.cli.FakeArm.SUBSCRIPTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.DrillFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
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
        answers(arm);
        arm.on("GET", POOL + "/machines", 200, machines("m-1 FAILED"));
    }

    private static void answers(FakeArm arm) {
        arm.on("GET", CLUSTER, 200, "{'id': '" + CLUSTER + "', 'name': 'demo', 'tags': {}}")
                .on("GET", POOL, 404, "{'error': {'code': 'ResourceNotFound', 'message': 'no pool'}}")
                .startsOperation("PUT", POOL)
                .startsOperation("DELETE", POOL)
                .on("GET", "/operation", 200, "{'status': 'Succeeded'}");
    }

    /** @param machines id and phase of each */
    private static String machines(String... machines) {
        return Arrays.stream(machines)
                .map(machine -> "{'id': 'x', 'name': 'node-of-%s', 'properties': {'machineId': '%s', 'phase': '%s'}}"
                        .formatted(machine.split(" ")[0], machine.split(" ")[0], machine.split(" ")[1]))
                .collect(Collectors.joining(",", "{'value': [", "]}"));
    }

    private static String ended(int code) {
        return "{'properties': {'exitCode': " + code + ", 'logs': 'what the pod said'}}";
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

    /** With little patience for the end of trust. */
    private DrillResult drill(DrillFault fault) {
        Targets.Cluster target = new Targets.Cluster();
        target.group = "demo";
        target.name = "demo";
        Api api = new Context(environment, console(false)).api();
        return new DrillRun(api, console(false), target, "", Duration.ofSeconds(5), Duration.ofSeconds(1))
                .of(DrillExercise.of(fault));
    }

    @Test
    @DisplayName("it is wrong when the alert came and the machine with the fault is a member all the same")
    void stillTrusted() throws IOException {
        try (FakeArm tolerant = new FakeArm()) {
            environment = tolerant.home(home);
            answers(tolerant);
            tolerant.on("GET", POOL + "/machines", 200, machines("m-1 ADMITTED"))
                    .on("GET", ALERTS, 200, alert("m-1", "AttestationFailed", "initrd"));
            DrillResult result = drill(DrillFault.INITRD);
            assertThat(result.outcome()).isEqualTo(DrillResult.Outcome.WRONG);
            assertThat(result.seconds()).isPresent();
            assertThat(result.withdrawn()).isEmpty();
            assertThat(result.words()).contains("trusted still");
        }
    }

    private FakeArm member(FakeArm of) throws IOException {
        environment = of.home(home);
        answers(of);
        return of.on("GET", POOL + "/machines", 200, machines("m-1 READY"));
    }

    @Test
    @DisplayName(
            "a fault that comes over a member waits for it first, for new alerts, and for what a pod sees of its Node")
    void member() throws IOException {
        try (FakeArm fresh = new FakeArm()) {
            member(fresh)
                    .on("GET", ALERTS, 200, alert("m-1", "AttestationMissed", "attestation"))
                    .on(
                            "GET",
                            ALERTS,
                            200,
                            alert("m-1", "AttestationMissed", "attestation").replace("'a'", "'b'"))
                    .on("POST", CLUSTER + "/runCommand", 200, ended(0))
                    .on("POST", CLUSTER + "/runCommand", 200, ended(1));
            assertThat(drill(DrillFault.SILENT_AGENT).outcome()).isEqualTo(DrillResult.Outcome.NOTICED);
            assertThat(fresh.requests().stream().filter(request -> request.startsWith("PUT")))
                    .satisfiesExactly(
                            first -> assertThat(first).contains("\"tags\":{}"),
                            second -> assertThat(second).contains("\"sigillo-drill\":\"silent-agent\""));
            assertThat(fresh.requests())
                    .anySatisfy(request -> assertThat(request)
                            .startsWith("POST " + CLUSTER + "/runCommand")
                            .contains("kubectl get node node-of-m-1", "sigillo.dev/untrusted"));
        }
    }

    @Test
    @DisplayName("it is wrong when a silent member's Node keeps its labels, whatever the API says of it")
    void nodeUntouched() throws IOException {
        try (FakeArm fresh = new FakeArm()) {
            member(fresh)
                    .on("GET", ALERTS, 200, NONE)
                    .on("GET", ALERTS, 200, alert("m-1", "AttestationMissed", "attestation"))
                    .on("POST", CLUSTER + "/runCommand", 200, ended(1));
            assertThat(drill(DrillFault.SILENT_AGENT).outcome()).isEqualTo(DrillResult.Outcome.WRONG);
        }
    }

    @Test
    @DisplayName("a cloned vTPM is noticed on the member that it was taken from, and the clone stays out")
    void cloned() throws IOException {
        try (FakeArm fresh = new FakeArm()) {
            environment = fresh.home(home);
            answers(fresh);
            fresh.on("GET", POOL + "/machines", 200, machines("m-1 READY"))
                    .on("GET", POOL + "/machines", 200, machines("m-1 READY"))
                    .on("GET", POOL + "/machines", 200, machines("m-1 READY", "m-2 FAILED"))
                    .on("GET", ALERTS, 200, NONE)
                    .on("GET", ALERTS, 200, alert("m-2", "CloneSuspected", "AK"))
                    .on("GET", ALERTS, 200, alert("m-1", "CloneSuspected", "AK"));
            DrillResult result = drill(DrillFault.CLONED_VTPM);
            assertThat(result.outcome()).as(result.words()).isEqualTo(DrillResult.Outcome.NOTICED);
            assertThat(DrillExercise.machine(result.alert().orElseThrow())).isEqualTo("m-1");
            assertThat(fresh.requests())
                    .anySatisfy(request -> assertThat(request).startsWith("PUT").contains("\"count\":2"));
        }
    }

    @Test
    @DisplayName(
            "a kernel that took the module is wrong, whatever alerts there are; a pod that did not ask is a failed drill")
    void module() throws IOException {
        try (FakeArm fresh = new FakeArm()) {
            member(fresh)
                    .on("GET", ALERTS, 200, alert("m-1", "UnsignedModule", "driver dummy"))
                    .on("POST", CLUSTER + "/runCommand", 200, ended(4))
                    .on("POST", CLUSTER + "/runCommand", 200, ended(3));
            DrillResult taken = drill(DrillFault.UNSIGNED_MODULE);
            assertThat(taken.outcome()).isEqualTo(DrillResult.Outcome.WRONG);
            assertThat(taken.words()).contains("the kernel took a module");
            DrillResult unasked = drill(DrillFault.UNSIGNED_MODULE);
            assertThat(unasked.outcome()).isEqualTo(DrillResult.Outcome.FAILED);
            assertThat(unasked.words()).contains("what the pod said");
        }
    }

    @Test
    @DisplayName("a fault that never got to its machine is a failed drill and no silent alarm; a judged one is silent")
    void notInPlace() throws IOException {
        for (String code : List.of("MachineFailed", "AttestationFailed")) {
            try (FakeArm fresh = new FakeArm()) {
                environment = fresh.home(home);
                fresh.on("GET", CLUSTER, 200, "{'name': 'demo'}")
                        .startsOperation("PUT", POOL)
                        .on("DELETE", POOL, 204, "")
                        .on("GET", POOL + "/machines", 200, machines("m-1 FAILED"))
                        .on("GET", ALERTS, 200, NONE)
                        .on(
                                "GET",
                                "/operation",
                                200,
                                "{'status': 'Failed', 'error': {'code': '" + code
                                        + "', 'message': 'no room on the disk'}}");
                DrillResult result = drill(DrillFault.INITRD);
                assertThat(result.outcome())
                        .isEqualTo(
                                code.equals("MachineFailed") ? DrillResult.Outcome.FAILED : DrillResult.Outcome.SILENT);
                assertThat(result.words()).contains(code.equals("MachineFailed") ? "no room" : "no alert within 5 s");
            }
        }
    }

    @Test
    @DisplayName("a pool that could not be deleted is a failed drill: the next fault would meet it")
    void leftOver() throws IOException {
        try (FakeArm fresh = new FakeArm()) {
            environment = fresh.home(home);
            fresh.on("GET", POOL + "/machines", 200, machines("m-1 FAILED"))
                    .startsOperation("PUT", POOL)
                    .on("GET", ALERTS, 200, alert("m-1", "AttestationFailed", "initrd"))
                    .on("DELETE", POOL, 409, "{'error': {'code': 'X', 'message': 'it is busy'}}");
            DrillResult result = drill(DrillFault.INITRD);
            assertThat(result.outcome()).isEqualTo(DrillResult.Outcome.FAILED);
            assertThat(result.words()).contains("it is busy");
        }
    }

    @Test
    @DisplayName("less time than silence needs on this cluster is refused, and so is a report that cannot be written")
    void refusedAtOnce() {
        assertThat(run("--fault", "silent-agent", "--timeout", "239")).isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("at least 240", "every 60 s", "after 210 s");
        assertThat(run(
                        "--fault",
                        "initrd",
                        "--junit",
                        home.resolve("no/such/folder").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(arm.requests()).noneMatch(request -> request.startsWith("PUT"));
    }

    @Test
    @DisplayName("a pool called drill that no drill has made is left alone")
    void foreign() throws IOException {
        try (FakeArm fresh = new FakeArm()) {
            environment = fresh.home(home);
            fresh.on("GET", CLUSTER, 200, "{'name': 'demo'}")
                    .on("GET", POOL, 200, "{'name': 'drill', 'properties': {'nodeTaints': []}}");
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
