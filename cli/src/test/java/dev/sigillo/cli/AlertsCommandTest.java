package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code sigillo alerts} against an API that answers what each test lays down. */
class AlertsCommandTest extends AgainstArm {
    private static final String SUBSCRIPTION = "/subscriptions/" + FakeArm.SUBSCRIPTION;
    private static final String LIST = SUBSCRIPTION + "/providers/Microsoft.Security/alerts";
    private static final String ONE = "3f0c0000-0000-4000-8000-000000000001";
    private static final String TWO = "3f0d0000-0000-4000-8000-000000000002";
    private static final String ID =
            SUBSCRIPTION + "/resourceGroups/demo/providers/Microsoft.Security/locations/eastus/alerts/";

    private static String alert(String name, String status) {
        return """
                {'id': '%s', 'name': '%s', 'properties': {'severity': 'Medium', 'status': '%s',
                 'alertDisplayName': 'A node failed attestation: initrd', 'compromisedEntity': 'node-1',
                 'description': 'It differs.', 'endTimeUtc': '2026-11-26T09:00:00Z',
                 'remediationSteps': ['Replace the node.'],
                 'extendedProperties': {'component': 'initrd', 'expected': 'aa', 'was': 'bb\\u001b[2J', 'where': 'PCR 9',
                  'evidenceId': 'ee', 'times': '7'}}}""".formatted(ID + name, name, status);
    }

    private static String list(String... alerts) {
        return "{'value': [" + String.join(",", alerts) + "]}";
    }

    @Override
    int run(boolean terminal, String... arguments) {
        out.reset();
        err.reset();
        return super.run(terminal, arguments);
    }

    @Test
    @DisplayName("what waits is listed with a short name; --all lists the rest too, without a command as with list")
    void lists() {
        arm.on("GET", LIST, 200, list(alert(ONE, "Active"), alert(TWO, "Resolved")));
        assertThat(run(true, "alerts")).isZero();
        assertThat(text(out))
                .contains("3f0c0000", "Medium", "node-1", "A node failed attestation: initrd", "7")
                .doesNotContain("3f0d0000");
        assertThat(run(false, "alerts", "list", "--all", "--output", "names")).isZero();
        assertThat(text(out).lines()).containsExactly(ONE, TWO);
    }

    @Test
    @DisplayName("--resource-group asks for that group alone")
    void listsGroup() {
        arm.on(
                "GET",
                SUBSCRIPTION + "/resourceGroups/demo/providers/Microsoft.Security/alerts",
                200,
                list(alert(ONE, "Active")));
        assertThat(run(false, "alerts", "-g", "demo")).isZero();
        assertThat(text(out)).contains(ONE);
    }

    @Test
    @DisplayName(
            "show says what was expected, what was, where, and what to do; what a node wrote cannot play with the terminal")
    void shows() {
        arm.on("GET", LIST, 200, list(alert(ONE, "Active"), alert(TWO, "Resolved")));
        assertThat(run(true, "alerts", "show", "3F0C")).isZero();
        assertThat(text(out))
                .contains(ONE, "initrd", "aa", "bb", "PCR 9", "ee", "Replace the node.")
                .doesNotContain("\u001b[2J");
    }

    @Test
    @DisplayName("dismiss, resolve and activate post to the alert's own path, found by how its name begins")
    void updates() {
        arm.on("GET", LIST, 200, list(alert(ONE, "Active"), alert(TWO, "Resolved")));
        for (String verb : List.of("dismiss", "resolve", "activate")) {
            arm.on("POST", ID + ONE + "/" + verb, 204, "");
            assertThat(run(true, "alerts", verb, "3f0c")).as(text(err)).isZero();
        }
        assertThat(arm.requests())
                .filteredOn(request -> request.startsWith("POST"))
                .hasSize(3);
    }

    @Test
    @DisplayName("no alert of that name is exit code 3, more than one 1, a refusal of the API 1 in its own words")
    void refuses() {
        arm.on("GET", LIST, 200, list(alert(ONE, "Active"), alert(TWO, "Resolved")));
        assertThat(run(true, "alerts", "show", "ff")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run(true, "alerts", "show", "3f")).isEqualTo(ExitCode.FAILED);
        assertThat(text(err)).contains("2 alerts begin with 3f.");
        arm.on("POST", ID + TWO + "/activate", 409, "{'error': {'code': 'Conflict', 'message': 'Its cause is over.'}}");
        assertThat(run(true, "alerts", "activate", TWO)).isEqualTo(ExitCode.FAILED);
        assertThat(text(err)).contains("Its cause is over.");
        assertThat(run(true, "alerts", "--follow", "--interval", "0")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    @DisplayName("deliveries tells what was given up and why, and retry has it tried again")
    void deliveries() {
        String path = SUBSCRIPTION + "/providers/Sigillo.Host/alertDeliveries";
        arm.on(
                "GET",
                path,
                200,
                "{'value': [{'name': 'd-1', 'properties': {'destination': 'oncall', 'state': 'Dead', 'tries': 10, 'error': 'It answered status 500'}}]}");
        assertThat(run(true, "alerts", "deliveries")).isZero();
        assertThat(text(out)).contains("d-1", "oncall", "Dead", "10", "It answered status 500");
        arm.on("POST", path + "/d-1/retry", 204, "");
        assertThat(run(true, "alerts", "retry", "d-1")).isZero();
        assertThat(text(err)).contains("delivery d-1 is tried again");
    }

    @Test
    @DisplayName(
            "--follow prints what waits, then what is new or has another status, once; a server that is away is said once")
    void follows() {
        AtomicInteger looks = new AtomicInteger();
        Thread here = Thread.currentThread();
        List<List<String>> answers = List.of(
                List.of(alert(TWO, "Resolved"), alert(ONE, "Active")),
                List.of(alert(TWO, "Resolved"), alert(ONE, "Active")),
                List.of(),
                List.of(),
                List.of(alert(TWO, "Resolved"), alert(ONE, "Dismissed")),
                List.of(alert("4f", "Active"), alert(TWO, "Resolved"), alert(ONE, "Dismissed")));
        AlertFollow follow = new AlertFollow(new Context(environment, console(false)), () -> {
            int look = looks.getAndIncrement();
            if (look == answers.size() - 1) {
                here.interrupt();
            }
            if (answers.get(look).isEmpty()) {
                throw Failure.because("The server does not answer.", "");
            }
            return answers.get(look).stream()
                    .map(text -> dev.sigillo.arm.Json.MAPPER.readTree(text.replace('\'', '"')))
                    .toList();
        });
        assertThat(follow.run(java.util.Optional.of(Format.NAMES), Duration.ofMillis(1)))
                .isZero();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(text(out).lines()).containsExactly(ONE, ONE, "4f");
        assertThat(text(err).lines()).containsExactly("The server does not answer. Waiting for it.");
    }
}
