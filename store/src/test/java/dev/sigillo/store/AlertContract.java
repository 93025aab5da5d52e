package dev.sigillo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.testkit.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What alerts do under every database. A database joins by a subclass that opens it. */
abstract class AlertContract {
    static final String ID = StoreContract.ID;
    static final long NEWEST = Long.MAX_VALUE;

    final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T00:00:00Z"));
    Store store;
    MachineRecord machine;

    /** A store on the same data each time it is called in one test. */
    abstract Store open(Clock clock);

    @BeforeEach
    void opens() {
        store = open(clock);
        store.resourceGroups().put("Demo", "eastus", "null");
        store.clusters().create(ID, "Demo", "One", "eastus", StoreContract.BODY);
        machine = store.machines().create(StoreContract.machine("m-1", "10.224.1.4"));
    }

    @AfterEach
    void closes() {
        store.close();
    }

    private AlertCause cause(String component) {
        return AlertCause.of(machine, AlertKind.ATTESTATION_FAILED, component, "It is not as expected.")
                .found("quiet", "quiet init=/bin/sh", "PCR 8, event 41");
    }

    private AlertRecord now(AlertRecord alert) {
        return store.alerts().find(alert.name()).orElseThrow();
    }

    private List<AlertChange.Kind> changes() {
        return store.alerts().changes(100).stream().map(AlertChange::kind).toList();
    }

    @Test
    @DisplayName("whether a machine has an open alert of a kind is known, also once a person has dismissed it")
    void open() {
        assertThat(store.alerts().isOpen("m-1", AlertKind.ATTESTATION_FAILED)).isFalse();
        AlertRecord alert = store.alerts().raise(cause("initrd"));
        assertThat(store.alerts().isOpen("m-1", AlertKind.ATTESTATION_FAILED)).isTrue();
        assertThat(store.alerts().isOpen("m-1", AlertKind.ATTESTATION_MISSED)).isFalse();
        assertThat(store.alerts().isOpen("m-2", AlertKind.ATTESTATION_FAILED)).isFalse();
        store.alerts().setStatus(alert.name(), AlertStatus.DISMISSED);
        assertThat(store.alerts().isOpen("m-1", AlertKind.ATTESTATION_FAILED)).isTrue();
        store.alerts().end("m-1", "It passes again.");
        assertThat(store.alerts().isOpen("m-1", AlertKind.ATTESTATION_FAILED)).isFalse();
    }

    @Test
    @DisplayName("an alert says what its cause says, where its cluster is, and survives a restart")
    void raises() {
        String evidence = store.evidence().put("log".getBytes(StandardCharsets.UTF_8));
        AlertRecord alert = store.alerts().raise(cause("kernel command line").shownBy(evidence));
        store.close();
        store = open(clock);
        assertThat(now(alert)).isEqualTo(alert);
        assertThat(alert)
                .isEqualTo(new AlertRecord(
                        alert.name(),
                        1,
                        ID,
                        "Demo",
                        "eastus",
                        "np1",
                        "m-1",
                        "node-m-1",
                        AlertKind.ATTESTATION_FAILED,
                        "kernel command line",
                        AlertStatus.ACTIVE,
                        "It is not as expected.",
                        "quiet",
                        "quiet init=/bin/sh",
                        "PCR 8, event 41",
                        Optional.of(evidence),
                        AlertKind.ATTESTATION_FAILED.remediation(),
                        1,
                        clock.instant(),
                        clock.instant(),
                        Optional.empty(),
                        ""));
        assertThat(alert.severity()).isEqualTo(AlertSeverity.MEDIUM);
    }

    @Test
    @DisplayName("the same cause again is the same alert: counted, with what was found last, and nobody is told twice")
    void countsTheSameCause() {
        AlertRecord first = store.alerts().raise(cause("initrd"));
        clock.advance(Duration.ofMinutes(1));
        AlertRecord second = store.alerts().raise(cause("initrd").found("aa", "cc", "PCR 9"));
        assertThat(second.name()).isEqualTo(first.name());
        assertThat(second.times()).isEqualTo(2);
        assertThat(second.was()).isEqualTo("cc");
        assertThat(second.firstAt()).isEqualTo(first.firstAt());
        assertThat(Duration.between(first.lastAt(), second.lastAt())).isEqualTo(Duration.ofMinutes(1));
        assertThat(changes()).containsExactly(AlertChange.Kind.RAISED);
    }

    @Test
    @DisplayName("another component, kind or machine is another alert")
    void otherCauses() {
        MachineRecord other = store.machines().create(StoreContract.machine("m-2", "10.224.1.5"));
        store.alerts().raise(cause("initrd"));
        store.alerts().raise(cause("kernel"));
        store.alerts().raise(AlertCause.of(machine, AlertKind.FORGED_EVIDENCE, "initrd", ""));
        store.alerts().raise(AlertCause.of(other, AlertKind.ATTESTATION_FAILED, "initrd", ""));
        store.alerts().raise(AlertCause.ofCluster(ID, AlertKind.ATTESTATION_FAILED, "initrd", ""));
        assertThat(store.alerts().list(NEWEST, 100))
                .hasSize(5)
                .extracting(AlertRecord::number)
                .containsExactly(5L, 4L, 3L, 2L, 1L);
    }

    @Test
    @DisplayName(
            "a dismissed alert stays dismissed while its cause lasts, and is new once the cause has ended and is back")
    void dismissed() {
        AlertRecord first = store.alerts().raise(cause("initrd"));
        store.alerts().setStatus(first.name(), AlertStatus.DISMISSED);
        AlertRecord again = store.alerts().raise(cause("initrd"));
        assertThat(again.name()).isEqualTo(first.name());
        assertThat(again.status()).isEqualTo(AlertStatus.DISMISSED);
        assertThat(store.alerts().end("m-1", "It is trusted again.")).isEqualTo(1);
        assertThat(now(first).status()).isEqualTo(AlertStatus.DISMISSED);
        assertThat(now(first).endedAt()).contains(clock.instant());
        assertThat(store.alerts().raise(cause("initrd")).name()).isNotEqualTo(first.name());
        assertThat(changes())
                .containsExactly(AlertChange.Kind.RAISED, AlertChange.Kind.STATUS, AlertChange.Kind.RAISED);
    }

    @Test
    @DisplayName("an alert whose cause ended is Resolved and says why, and cannot be made to wait again")
    void ends() {
        AlertRecord alert = store.alerts().raise(cause("initrd"));
        clock.advance(Duration.ofMinutes(1));
        assertThat(store.alerts().end("m-1", "It is trusted again.")).isEqualTo(1);
        assertThat(store.alerts().end("m-1", "Once more.")).isZero();
        AlertRecord ended = now(alert);
        assertThat(ended.status()).isEqualTo(AlertStatus.RESOLVED);
        assertThat(ended.endedAt()).contains(clock.instant());
        assertThat(ended.endedWhy()).isEqualTo("It is trusted again.");
        assertThatThrownBy(() -> store.alerts().setStatus(alert.name(), AlertStatus.ACTIVE))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.CONFLICT))
                .hasMessageContaining("It is trusted again.");
        assertThat(changes()).containsExactly(AlertChange.Kind.RAISED, AlertChange.Kind.ENDED);
    }

    @Test
    @DisplayName("the end of one kind leaves the others of its machine")
    void endsOneKind() {
        AlertRecord failed = store.alerts().raise(cause("initrd"));
        AlertRecord missed = store.alerts().raise(AlertCause.of(machine, AlertKind.ATTESTATION_MISSED, "", ""));
        assertThat(store.alerts().end("m-1", AlertKind.ATTESTATION_MISSED, "It is back."))
                .isEqualTo(1);
        assertThat(now(failed).isOpen()).isTrue();
        assertThat(now(missed).isOpen()).isFalse();
        AlertRecord restored = store.alerts().raise(AlertCause.ofCluster(ID, AlertKind.POLICY_RESTORED, "p", ""));
        assertThat(store.alerts().endOfCluster(ID, AlertKind.POLICY_RESTORED, "It stays as it is."))
                .isEqualTo(1);
        assertThat(now(restored).isOpen()).isFalse();
        assertThat(now(failed).isOpen()).isTrue();
    }

    @Test
    @DisplayName("what a person resolved can be activated again, unless its cause came back as a new alert")
    void reactivates() {
        AlertRecord first = store.alerts().raise(cause("initrd"));
        store.alerts().setStatus(first.name(), AlertStatus.RESOLVED);
        assertThat(now(first).endedAt()).contains(clock.instant());
        store.alerts().setStatus(first.name(), AlertStatus.ACTIVE);
        assertThat(now(first)).isEqualTo(first);
        store.alerts().setStatus(first.name(), AlertStatus.RESOLVED);
        AlertRecord second = store.alerts().raise(cause("initrd"));
        assertThat(second.name()).isNotEqualTo(first.name());
        assertThatThrownBy(() -> store.alerts().setStatus(first.name(), AlertStatus.IN_PROGRESS))
                .isInstanceOf(ArmException.class)
                .hasMessageContaining(second.name());
    }

    @Test
    @DisplayName("a status is found whatever the case of the name; the same status again changes nothing")
    void setsStatus() {
        AlertRecord alert = store.alerts().raise(cause("initrd"));
        String name = alert.name().toUpperCase(java.util.Locale.ROOT);
        assertThat(store.alerts()
                        .setStatus(name, AlertStatus.IN_PROGRESS)
                        .orElseThrow()
                        .status())
                .isEqualTo(AlertStatus.IN_PROGRESS);
        store.alerts().setStatus(name, AlertStatus.IN_PROGRESS);
        assertThat(changes()).containsExactly(AlertChange.Kind.RAISED, AlertChange.Kind.STATUS);
        assertThat(store.alerts().setStatus("no-such", AlertStatus.ACTIVE)).isEmpty();
    }

    @Test
    @DisplayName("alerts outlive their machine and their cluster, which end them, and are still listed where they were")
    void outlives() {
        AlertRecord ofMachine = store.alerts().raise(cause("initrd"));
        AlertRecord ofCluster = store.alerts().raise(AlertCause.ofCluster(ID, AlertKind.POLICY_RESTORED, "p", ""));
        store.machines().remove("m-1");
        assertThat(now(ofMachine).status()).isEqualTo(AlertStatus.RESOLVED);
        assertThat(now(ofCluster).isOpen()).isTrue();
        store.clusters().purge(ID);
        assertThat(now(ofCluster).status()).isEqualTo(AlertStatus.RESOLVED);
        assertThat(store.alerts().listOfGroup("dEMO", NEWEST, 10))
                .extracting(AlertRecord::name)
                .containsExactly(ofCluster.name(), ofMachine.name());
        assertThat(store.alerts().listOfCluster(ID, NEWEST, 10)).hasSize(2);
        assertThat(store.alerts().listOfMachine("m-1", NEWEST, 10)).hasSize(1);
        assertThat(store.alerts().listOfGroup("other", NEWEST, 10)).isEmpty();
        assertThatThrownBy(() -> store.alerts().raise(cause("initrd")))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.RESOURCE_NOT_FOUND));
    }

    @Test
    @DisplayName("a list is read page by page, each beginning before the last number of the one before")
    void pages() {
        for (int at = 0; at < 5; at++) {
            store.alerts().raise(cause("c" + at));
        }
        List<AlertRecord> first = store.alerts().listOfMachine("m-1", NEWEST, 2);
        List<AlertRecord> second =
                store.alerts().listOfMachine("m-1", first.getLast().number(), 2);
        assertThat(first).extracting(AlertRecord::component).containsExactly("c4", "c3");
        assertThat(second).extracting(AlertRecord::component).containsExactly("c2", "c1");
    }

    @Test
    @DisplayName("evidence stays for as long as an alert points to it, and goes with the last that does")
    void keepsEvidence() {
        String old = store.evidence().put(new byte[] {1});
        String next = store.evidence().put(new byte[] {2});
        store.alerts().raise(cause("initrd").shownBy(old));
        clock.advance(Duration.ofHours(2));
        store.machines()
                .remove(store.machines()
                        .create(StoreContract.machine("m-2", "10.224.1.5"))
                        .machineId());
        assertThat(store.evidence().find(old)).isPresent();
        assertThat(store.evidence().find(next)).isEmpty();
        next = store.evidence().put(new byte[] {2});
        store.alerts().raise(cause("initrd").shownBy(next));
        assertThat(store.evidence().find(old)).isEmpty();
        assertThat(store.evidence().find(next)).isPresent();
        store.alerts().raise(cause("initrd"));
        assertThat(store.alerts().listOfMachine("m-1", NEWEST, 1).getFirst().evidence())
                .contains(next);
    }

    @Test
    @DisplayName("an ended alert is forgotten after 90 days, an open one never")
    void forgetsOld() {
        AlertRecord ended = store.alerts().raise(cause("initrd"));
        AlertRecord stays = store.alerts().raise(cause("kernel"));
        store.alerts().setStatus(ended.name(), AlertStatus.RESOLVED);
        clock.advance(AlertStore.KEPT_FOR);
        store.alerts().setStatus(stays.name(), AlertStatus.IN_PROGRESS);
        assertThat(store.alerts().find(ended.name())).isPresent();
        clock.advance(Duration.ofMillis(1));
        store.alerts().setStatus(stays.name(), AlertStatus.ACTIVE);
        assertThat(store.alerts().find(ended.name())).isEmpty();
        assertThat(store.alerts().find(stays.name())).isPresent();
    }

    @Test
    @DisplayName(
            "a node that makes up names has at most a hundred open alerts, and one of each kind for all the others")
    void boundsOneMachine() {
        for (int at = 0; at < AlertStore.MOST_OPEN_PER_MACHINE + 20; at++) {
            store.alerts().raise(AlertCause.of(machine, AlertKind.UNSIGNED_MODULE, "module " + at, ""));
        }
        List<AlertRecord> all = store.alerts().listOfMachine("m-1", NEWEST, 1000);
        assertThat(all).hasSize(AlertStore.MOST_OPEN_PER_MACHINE + 1);
        assertThat(all.getFirst().component()).isEqualTo(AlertStore.FURTHER);
        assertThat(all.getFirst().times()).isEqualTo(20);
        assertThat(store.alerts()
                        .raise(AlertCause.of(machine, AlertKind.UNSIGNED_MODULE, "module 7", ""))
                        .component())
                .isEqualTo("module 7");
    }

    @Test
    @DisplayName("texts of a node are cut, and cannot break a line")
    void boundsTexts() {
        AlertRecord alert =
                store.alerts().raise(cause("a".repeat(300) + "\nb").found("x\r\ny\0", "😀".repeat(4096), ""));
        assertThat(alert.component()).hasSize(AlertCause.LONGEST_COMPONENT).endsWith("a…");
        assertThat(alert.expected()).isEqualTo("x  y ");
        assertThat(alert.was())
                .hasSizeLessThanOrEqualTo(AlertCause.LONGEST_TEXT)
                .endsWith("😀…");
    }

    @Test
    @DisplayName("what waits for a person is counted by severity")
    void counts() {
        store.alerts().raise(cause("initrd"));
        store.alerts().setStatus(store.alerts().raise(cause("kernel")).name(), AlertStatus.DISMISSED);
        store.alerts().raise(AlertCause.of(machine, AlertKind.CLONE_SUSPECTED, "vTPM", ""));
        store.alerts().raise(AlertCause.of(machine, AlertKind.FORGED_EVIDENCE, "quote", ""));
        assertThat(store.alerts().waiting())
                .containsEntry(AlertSeverity.HIGH, 2)
                .containsEntry(AlertSeverity.MEDIUM, 1)
                .containsEntry(AlertSeverity.LOW, 0);
    }

    @Test
    @DisplayName("a raise that is undone leaves neither an alert nor a change")
    void allOrNothing() {
        store.whatIf(tx -> tx.alerts().raise(cause("initrd")));
        assertThat(store.alerts().list(NEWEST, 10)).isEmpty();
        assertThat(changes()).isEmpty();
    }
}
