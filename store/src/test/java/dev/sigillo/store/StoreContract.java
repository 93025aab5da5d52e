package dev.sigillo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.OperationStatus;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.testkit.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every database under a {@link Store} must do. A database joins by a subclass that opens it. */
abstract class StoreContract {
    static final String ID =
            "/subscriptions/s/resourceGroups/Demo/providers/Microsoft.ContainerService/managedClusters/One";
    static final String BODY = "{\"location\":\"eastus\"}";

    final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T00:00:00Z"));
    Store store;

    /** A store on the same data each time it is called in one test. */
    abstract Store open(Clock clock);

    /** Runs a statement on the store's tables past the store, as a fault of some program would. */
    abstract void execute(String sql);

    @BeforeEach
    void opens() {
        store = open(clock);
    }

    @AfterEach
    void closes() {
        store.close();
    }

    ClusterRecord cluster() {
        store.resourceGroups().put("Demo", "eastus", "null");
        return store.clusters().create(ID, "Demo", "One", "eastus", BODY);
    }

    static MachineRecord machine(String id, String address) {
        return MachineRecord.wanted(
                id,
                ID,
                "np1",
                "node-" + id,
                address,
                "10.244." + address.substring(address.lastIndexOf('.') + 1) + ".0/24",
                "img",
                true,
                true,
                32,
                1);
    }

    @Test
    @DisplayName("the audit log takes rows at its end alone: none is changed, deleted, replaced or put in between")
    void auditIsAppended() {
        AuditEvent event =
                new AuditEvent("client", "name", "a/write", "/r", AuditEvent.Outcome.STARTED, 0, "", "correlation");
        store.audit().append(event);
        store.audit().append(event.ended(200, ""));
        List<AuditStore.Entry> before = store.audit().before(Long.MAX_VALUE, 10);
        String row = " audit_event VALUES (%d, 0, 'c', 'n', 'a', 'r', 'STARTED', 0, '', 'x')";
        for (String sql : List.of(
                "UPDATE audit_event SET caller = 'other' WHERE number = 1",
                "DELETE FROM audit_event WHERE number = 2",
                "DELETE FROM audit_event",
                "INSERT OR REPLACE INTO" + row.formatted(2),
                "INSERT INTO" + row.formatted(0),
                "INSERT INTO" + row.formatted(9))) {
            assertThatThrownBy(() -> execute(sql)).as(sql).hasStackTraceContaining("the audit log is appended to");
        }
        assertThat(store.audit().before(Long.MAX_VALUE, 10)).isEqualTo(before).hasSize(2);
        store.audit().append(event);
        assertThat(store.audit().before(Long.MAX_VALUE, 1).getFirst().number()).isEqualTo(3);
    }

    @Test
    @DisplayName("a setting that is chosen once keeps its first value, also after a restart")
    void choosesOnce() {
        assertThat(store.settings().chooseOnce("port", "1")).isEqualTo("1");
        store.close();
        store = open(clock);
        assertThat(store.settings().chooseOnce("port", "2")).isEqualTo("1");
        store.settings().put("port", "3");
        assertThat(store.settings().find("port")).contains("3");
        assertThat(store.settings().find("Port")).isEmpty();
    }

    @Test
    @DisplayName("a cluster is found whatever the case of its group and name, and keeps the case of its creation")
    void findsWithoutCase() {
        ClusterRecord made = cluster();
        assertThat(store.clusters().find("dEMO", "oNE")).contains(made);
        assertThat(made.name()).isEqualTo("One");
        assertThat(store.clusters().byId(ID)).contains(made);
        assertThat(store.clusters().listInGroup("DEMO")).containsExactly(made);
    }

    @Test
    @DisplayName("a cluster gets the smallest free index, and an index is free again after the purge")
    void allocatesIndexes() {
        cluster();
        ClusterRecord two = store.clusters().create(ID + "2", "Demo", "Two", "eastus", BODY);
        store.clusters().purge(ID);
        ClusterRecord three = store.clusters().create(ID + "3", "Demo", "Three", "eastus", BODY);
        assertThat(two.index()).isEqualTo(2);
        assertThat(three.index()).isEqualTo(1);
        assertThat(three.shortId()).isEqualTo("c1");
        assertThat(store.clusters().byShortId("c1")).contains(three);
    }

    @Test
    @DisplayName("a home has 30 cluster networks, so that base and index stay in its block of 32; the next cluster is"
            + " refused")
    void indexesEnd() {
        store.resourceGroups().put("Demo", "eastus", "null");
        for (int made = 1; made <= 30; made++) {
            assertThat(store.clusters()
                            .create(ID + made, "Demo", "c" + made, "eastus", BODY)
                            .index())
                    .isEqualTo(made);
        }
        assertThatThrownBy(() -> store.clusters().create(ID + "x", "Demo", "x", "eastus", BODY))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.NO_HOST_CAPACITY));
    }

    @Test
    @DisplayName("an update at an old etag changes nothing and is a precondition error")
    void refusesOldEtag() {
        ClusterRecord made = cluster();
        ClusterRecord changed = store.clusters().update(ID, made.etag(), "{\"a\":1}", ProvisioningState.UPDATING);
        assertThat(changed.etag()).isEqualTo(made.etag() + 1);
        assertThatThrownBy(() -> store.clusters().update(ID, made.etag(), "{\"a\":2}", ProvisioningState.UPDATING))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.ETAG_MISMATCH));
        assertThat(store.clusters().byId(ID)).contains(changed);
    }

    @Test
    @DisplayName("a cluster that is being deleted can neither be updated nor become Succeeded again")
    void deletionIsFinal() {
        ClusterRecord made = cluster();
        store.clusters().markDeleting(ID);
        store.clusters().setState(ID, ProvisioningState.SUCCEEDED);
        ClusterRecord now = store.clusters().byId(ID).orElseThrow();
        assertThat(now.provisioningState()).isEqualTo("Deleting");
        assertThat(now.deleting()).isTrue();
        assertThatThrownBy(() -> store.clusters().update(ID, now.etag(), BODY, "Updating"))
                .isInstanceOf(ArmException.class);
        assertThat(made.deleting()).isFalse();
    }

    @Test
    @DisplayName("a transaction that throws leaves nothing of itself")
    void allOrNothing() {
        store.resourceGroups().put("Demo", "eastus", "null");
        assertThatThrownBy(() -> store.useTransaction(tx -> {
                    tx.clusters().create(ID, "Demo", "One", "eastus", BODY);
                    tx.pools().create(ID, "np1", "{}");
                    tx.operations().open(ID, ID, OperationKind.CREATE, "eastus");
                    throw ArmError.CONFLICT.because("no");
                }))
                .isInstanceOf(ArmException.class);
        assertThat(store.clusters().list()).isEmpty();
        assertThat(store.operations().open()).isEmpty();
    }

    @Test
    @DisplayName("a write to the outer store inside a transaction fails at once instead of waiting for itself")
    void noNestedWrites() {
        assertThatThrownBy(() -> store.useTransaction(tx -> store.settings().put("a", "b")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("transaction's own Store");
    }

    @Test
    @DisplayName("a what-if gives what a transaction would, and leaves nothing of itself")
    void whatIf() {
        String name = store.whatIf(
                tx -> tx.resourceGroups().put("Demo", "eastus", "null").name());
        assertThat(name).isEqualTo("Demo");
        assertThat(store.resourceGroups().list()).isEmpty();
    }

    @Test
    @DisplayName(
            "a deployment is found whatever the case of its name, is replaced by the next, and goes with its group")
    void deployments() {
        store.resourceGroups().put("Demo", "eastus", "null");
        store.deployments().put("demo", "One", "{}");
        store.deployments().put("demo", "one", "{\"a\":1}");
        assertThat(store.deployments().find("DEMO", "ONE").orElseThrow())
                .isEqualTo(new DeploymentRecord("Demo", "one", "{\"a\":1}", clock.instant()));
        assertThat(store.deployments().listInGroup("demo")).hasSize(1);
        store.resourceGroups().remove("demo");
        assertThat(store.deployments().listInGroup("demo")).isEmpty();
    }

    @Test
    @DisplayName("a command ends once, forgets what came with it, survives a restart, and goes with its cluster")
    void commands() {
        cluster();
        store.commands().accept("one", ID, "{}");
        assertThat(store.commands().left()).hasSize(1);
        store.commands().run("one");
        store.close();
        store = open(clock);
        CommandRecord running = store.commands().find(ID, "one").orElseThrow();
        assertThat(running.state()).isEqualTo(CommandState.RUNNING);
        assertThat(running.content()).isEqualTo("{}");
        Instant then = clock.instant();
        store.commands()
                .end("one", new CommandRecord.End("", Optional.of(1), "logs", Optional.of(then), Optional.empty()));
        store.commands().end("one", CommandRecord.End.failed("too late"));
        store.commands().run("one");
        assertThat(store.commands().find(ID, "one"))
                .contains(new CommandRecord(
                        "one",
                        ID,
                        "",
                        CommandState.SUCCEEDED,
                        "",
                        Optional.of(1),
                        "logs",
                        false,
                        then,
                        Optional.of(then),
                        Optional.of(then)));
        store.commands().markRemoved("one");
        assertThat(store.commands().left()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        for (int more = 0; more < CommandStore.KEPT_PER_CLUSTER; more++) {
            store.commands().accept("more" + more, ID, "{}");
        }
        assertThat(store.commands().find(ID, "one"))
                .as("the oldest is forgotten")
                .isEmpty();
        assertThat(store.commands().left()).as("none that is under way is").hasSize(CommandStore.KEPT_PER_CLUSTER);
        store.clusters().purge(ID);
        assertThat(store.commands().left()).isEmpty();
    }

    @Test
    @DisplayName("an operation, its error and its times survive a restart, and an ended one never changes")
    void operationsSurvive() {
        cluster();
        Operation started = store.operations().open(ID, ID + "/agentPools/np1", OperationKind.CREATE, "eastus");
        clock.advance(Duration.ofSeconds(5));
        ErrorBody error = new ErrorBody("AttestationFailed", "initrd differs", "np1");
        store.operations().fail(started.id(), error);
        store.operations().succeed(started.id());
        store.close();
        store = open(clock);
        Operation now = store.operations().find(started.id()).orElseThrow();
        assertThat(now.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(now.error()).contains(error);
        assertThat(Duration.between(now.startedAt(), now.finishedAt().orElseThrow()))
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("open operations are found by cluster, by pool and by resource")
    void findsOpenOperations() {
        cluster();
        Operation whole = store.operations().open(ID, ID, OperationKind.CREATE, "eastus");
        Operation pool = store.operations().open(ID, ID + "/agentPools/np1", OperationKind.CREATE, "eastus");
        Operation ended = store.operations().open(ID, ID + "/agentPools/np2", OperationKind.CREATE, "eastus");
        store.operations().succeed(ended.id());
        assertThat(store.operations().openOfCluster(ID)).containsExactlyInAnyOrder(whole, pool);
        assertThat(store.operations().openOfPool(ID, "np1")).containsExactly(pool);
        assertThat(store.operations().openOfResource(ID)).containsExactly(whole);
        assertThat(store.operations().open()).containsExactlyInAnyOrder(whole, pool);
    }

    @Test
    @DisplayName(
            "a pool that is being deleted says whether disruption budgets are heeded; one whose deletion failed can change")
    void keepsPool() {
        cluster();
        store.pools().create(ID, "np1", "{}");
        store.pools().markDeleting(ID, "np1", true);
        PoolRecord heeding = store.pools().find(ID, "np1").orElseThrow();
        assertThat(heeding.deleting()).isTrue();
        assertThat(heeding.heedsBudgets()).isTrue();
        assertThat(heeding.provisioningState()).isEqualTo("Deleting");
        store.pools().markDeleting(ID, "np1", false);
        assertThat(store.pools().find(ID, "np1").orElseThrow().heedsBudgets()).isFalse();
        store.pools().keep(ID, "np1");
        PoolRecord kept = store.pools().find(ID, "np1").orElseThrow();
        assertThat(kept.deleting()).isFalse();
        assertThat(kept.provisioningState()).isEqualTo("Failed");
        assertThat(store.pools()
                        .update(ID, "np1", kept.etag(), "{}", "Updating")
                        .provisioningState())
                .isEqualTo("Updating");
    }

    @Test
    @DisplayName("a purged pool takes its machines with it; its deletion succeeds and its creation is cancelled")
    void purgesPool() {
        cluster();
        store.pools().create(ID, "np1", "{}");
        store.pools().create(ID, "np2", "{}");
        store.machines().create(machine("m-1", "10.224.1.4"));
        Operation creation = store.operations().open(ID, ID + "/agentPools/np1", OperationKind.CREATE, "eastus");
        Operation deletion = store.operations().open(ID, ID + "/agentPools/np1", OperationKind.DELETE, "eastus");
        store.pools().markDeleting(ID, "np1", false);
        store.pools().purge(ID, "np1");
        assertThat(store.pools().listOfCluster(ID)).extracting(PoolRecord::name).containsExactly("np2");
        assertThat(store.machines().list()).isEmpty();
        assertThat(store.operations().find(deletion.id()).orElseThrow().status())
                .isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(store.operations().find(creation.id()).orElseThrow().status())
                .isEqualTo(OperationStatus.CANCELED);
    }

    @Test
    @DisplayName("purging the last cluster of a group that is being deleted ends the group and its operation")
    void purgesGroup() {
        cluster();
        store.pools().create(ID, "np1", "{}");
        store.machines().create(machine("m-1", "10.224.1.4"));
        store.verdicts().add(new VerdictRecord("m-1", clock.instant(), true, "{}", Optional.empty()));
        store.joinTokens().issue("m-1", "t", Duration.ofMinutes(10));
        Operation deletion =
                store.operations().open("", "/subscriptions/s/resourceGroups/Demo", OperationKind.DELETE, "eastus");
        store.resourceGroups().markDeleting("demo");
        store.clusters().markDeleting(ID);
        store.clusters().purge(ID);
        assertThat(store.resourceGroups().find("Demo")).isEmpty();
        assertThat(store.machines().list()).isEmpty();
        assertThat(store.verdicts().list("m-1")).isEmpty();
        assertThat(store.operations().find(deletion.id()).orElseThrow().status())
                .isEqualTo(OperationStatus.SUCCEEDED);
        store.clusters().purge(ID);
    }

    @Test
    @DisplayName("a machine goes from phase to phase, keeps what it was started with, and its first failure stays")
    void machines() {
        cluster();
        MachineRecord made = store.machines().create(machine("m-1", "10.224.1.4"));
        assertThat(made.etag()).isEqualTo(1);
        MachineRecord.Given given = new MachineRecord.Given("c0", "f0", Optional.of("r0"), "a0");
        assertThat(store.machines().starting("m-1", given)).isTrue();
        assertThat(store.machines().advance("m-1", Phase.BOOKED, Phase.STARTED)).isTrue();
        assertThat(store.machines().advance("m-1", Phase.BOOKED, Phase.STARTED)).isFalse();
        Instant end = clock.instant().plusSeconds(600);
        assertThat(store.machines().admit("m-1", end, Optional.empty())).isTrue();
        Instant first = clock.instant();
        clock.advance(Duration.ofMinutes(4));
        assertThat(store.machines().advance("m-1", Phase.ADMITTED, Phase.READY)).isTrue();
        assertThat(store.machines().admit("m-1", end.plusSeconds(240), Optional.of(end)))
                .isTrue();
        MachineRecord ready = store.machines().find("m-1").orElseThrow();
        assertThat(ready.phase()).isEqualTo(Phase.READY);
        assertThat(ready.given()).contains(given);
        assertThat(ready.admittedAt()).contains(first);
        assertThat(ready.leaseUntil()).contains(end.plusSeconds(240));
        assertThat(store.machines().byNode(ID, "node-m-1")).contains(ready);

        MachineRecord.Failure refused = new MachineRecord.Failure("AttestationFailed", "initrd differs");
        assertThat(store.machines().fail("m-1", refused)).isTrue();
        assertThat(store.machines().fail("m-1", new MachineRecord.Failure("MachineFailed", "later")))
                .isFalse();
        assertThat(store.machines().advance("m-1", Phase.FAILED, Phase.READY)).isFalse();
        assertThat(store.machines().admit("m-1", end, Optional.empty())).isFalse();
        assertThat(store.machines().starting("m-1", given)).isFalse();
        assertThat(store.machines().find("m-1").orElseThrow().failure()).contains(refused);
        assertThat(store.machines().advance("m-2", Phase.BOOKED, Phase.READY)).isFalse();
    }

    private void admitted(String id, Instant trustUntil) {
        store.machines().create(machine(id, "10.224.1.4"));
        store.machines().starting(id, new MachineRecord.Given("c", "f", Optional.empty(), ""));
        store.machines().advance(id, Phase.BOOKED, Phase.STARTED);
        store.machines().admit(id, clock.instant().plusSeconds(600), Optional.of(trustUntil));
    }

    @Test
    @DisplayName(
            "trust ends with the last verdict and not before, is withdrawn once, and is back with the next verdict")
    void trust() {
        cluster();
        Instant end = clock.instant().plusSeconds(180);
        admitted("m-1", end);
        assertThat(store.machines().lapse("m-1", end)).isFalse();
        assertThat(store.machines().quarantined(ID)).isEmpty();
        assertThat(store.machines().find("m-1").orElseThrow().isTrusted(end)).isFalse();
        assertThat(store.machines().find("m-1").orElseThrow().isTrusted(end.minusMillis(1)))
                .isTrue();
        assertThat(store.machines().lapse("m-1", end.plusMillis(1))).isTrue();
        assertThat(store.machines().lapse("m-1", end.plusSeconds(9))).isFalse();
        MachineRecord lapsed = store.machines().find("m-1").orElseThrow();
        assertThat(lapsed.withdrawnAt()).contains(end.plusMillis(1));
        assertThat(lapsed.phase()).isEqualTo(Phase.ADMITTED);
        assertThat(store.machines().quarantined(ID)).containsExactly(lapsed.nodeName());
        assertThat(store.machines().quarantined("another")).isEmpty();
        assertThat(store.machines().trust("m-1", end.plusSeconds(180))).isTrue();
        MachineRecord back = store.machines().find("m-1").orElseThrow();
        assertThat(back.withdrawnAt()).isEmpty();
        assertThat(back.isTrusted(end.plusSeconds(179))).isTrue();
        assertThat(store.machines().quarantined(ID)).isEmpty();
    }

    @Test
    @DisplayName("trust that ends for good takes the machine into quarantine in the same step, and not before its time")
    void lapsesForGood() {
        cluster();
        Instant end = clock.instant().plusSeconds(180);
        admitted("m-1", end);
        MachineRecord.Failure silent = new MachineRecord.Failure("AttestationMissed", "silent");
        assertThat(store.machines().lapseForGood("m-1", end, silent)).isFalse();
        assertThat(store.machines().find("m-1").orElseThrow().failure()).isEmpty();
        assertThat(store.machines().lapseForGood("m-1", end.plusMillis(1), silent))
                .isTrue();
        MachineRecord row = store.machines().find("m-1").orElseThrow();
        assertThat(row.phase()).isEqualTo(Phase.QUARANTINED);
        assertThat(row.failure()).contains(silent);
        assertThat(row.withdrawnAt()).contains(end.plusMillis(1));
        assertThat(store.machines().trust("m-1", end.plusSeconds(180))).isFalse();
        assertThat(store.machines().lapseForGood("m-1", end.plusSeconds(9), silent))
                .isFalse();
    }

    @Test
    @DisplayName(
            "trust that was withdrawn before may end for good later, from the same time on, unless a verdict counts")
    void lapsesForGoodLater() {
        cluster();
        Instant end = clock.instant().plusSeconds(180);
        admitted("m-1", end);
        MachineRecord.Failure silent = new MachineRecord.Failure("AttestationMissed", "silent");
        assertThat(store.machines().lapse("m-1", end.plusSeconds(1))).isTrue();
        assertThat(store.machines().trust("m-1", end.plusSeconds(180))).isTrue();
        assertThat(store.machines().lapseForGood("m-1", end.plusSeconds(2), silent))
                .isFalse();
        assertThat(store.machines().lapse("m-1", end.plusSeconds(181))).isTrue();
        assertThat(store.machines().lapseForGood("m-1", end.plusSeconds(190), silent))
                .isTrue();
        MachineRecord row = store.machines().find("m-1").orElseThrow();
        assertThat(row.phase()).isEqualTo(Phase.QUARANTINED);
        assertThat(row.withdrawnAt()).contains(end.plusSeconds(181));
    }

    @Test
    @DisplayName("another machine passes: it is another, trusted now, and its passing verdict is later")
    void anotherPassed() {
        cluster();
        Instant since = clock.instant();
        Instant now = since.plusSeconds(60);
        admitted("m-1", since.plusSeconds(180));
        assertThat(store.machines().anotherPassed("m-2", since, now)).isFalse();
        verdict(since, true);
        verdict(now, false);
        assertThat(store.machines().anotherPassed("m-2", since, now)).isFalse();
        verdict(now, true);
        assertThat(store.machines().anotherPassed("m-2", since, now)).isTrue();
        assertThat(store.machines().anotherPassed("m-1", since, now)).isFalse();
        assertThat(store.machines().anotherPassed("m-2", since, since.plusSeconds(180)))
                .isFalse();
        store.machines().lapse("m-1", since.plusSeconds(181));
        assertThat(store.machines().anotherPassed("m-2", since, now)).isFalse();
    }

    private void verdict(Instant at, boolean passing) {
        store.verdicts().add(new VerdictRecord("m-1", at, passing, "{}", Optional.empty()));
    }

    @Test
    @DisplayName("a quarantine takes trust and phase, keeps its first reason, and ends by a recovery alone")
    void quarantine() {
        cluster();
        Instant end = clock.instant().plusSeconds(180);
        admitted("m-1", end);
        MachineRecord.Failure refused = new MachineRecord.Failure("AttestationFailed", "initrd differs");
        assertThat(store.machines().recover("m-1")).isFalse();
        assertThat(store.machines().quarantine("m-1", refused)).isTrue();
        assertThat(store.machines().quarantine("m-1", new MachineRecord.Failure("X", "later")))
                .isFalse();
        MachineRecord row = store.machines().find("m-1").orElseThrow();
        assertThat(row.phase()).isEqualTo(Phase.QUARANTINED);
        assertThat(row.failure()).contains(refused);
        assertThat(row.isTrusted(clock.instant())).isFalse();
        assertThat(store.machines().trust("m-1", end)).isFalse();
        assertThat(store.machines().admit("m-1", end, Optional.of(end))).isFalse();
        assertThat(store.machines().lapse("m-1", end.plusSeconds(1))).isFalse();
        assertThat(store.machines().recover("m-1")).isTrue();
        row = store.machines().find("m-1").orElseThrow();
        assertThat(row.phase()).isEqualTo(Phase.ADMITTED);
        assertThat(row.withdrawnAt()).isPresent();
        assertThat(store.machines().trust("m-1", end)).isTrue();
        assertThat(store.machines().find("m-1").orElseThrow().withdrawnAt()).isEmpty();
    }

    @Test
    @DisplayName("a log that many verdicts rest on is kept once, and goes with the last of them")
    void logsOfVerdicts() {
        String log = store.evidence().put("the log".getBytes(StandardCharsets.UTF_8));
        for (int at = 0; at < VerdictStore.KEPT_PER_MACHINE + 5; at++) {
            String quote = store.evidence().put(("quote " + at).getBytes(StandardCharsets.UTF_8));
            store.verdicts()
                    .add(new VerdictRecord(
                            "m-1",
                            clock.instant(),
                            true,
                            "{}",
                            Optional.of(quote),
                            Optional.of(log),
                            Optional.empty()));
        }
        assertThat(store.verdicts().list("m-1"))
                .allMatch(verdict -> verdict.eventLog().equals(Optional.of(log)));
        assertThat(store.evidence().find(log)).isPresent();
        String other = store.evidence().put("the next boot's log".getBytes(StandardCharsets.UTF_8));
        for (int at = 0; at < VerdictStore.KEPT_PER_MACHINE; at++) {
            store.verdicts()
                    .add(new VerdictRecord(
                            "m-1",
                            clock.instant(),
                            true,
                            "{}",
                            Optional.empty(),
                            Optional.of(at == 0 ? log : other),
                            Optional.empty()));
        }
        assertThat(store.evidence().find(log))
                .as("the first verdict stays, and its log")
                .isPresent();
        assertThat(store.evidence().find(other)).isPresent();
    }

    @Test
    @DisplayName("a machine has sixteen nonces at most: the one that ends first goes")
    void fewNonces() {
        for (int at = 0; at <= NonceStore.KEPT_PER_MACHINE; at++) {
            store.nonces().issue("m-1", "n" + at, Duration.ofHours(3).plusSeconds(at));
        }
        store.nonces().issue("m-2", "other", Duration.ofHours(3));
        assertThat(store.nonces().consume("m-1", "n0")).isFalse();
        assertThat(store.nonces().consume("m-1", "n1")).isTrue();
        assertThat(store.nonces().consume("m-2", "other")).isTrue();
    }

    @Test
    @DisplayName("a reference is kept by content for as long as a machine points to it")
    void references() {
        cluster();
        String key = store.references().put("{\"pcrs\":[]}");
        assertThat(store.references().put("{\"pcrs\":[]}")).isEqualTo(key);
        store.machines().create(machine("m-1", "10.224.1.4"));
        store.machines().create(machine("m-2", "10.224.1.5"));
        store.machines().starting("m-1", new MachineRecord.Given("c", "f", Optional.of(key), ""));
        clock.advance(Duration.ofHours(2));
        store.machines().remove("m-2");
        assertThat(store.references().find(key)).contains("{\"pcrs\":[]}");
        store.machines().remove("m-1");
        assertThat(store.references().find(key)).isEmpty();
    }

    @Test
    @DisplayName("two machines of a cluster cannot have one address")
    void oneAddressEach() {
        cluster();
        store.machines().create(machine("m-1", "10.224.1.4"));
        assertThatThrownBy(() -> store.machines().create(machine("m-2", "10.224.1.4")))
                .isInstanceOf(RuntimeException.class);
        assertThat(store.machines().list()).hasSize(1);
    }

    @Test
    @DisplayName("a nonce counts once, for its own machine, before it expires")
    void nonces() {
        store.nonces().issue("m-1", "aa", Duration.ofMinutes(1));
        assertThat(store.nonces().consume("m-2", "aa")).isFalse();
        assertThat(store.nonces().consume("m-1", "aa")).isTrue();
        assertThat(store.nonces().consume("m-1", "aa")).isFalse();
        store.nonces().issue("m-1", "bb", Duration.ofMinutes(1));
        clock.advance(Duration.ofMinutes(1));
        assertThat(store.nonces().consume("m-1", "bb")).isFalse();
    }

    @Test
    @DisplayName("a join token is spent on one key, for its own machine, before it expires; a new one voids the old")
    void joinTokens() {
        store.joinTokens().issue("m-1", "one", Duration.ofMinutes(10));
        assertThat(store.joinTokens().spend("m-2", "one", "key-a")).isFalse();
        store.joinTokens().issue("m-1", "two", Duration.ofMinutes(10));
        assertThat(store.joinTokens().spend("m-1", "one", "key-a")).isFalse();
        assertThat(store.joinTokens().spend("m-1", "two", "key-a")).isTrue();
        assertThat(store.joinTokens().spend("m-1", "two", "key-a")).isTrue();
        assertThat(store.joinTokens().spend("m-1", "two", "key-b")).isFalse();
        store.joinTokens().drop("m-1");
        assertThat(store.joinTokens().spend("m-1", "two", "key-a")).isFalse();
        store.joinTokens().issue("m-1", "three", Duration.ofMinutes(10));
        assertThat(store.joinTokens().matches("m-1", "three")).isTrue();
        clock.advance(Duration.ofMinutes(10));
        assertThat(store.joinTokens().matches("m-1", "three")).isFalse();
        assertThat(store.joinTokens().spend("m-1", "three", "key-a")).isFalse();
    }

    @Test
    @DisplayName("a machine's first keys stay its keys")
    void enrolledKeys() {
        assertThat(store.enrolledKeys().enrol("m-1", "ek", "ak", "name").akPublic())
                .isEqualTo("ak");
        assertThat(store.enrolledKeys().enrol("m-1", "ek2", "ak2", "name2").akPublic())
                .isEqualTo("ak");
        store.enrolledKeys().enrol("m-2", "ek3", "ak3", "name3");
        assertThat(store.enrolledKeys().related("m-1", "x", "x"))
                .extracting(EnrolledKeyRecord::machineId)
                .containsExactly("m-1");
        assertThat(store.enrolledKeys().related("m-3", "ek", "name3"))
                .extracting(EnrolledKeyRecord::machineId)
                .containsExactly("m-1", "m-2");
        store.enrolledKeys().quoted("m-1", "q", "c");
        assertThat(store.enrolledKeys().find("m-1").orElseThrow().lastClock()).contains("c");
    }

    @Test
    @DisplayName("the newest verdict is the latest; the first and the last hundred are kept")
    void verdicts() {
        for (int at = 0; at < VerdictStore.KEPT_PER_MACHINE + 5; at++) {
            clock.advance(Duration.ofSeconds(1));
            store.verdicts()
                    .add(new VerdictRecord("m-1", clock.instant(), at > 0, "{\"n\":" + at + "}", Optional.of("e")));
        }
        List<VerdictRecord> kept = store.verdicts().list("m-1");
        assertThat(kept).hasSize(VerdictStore.KEPT_PER_MACHINE + 1);
        assertThat(kept.getFirst().passing()).isFalse();
        assertThat(store.verdicts().latest("m-1").orElseThrow().json()).isEqualTo("{\"n\":104}");
    }

    @Test
    @DisplayName(
            "the latest verdict on each machine of a cluster, with the text of those alone that do not pass; the kept ones by number")
    void verdictsOfCluster() {
        cluster();
        for (int number = 1; number <= 3; number++) {
            store.machines().create(machine("m-" + number, "10.224.1." + (number + 3)));
        }
        store.verdicts().add(new VerdictRecord("m-1", clock.instant(), false, "{\"n\":1}", Optional.of("e1")));
        store.verdicts().add(new VerdictRecord("m-1", clock.instant(), true, "{\"n\":2}", Optional.of("e2")));
        store.verdicts().add(new VerdictRecord("m-2", clock.instant(), true, "{\"n\":3}", Optional.empty()));
        store.verdicts().add(new VerdictRecord("m-2", clock.instant(), false, "{\"n\":4}", Optional.empty()));
        Map<String, VerdictRecord> latest = store.verdicts().latestOfCluster(ID);
        assertThat(latest)
                .containsOnly(
                        Map.entry("m-1", new VerdictRecord("m-1", clock.instant(), true, "{}", Optional.empty())),
                        Map.entry(
                                "m-2",
                                new VerdictRecord("m-2", clock.instant(), false, "{\"n\":4}", Optional.empty())));
        assertThat(store.verdicts().latestOfCluster("/another")).isEmpty();
        assertThat(store.verdicts().history("m-1").keySet()).containsExactly(1L, 2L);
        assertThat(store.verdicts().history("m-1").values())
                .extracting(VerdictRecord::evidence)
                .containsExactly(Optional.of("e1"), Optional.of("e2"));
    }

    @Test
    @DisplayName("evidence is stored once for the same bytes and comes back whole")
    void evidence() {
        byte[] content = "log".getBytes(StandardCharsets.UTF_8);
        String key = store.evidence().put(content);
        assertThat(store.evidence().put(content.clone())).isEqualTo(key);
        assertThat(store.evidence().find(key))
                .hasValueSatisfying(kept -> assertThat(kept).isEqualTo(content));
        assertThat(store.evidence().find("00")).isEmpty();
    }

    @Test
    @DisplayName("principals are found by client id without regard to case; a second put changes the secret")
    void principals() {
        store.principals().put("AAAA-1", "demo", "h1");
        store.principals().put("aaaa-1", "demo", "h2");
        assertThat(store.principals().find("aAaA-1").orElseThrow().secretHash()).isEqualTo("h2");
        assertThat(store.principals().list()).hasSize(1);
        assertThat(store.principals().delete("AAAA-1")).isTrue();
        assertThat(store.principals().find("aaaa-1")).isEmpty();
    }

    @Test
    @DisplayName(
            "users are found by name without regard to case, external principals by issuer and subject as they are")
    void kinds() {
        store.principals().put("app", "anna", "h");
        store.principals().addUser("U-1", "Anna", "h");
        store.principals().addExternal("e-1", "build", "https://issuer", "Subject");
        assertThat(store.principals().findUser("aNNa").orElseThrow().clientId()).isEqualTo("u-1");
        assertThat(store.principals().findUser("build")).isEmpty();
        assertThat(store.principals()
                        .findExternal("https://issuer", "Subject")
                        .orElseThrow()
                        .clientId())
                .isEqualTo("e-1");
        assertThat(store.principals().findExternal("https://issuer", "subject")).isEmpty();
        assertThat(store.principals().findExternal("", "")).isEmpty();
        assertThatThrownBy(() -> store.principals().addExternal("e-2", "other", "https://issuer", "Subject"))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    @DisplayName("of a family of refresh tokens one counts, once; it goes with its principal, or with the password")
    void refreshTokens() {
        store.principals().addUser("u", "anna", "h");
        store.refreshTokens().begin("f", "1", "u", "az", "s", 2);
        assertThat(store.refreshTokens().rotate("f", "1", "2")).isTrue();
        assertThat(store.refreshTokens().rotate("f", "1", "3")).isFalse();
        assertThat(store.refreshTokens().find("f").orElseThrow().hash()).isEqualTo("2");
        assertThat(store.refreshTokens().find("f").orElseThrow().previousHash()).isEqualTo("1");
        store.refreshTokens().begin("g", "1", "u", "az", "s", 2);
        store.refreshTokens().begin("h", "1", "u", "az", "s", 2);
        assertThat(List.of("f", "g", "h").stream()
                        .filter(family -> store.refreshTokens().find(family).isPresent()))
                .hasSize(2)
                .contains("h");
        store.principals().setSecret("U", "h2");
        assertThat(store.refreshTokens().find("h")).isEmpty();
        assertThat(store.principals().find("u").orElseThrow().secretHash()).isEqualTo("h2");
        store.refreshTokens().begin("i", "1", "u", "az", "s", 2);
        assertThat(store.principals().delete("u")).isTrue();
        assertThat(store.refreshTokens().find("i")).isEmpty();
    }

    @Test
    @DisplayName("sixteen writers at once: every compare-and-set counts once and none fails for lack of a lock")
    void concurrentWriters() throws Exception {
        cluster();
        List<Future<Integer>> results = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < 16; writer++) {
                results.add(executor.submit(this::tenIncrements));
            }
        }
        int total = 0;
        for (Future<Integer> result : results) {
            total += result.get();
        }
        assertThat(total).isEqualTo(160);
        assertThat(store.clusters().byId(ID).orElseThrow().etag()).isEqualTo(161);
    }

    private int tenIncrements() {
        int done = 0;
        while (done < 10) {
            ClusterRecord seen = store.clusters().byId(ID).orElseThrow();
            try {
                store.clusters().update(ID, seen.etag(), BODY, "Updating");
                done++;
            } catch (ArmException e) {
                assertThat(e.error()).isEqualTo(ArmError.ETAG_MISMATCH);
            }
        }
        return done;
    }
}
