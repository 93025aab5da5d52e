package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The processes of real control planes: found again, replaced, renewed, ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
class LifeTest {

    private final TestPlane test;

    LifeTest(TestPlane test) {
        this.test = test;
    }

    private ControlPlane openedAgain(Patience patience, InstantSource clock) {
        return new ControlPlane(test.spec, new Children(), clock, patience);
    }

    @Test
    @DisplayName("A server that opens the cluster again finds its processes, and restarts only what has died")
    void foundAgain() {
        SortedMap<String, ChildId> before = test.processes();
        assertThat(before).hasSize(5);
        ControlPlane again = new HostedControlPlanes(new Children(), InstantSource.system()).open(test.spec);
        again.ensureRunning();
        assertThat(test.processes()).isEqualTo(before);
        String incarnation = again.incarnation().orElseThrow();
        test.children.stop(test.process(Component.SCHEDULER), Duration.ofSeconds(5));
        assertThat(again.ready()).isFalse();
        assertThat(again.incarnation()).isEmpty();
        again.ensureRunning();
        SortedMap<String, ChildId> after = test.processes();
        assertThat(after).hasSize(5);
        String scheduler = test.spec.namespace() + "/kube-scheduler";
        assertThat(after.get(scheduler)).isNotEqualTo(before.get(scheduler));
        assertThat(after.remove(scheduler)).isNotNull();
        assertThat(before).containsAllEntriesOf(after);
        assertThat(again.ready()).isTrue();
        assertThat(again.incarnation()).contains(incarnation);
    }

    @Test
    @DisplayName(
            "Another API server is another incarnation, and the policy is proved again before the next certificate")
    void anotherIncarnation() {
        assertThat(TestKubelet.of(test, test.node("n-before"))).isNotNull();
        long probes = probes();
        assertThat(TestKubelet.of(test, test.node("n-before"))).isNotNull();
        assertThat(probes()).as("one proof a minute").isEqualTo(probes).isPositive();
        String before = test.plane.incarnation().orElseThrow();
        test.children.stop(test.process(Component.API_SERVER), Duration.ofSeconds(10));
        test.plane.ensureRunning();
        assertThat(test.plane.incarnation()).isPresent().isNotEqualTo(Optional.of(before));
        assertThat(TestKubelet.of(test, test.node("n-again"))).isNotNull();
        assertThat(probes()).as("a proof of the fresh API server").isGreaterThan(probes);
    }

    private long probes() {
        return test.auditLog()
                .lines()
                .filter(line -> line.contains("sigillo-policy-probe") && line.contains("\"verb\":\"create\""))
                .count();
    }

    @Test
    @DisplayName(
            "An API server that lives and does not answer is restarted with etcd after a while, counted over calls")
    void unwell() throws Exception {
        ControlPlane impatient =
                openedAgain(new Patience(Duration.ofMillis(1500), Duration.ofSeconds(6)), InstantSource.system());
        ChildId stuck = test.process(Component.API_SERVER);
        ChildId etcd = test.process(Component.ETCD);
        signal("STOP", stuck);
        try {
            assertThatThrownBy(impatient::ensureRunning).hasMessageContaining("is not ready after 1 s");
            assertThat(test.process(Component.API_SERVER)).isEqualTo(stuck);
            Instant end = Instant.now().plusSeconds(60);
            while (test.process(Component.API_SERVER).equals(stuck)
                    && Instant.now().isBefore(end)) {
                try {
                    impatient.ensureRunning();
                } catch (KubernetesException notYet) {
                    assertThat(notYet).hasMessageContaining("is not ready");
                }
            }
        } finally {
            signal("CONT", stuck);
        }
        assertThat(test.process(Component.API_SERVER)).isNotEqualTo(stuck);
        assertThat(test.process(Component.ETCD)).isNotEqualTo(etcd);
        test.plane.ensureRunning();
        assertThat(test.plane.ready()).isTrue();
    }

    private static void signal(String signal, ChildId child) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(child.pid()))
                .start()
                .waitFor();
    }

    @Test
    @DisplayName(
            "Certificates near their end are said to be due, renewed with the next start, and then not due; keys that are discarded are made anew, and what etcd holds stays")
    void renewal() throws Exception {
        assertThat(test.plane.renewalDue()).isFalse();
        InstantSource longAgo = InstantSource.fixed(Instant.now().minus(Duration.ofDays(1800)));
        try (TestPlane old = new TestPlane(4, Patience.usual(), longAgo)) {
            old.plane.ensureRunning();
            assertThat(old.plane.renewalDue()).isFalse();
            ChildId before = old.process(Component.API_SERVER);
            ControlPlane now = new HostedControlPlanes(new Children(), InstantSource.system()).open(old.spec);
            assertThat(now.renewalDue()).isTrue();
            assertThat(now.ready()).isTrue();
            now.ensureRunning();
            assertThat(now.renewalDue()).isFalse();
            assertThat(old.process(Component.API_SERVER)).isNotEqualTo(before);
            assertThat(now.ready()).isTrue();
            assertThat(now.client().nodes()).isEmpty();
            ChildId renewed = old.process(Component.API_SERVER);
            now.ensureRunning();
            assertThat(old.process(Component.API_SERVER)).isEqualTo(renewed);
            keysMadeAnew(old, now);
        }
    }

    private static void keysMadeAnew(TestPlane old, ControlPlane now) throws Exception {
        Path before = old.home.resolve("before.kubeconfig");
        Files.writeString(before, now.kubeconfig(Access.ADMIN, "rg", "demo"));
        Kubectl known = new Kubectl(old.spec.binaries().resolve("kubectl"), before);
        assertThat(known.says("version")).startsWith("0 ");
        now.client()
                .createNode(new NodeObject(
                        "kept",
                        Map.of(),
                        List.of(),
                        LabelsAndTaints.of(Map.of(), List.of()),
                        "10.244.7.0/24",
                        "sigillo://c4/kept"));
        now.discardKeys();
        assertThat(old.processes()).isEmpty();
        ControlPlane fresh = new HostedControlPlanes(new Children(), InstantSource.system()).open(old.spec);
        fresh.ensureRunning();
        assertThat(fresh.clusterCa()).isNotEqualTo(now.clusterCa());
        assertThat(known.says("version")).contains("certificate signed by unknown authority");
        assertThat(fresh.client().nodes()).extracting(NodeView::name).containsExactly("kept");
        fresh.stop();
    }

    @Test
    @DisplayName("A control plane that is deleted while it starts leaves no process and no file, and the start is told")
    void deletedInTheMiddle() throws Exception {
        try (TestPlane other = new TestPlane(2, Patience.usual(), InstantSource.system())) {
            CompletableFuture<Void> start = CompletableFuture.runAsync(other.plane::ensureRunning);
            while (other.processes().size() < 2) {
                Thread.sleep(5);
            }
            other.plane.delete();
            assertThatThrownBy(() -> start.get(20, TimeUnit.SECONDS)).hasMessageContaining("was stopped");
            assertThat(other.processes()).isEmpty();
            assertThat(other.spec.dir()).doesNotExist();
            assertThatThrownBy(other.plane::ensureRunning).hasMessageContaining("was stopped");
            assertThatThrownBy(other.plane::client).hasMessageContaining("was stopped");
            assertThat(other.plane.ready()).isFalse();
            assertThat(other.processes()).isEmpty();
            assertThat(start).isCompletedExceptionally();
            assertThatThrownBy(start::join).isInstanceOf(CompletionException.class);
        }
    }

    @Test
    @DisplayName("Processes whose cluster is unknown are ended; those of known clusters and of other homes are not")
    void sweep() throws Exception {
        HostedControlPlanes planes = new HostedControlPlanes(new Children(), InstantSource.system());
        try (TestPlane other = new TestPlane(3, Patience.usual(), InstantSource.system())) {
            other.plane.ensureRunning();
            String home = TestNamespace.HOME;
            Set<String> both = Set.of(test.spec.namespace(), other.spec.namespace());
            assertThat(planes.sweep(both, home)).isEmpty();
            assertThat(planes.sweep(Set.of(), "sg-ffff-")).isEmpty();
            SortedMap<String, ChildId> known = test.processes();
            assertThat(planes.sweep(Set.of(test.spec.namespace()), home))
                    .hasSize(5)
                    .allMatch(line -> line.startsWith("process " + other.spec.namespace() + "/"));
            assertThat(other.processes()).isEmpty();
            assertThat(test.processes()).isEqualTo(known);
        }
    }

    @Test
    @DisplayName("The guard's absence does not make an API server unwell: it is not restarted for that")
    void shutOut() throws Exception {
        ControlPlane patient =
                openedAgain(new Patience(Duration.ofSeconds(15), Duration.ofHours(1)), InstantSource.system());
        ControlPlane impatient =
                openedAgain(new Patience(Duration.ofSeconds(2), Duration.ofMillis(1)), InstantSource.system());
        test.guard.downWhile(() -> {
            // An API server remembers for five minutes what was allowed; a fresh one knows nothing yet.
            test.children.stop(test.process(Component.API_SERVER), Duration.ofSeconds(10));
            assertThatThrownBy(patient::ensureRunning).hasMessageContaining("does the guard");
            ChildId fresh = test.process(Component.API_SERVER);
            assertThatThrownBy(impatient::ensureRunning).hasMessageContaining("does the guard");
            assertThat(test.process(Component.API_SERVER)).isEqualTo(fresh);
        });
        test.plane.ensureRunning();
        assertThat(test.plane.ready()).isTrue();
    }
}
