package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.Role;
import dev.sigillo.reconcile.Workers;
import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.store.AlertCause;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.MachineRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("GET /metrics")
class MetricsTest {
    private static final String CLUSTER =
            "{\"location\":\"eastus\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"np\",\"count\":2,\"mode\":\"System\"}]}}";

    private final MovableClock clock = new MovableClock();

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeEach
    void start() {
        arm = new ArmHarness(folder, ArmHarness.freePort(), clock, ArmHarness.UNLIMITED, OptionalLong.empty());
        arm.put(ArmHarness.S + "/resourceGroups/rg", "{\"location\":\"eastus\"}");
        arm.put(arm.mc("one"), CLUSTER);
    }

    @AfterEach
    void stop() {
        arm.close();
    }

    private Map<String, Double> scrape() {
        Reply reply = arm.exchange("GET", "/metrics", "", Map.of("Authorization", "Bearer " + arm.token()));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.raw().headers().allValues("Content-Type"))
                .containsExactly("text/plain; version=0.0.4; charset=utf-8");
        return PrometheusText.read(reply.raw().body());
    }

    @Test
    @DisplayName("counts verdicts by result, and their times in buckets that add up")
    void verdicts() {
        arm.metrics.judged(true, Duration.ofNanos(700_000));
        arm.metrics.judged(true, Duration.ofMillis(2));
        arm.metrics.judged(false, Duration.ofSeconds(60));
        assertThat(scrape())
                .containsEntry("sigillo_verdicts_total{result=\"passing\"}", 2.0)
                .containsEntry("sigillo_verdicts_total{result=\"failing\"}", 1.0)
                .containsEntry("sigillo_attestation_seconds_bucket{le=\"5.0E-4\"}", 0.0)
                .containsEntry("sigillo_attestation_seconds_bucket{le=\"0.001\"}", 1.0)
                .containsEntry("sigillo_attestation_seconds_bucket{le=\"0.0025\"}", 2.0)
                .containsEntry("sigillo_attestation_seconds_bucket{le=\"5.0\"}", 2.0)
                .containsEntry("sigillo_attestation_seconds_bucket{le=\"+Inf\"}", 3.0)
                .containsEntry("sigillo_attestation_seconds_count", 3.0)
                .containsKey("sigillo_attestation_seconds_sum");
    }

    @Test
    @DisplayName("has machines by phase, open operations, the workers' queue, open alerts")
    void state() {
        arm.workers = new Workers(1, 2, 3, false);
        arm.store
                .alerts()
                .raise(AlertCause.ofCluster(
                        arm.mc("one"), AlertKind.CLONE_SUSPECTED, "EK", "two machines show one EK"));
        arm.store.operations().open(arm.mc("one"), arm.mc("one"), OperationKind.UPDATE, "eastus");
        assertThat(scrape())
                .containsEntry("sigillo_machines{phase=\"ready\"}", 2.0)
                .containsEntry("sigillo_machines{phase=\"failed\"}", 0.0)
                .containsEntry("sigillo_operations_open", 1.0)
                .containsEntry("sigillo_reconcile_queue{what=\"missing\"}", 1.0)
                .containsEntry("sigillo_reconcile_queue{what=\"behind\"}", 2.0)
                .containsEntry("sigillo_reconcile_queue{what=\"steps\"}", 3.0)
                .containsEntry("sigillo_alerts_open{severity=\"High\"}", 1.0);
    }

    @Test
    @DisplayName("tells the age of the oldest lease of a node that is let in, and nothing without one")
    void oldestLease() {
        assertThat(scrape()).doesNotContainKey("sigillo_lease_oldest_seconds");
        for (MachineRecord machine : arm.store.machines().listOfCluster(arm.mc("one"))) {
            arm.store
                    .machines()
                    .admit(machine.machineId(), clock.instant().plus(Duration.ofMinutes(10)), Optional.empty());
            clock.move(Duration.ofSeconds(30));
        }
        assertThat(scrape().get("sigillo_lease_oldest_seconds")).isBetween(60.0, 90.0);
    }

    @Test
    @DisplayName("tells what the process takes: heap, memory, threads, garbage collections")
    void process() {
        Map<String, Double> samples = scrape();
        assertThat(samples.get("jvm_memory_used_bytes{area=\"heap\"}")).isPositive();
        assertThat(samples.get("process_resident_memory_bytes")).isGreaterThan(1e7);
        assertThat(samples.get("jvm_threads_current")).isPositive();
        assertThat(samples.keySet()).anyMatch(key -> key.startsWith("jvm_gc_collection_seconds_count{gc=\""));
    }

    @Test
    @DisplayName(
            "is for whom a role lets read the subscription: no token, no role and a role of one cluster get nothing")
    void readers() {
        assertThat(arm.exchange("GET", "/metrics", "", Map.of()).status()).isEqualTo(401);
        String dev = "dddddddd-0000-4000-8000-000000000001";
        arm.store.principals().put(dev, "dev", SecretHash.of("secret of dev"));
        String token = arm.login("/adfs/oauth2/token", dev, "secret of dev", "")
                .json()
                .path("access_token")
                .asString("");
        Map<String, String> bearer = Map.of("Authorization", "Bearer " + token);
        assertThat(arm.exchange("GET", "/metrics", "", bearer).status()).isEqualTo(403);
        assign(dev, arm.mc("one"));
        assertThat(arm.exchange("GET", "/metrics", "", bearer).status()).isEqualTo(403);
        assign(dev, ArmHarness.S);
        assertThat(arm.exchange("GET", "/metrics", "", bearer).status()).isEqualTo(200);
    }

    private void assign(String principal, String scope) {
        String id = UUID.randomUUID().toString();
        Reply reply = arm.put(
                scope + "/providers/Microsoft.Authorization/roleAssignments/" + id,
                "{\"properties\":{\"principalId\":\"" + principal + "\",\"roleDefinitionId\":\"" + ArmHarness.S
                        + "/providers/Microsoft.Authorization/roleDefinitions/" + Role.READER.id() + "\"}}");
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(201);
    }
}
