package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.store.AlertCause;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.AlertRecord;
import dev.sigillo.store.AlertStatus;
import dev.sigillo.store.AlertStore;
import dev.sigillo.store.AuditStore.Entry;
import dev.sigillo.store.MachineRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code Microsoft.Security/alerts} as {@code az security alert} reads and updates them. */
class AlertsTest {
    private static final String DEV = "dddddddd-0000-4000-8000-000000000001";
    private static final String SECURITY = ArmHarness.S + "/providers/Microsoft.Security";
    private static final String GROUP = ArmHarness.S + "/resourceGroups/rg/providers/Microsoft.Security";
    private static final String CLUSTER =
            "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"a\",\"count\":1,\"mode\":\"System\"}]}}";

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @SuppressWarnings("NullAway.Init")
    private MachineRecord machine;

    @SuppressWarnings("NullAway.Init")
    private AlertRecord alert;

    @BeforeEach
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder);
        arm.put(ArmHarness.S + "/resourceGroups/rg", "{\"location\":\"eastus\"}");
        arm.put(ArmHarness.S + "/resourceGroups/other", "{\"location\":\"eastus\"}");
        assertThat(arm.put(arm.mc("one"), CLUSTER).status()).isEqualTo(201);
        machine = arm.store.machines().create(MachineRows.wanted(arm.mc("one"), 9, "10.224.1.90"));
        alert = arm.store
                .alerts()
                .raise(AlertCause.of(machine, AlertKind.ATTESTATION_FAILED, "kernel command line", "It differs.")
                        .found("quiet", "quiet init=/bin/sh", "PCR 8, event 41")
                        .shownBy("ee"));
    }

    @AfterEach
    void stops() {
        arm.close();
    }

    private String one() {
        return SECURITY + "/locations/eastus/alerts/" + alert.name();
    }

    private AlertStatus status() {
        return arm.store.alerts().find(alert.name()).orElseThrow().status();
    }

    private static List<String> names(Reply reply) {
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        return reply.json()
                .path("value")
                .valueStream()
                .map(each -> each.path("name").asString(""))
                .toList();
    }

    @Test
    @DisplayName("an alert names the node, the component, what was expected and what was, its evidence and what to do")
    void shows() {
        JsonNode shown = arm.get(one()).json();
        assertThat(shown.path("id").asString()).isEqualTo(GROUP + "/locations/eastus/alerts/" + alert.name());
        assertThat(shown.path("type").asString()).isEqualTo("Microsoft.Security/Locations/alerts");
        JsonNode properties = shown.path("properties");
        assertThat(properties.path("alertType").asString()).isEqualTo("AttestationFailed");
        assertThat(properties.path("severity").asString()).isEqualTo("Medium");
        assertThat(properties.path("status").asString()).isEqualTo("Active");
        assertThat(properties.path("alertDisplayName").asString())
                .isEqualTo("A node failed attestation: kernel command line");
        assertThat(properties.path("compromisedEntity").asString()).isEqualTo("node-9");
        assertThat(properties
                        .path("resourceIdentifiers")
                        .path(0)
                        .path("azureResourceId")
                        .asString())
                .isEqualTo(arm.mc("one") + "/agentPools/np/machines/node-9");
        assertThat(properties.path("startTimeUtc").asString()).endsWith("Z");
        assertThat(properties.path("remediationSteps").size()).isPositive();
        JsonNode extended = properties.path("extendedProperties");
        assertThat(extended.path("component").asString()).isEqualTo("kernel command line");
        assertThat(extended.path("expected").asString()).isEqualTo("quiet");
        assertThat(extended.path("was").asString()).isEqualTo("quiet init=/bin/sh");
        assertThat(extended.path("where").asString()).isEqualTo("PCR 8, event 41");
        assertThat(extended.path("evidenceId").asString()).isEqualTo("ee");
        assertThat(extended.path("times").asString()).isEqualTo("1");
        assertThat(extended.valueStream()).allMatch(JsonNode::isString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/alerts", "/locations/eastus/alerts", "/locations/East%20US/alerts"})
    @DisplayName("it is listed at the subscription, at its group and at its location, and nowhere else")
    void lists(String path) {
        assertThat(names(arm.get(SECURITY + path))).containsExactly(alert.name());
        assertThat(names(arm.get(GROUP.replace("resourceGroups/rg", "resourcegroups/RG") + path)))
                .containsExactly(alert.name());
        assertThat(names(arm.get(GROUP.replace("/rg/", "/other/") + path))).isEmpty();
        assertThat(names(arm.get(SECURITY + "/locations/westeurope/alerts"))).isEmpty();
    }

    @Test
    @DisplayName("a list of a group or a location that is not there is refused in ARM's words")
    void listsNowhere() {
        assertThat(arm.get(GROUP.replace("/rg/", "/none/") + "/alerts").code()).isEqualTo("ResourceGroupNotFound");
        assertThat(arm.get(SECURITY + "/locations/atlantis/alerts").status()).isEqualTo(400);
    }

    @Test
    @DisplayName("at another location or in another group there is no such alert: 404, which az makes its exit code 3")
    void showsNowhere() {
        assertThat(arm.get(one().toUpperCase(Locale.ROOT)).status()).isEqualTo(200);
        assertThat(arm.get(GROUP + "/locations/eastus/alerts/" + alert.name()).status())
                .isEqualTo(200);
        for (String path : List.of(
                one().replace("eastus", "westeurope"),
                GROUP.replace("/rg/", "/other/") + "/locations/eastus/alerts/" + alert.name(),
                one() + "0")) {
            assertThat(arm.get(path).code()).as(path).isEqualTo("ResourceNotFound");
            assertThat(arm.post(path + "/dismiss").code()).as(path).isEqualTo("ResourceNotFound");
        }
        assertThat(status()).isEqualTo(AlertStatus.ACTIVE);
    }

    @ParameterizedTest
    @CsvSource({"dismiss, DISMISSED", "resolve, RESOLVED", "inProgress, IN_PROGRESS"})
    @DisplayName("an update is answered with exactly 204 and nothing, and is undone by activate")
    void updates(String verb, AlertStatus then) {
        Reply reply = arm.post(one() + "/" + verb);
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.raw().body()).isEmpty();
        assertThat(status()).isEqualTo(then);
        assertThat(arm.post(GROUP + "/locations/eastus/alerts/" + alert.name() + "/activate")
                        .status())
                .isEqualTo(204);
        assertThat(status()).isEqualTo(AlertStatus.ACTIVE);
    }

    @Test
    @DisplayName("what is over cannot be made to wait: 409, and the text says why it is over")
    void isOver() {
        arm.store.alerts().end(machine.machineId(), "The node is trusted again.");
        Reply reply = arm.post(one() + "/activate");
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.message()).contains("The node is trusted again.");
        assertThat(arm.get(one())
                        .json()
                        .at("/properties/extendedProperties/ended")
                        .asString())
                .isEqualTo("The node is trusted again.");
    }

    @Test
    @DisplayName("alerts are still there when their cluster and group are gone")
    void outlives() {
        arm.store.clusters().purge(arm.mc("one"));
        arm.delete(ArmHarness.S + "/resourceGroups/rg");
        assertThat(names(arm.get(GROUP + "/alerts"))).containsExactly(alert.name());
    }

    @Test
    @DisplayName("a long list goes on at its nextLink")
    void pages() {
        for (int at = 1; at < AlertStore.PAGE + 2; at++) {
            AlertCause more = AlertCause.ofCluster(arm.mc("one"), AlertKind.POLICY_RESTORED, "p" + at, "");
            arm.store.alerts().setStatus(arm.store.alerts().raise(more).name(), AlertStatus.RESOLVED);
        }
        Reply first = arm.get(SECURITY + "/alerts");
        assertThat(names(first)).hasSize(AlertStore.PAGE);
        Reply second = arm.get(first.json().path("nextLink").asString());
        assertThat(names(second)).hasSize(2).contains(alert.name());
        assertThat(second.json().has("nextLink")).isFalse();
    }

    private Reply dev(String method, String path) {
        String token = arm.login("/adfs/oauth2/token", DEV, "secret of dev", "")
                .json()
                .path("access_token")
                .asString("");
        return arm.exchange(method, path + "?api-version=2022-01-01", "", Map.of("Authorization", "Bearer " + token));
    }

    private void grant(Role role, RoleScope scope) {
        arm.store.principals().put(DEV, "dev", SecretHash.of("secret of dev"));
        arm.store.roleAssignments().add(UUID.randomUUID().toString(), scope, role, DEV, "");
    }

    @Test
    @DisplayName("a Reader lists and shows, and may not update")
    void reader() {
        grant(Role.READER, RoleScope.SUBSCRIPTION);
        assertThat(names(dev("GET", SECURITY + "/alerts"))).containsExactly(alert.name());
        assertThat(dev("GET", one()).status()).isEqualTo(200);
        Reply refused = dev("POST", one() + "/dismiss");
        assertThat(refused.code()).isEqualTo("AuthorizationFailed");
        assertThat(refused.message()).contains("Microsoft.Security/locations/alerts/dismiss/action");
        assertThat(status()).isEqualTo(AlertStatus.ACTIVE);
    }

    @Test
    @DisplayName(
            "a Contributor of one cluster sees and updates its alerts, by the subscription's path too, and no others")
    void contributorOfCluster() {
        assertThat(arm.put(arm.mc("two"), CLUSTER).status()).isEqualTo(201);
        AlertRecord other =
                arm.store.alerts().raise(AlertCause.ofCluster(arm.mc("two"), AlertKind.POLICY_RESTORED, "p", ""));
        grant(Role.CONTRIBUTOR, new RoleScope("rg", "one"));
        assertThat(names(dev("GET", SECURITY + "/alerts"))).containsExactly(alert.name());
        assertThat(names(dev("GET", GROUP + "/alerts"))).containsExactly(alert.name());
        assertThat(dev("POST", one() + "/resolve").status()).isEqualTo(204);
        assertThat(dev("GET", one().replace(alert.name(), other.name())).status())
                .isEqualTo(403);
        assertThat(dev("GET", one() + "0").status())
                .as("names cannot be guessed")
                .isEqualTo(403);
        assertThat(dev("GET", GROUP.replace("/rg/", "/other/") + "/alerts").status())
                .isEqualTo(403);
    }

    @Test
    @DisplayName("a role that grants no reading of alerts shows none")
    void clusterUser() {
        grant(Role.CLUSTER_USER, RoleScope.SUBSCRIPTION);
        assertThat(dev("GET", SECURITY + "/alerts").status()).isEqualTo(403);
        assertThat(dev("GET", one()).status()).isEqualTo(403);
    }

    @Test
    @DisplayName("a delivery that was given up is listed with its error, and is tried again when a Contributor says so")
    void deliveries() {
        String path = ArmHarness.S + "/providers/Sigillo.Host/alertDeliveries";
        arm.store.deliveries().spread(10, (_, _) -> Map.of("oncall", "{}"));
        String id = arm.store.deliveries().list(Long.MAX_VALUE, 1).getFirst().id();
        assertThat(arm.post(path + "/" + id + "/retry").code()).isEqualTo("Conflict");
        arm.store.deliveries().dead(id, "It answered status 500.");
        JsonNode shown = arm.get(path).json().at("/value/0/properties");
        assertThat(shown.path("state").asString()).isEqualTo("Dead");
        assertThat(shown.path("alert").asString()).isEqualTo(alert.name());
        assertThat(shown.path("error").asString()).isEqualTo("It answered status 500.");
        grant(Role.READER, RoleScope.SUBSCRIPTION);
        assertThat(dev("POST", path + "/" + id + "/retry").status()).isEqualTo(403);
        assertThat(arm.post(path + "/" + id + "/retry").status()).isEqualTo(204);
        assertThat(arm.store.deliveries().due("oncall", 1)).hasSize(1);
        assertThat(arm.post(path + "/none/retry").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("an update is in the audit log, a refused one too")
    void audits() {
        arm.post(one() + "/dismiss");
        Entry last = arm.store.audit().before(Long.MAX_VALUE, 1).getFirst();
        assertThat(last.event().action()).isEqualTo("Microsoft.Security/locations/alerts/dismiss/action");
        assertThat(last.event().resource()).isEqualTo(one());
        assertThat(last.event().status()).isEqualTo(204);
        grant(Role.READER, RoleScope.SUBSCRIPTION);
        dev("POST", one() + "/activate");
        assertThat(arm.store
                        .audit()
                        .before(Long.MAX_VALUE, 1)
                        .getFirst()
                        .event()
                        .status())
                .isEqualTo(403);
    }
}
