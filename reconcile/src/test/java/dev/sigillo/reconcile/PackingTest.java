package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.AutoscalerProfile;
import dev.sigillo.arm.AutoscalerProfile.Expander;
import dev.sigillo.arm.DesiredCluster;
import dev.sigillo.kubernetes.Amounts;
import dev.sigillo.kubernetes.Placement;
import dev.sigillo.kubernetes.Placement.Toleration;
import dev.sigillo.kubernetes.PodView;
import dev.sigillo.kubernetes.PodView.Hold;
import dev.sigillo.kubernetes.Requirement;
import dev.sigillo.kubernetes.Taint;
import dev.sigillo.reconcile.ScaleDown.Candidate;
import dev.sigillo.reconcile.ScaleUp.Growable;
import dev.sigillo.reconcile.ScaleUp.Growth;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackingTest {
    private static final String HOST = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final Taint TAINT = new Taint("dedicated", "gpu", "NoSchedule");

    /** Of two cores and ten places, in zone 0. */
    private static Bin node(String name, PodView... pods) {
        return new Bin(
                name,
                Map.of(HOST, name, ZONE, "0", "agentpool", "np", "kubernetes.azure.com/trusted-launch", "true"),
                List.of(),
                new Amounts(Map.of(Amounts.CPU, BigDecimal.TWO, Amounts.PODS, BigDecimal.TEN)),
                List.of(pods));
    }

    private static Growable np(int most) {
        return new Growable("np", most, number -> node("new" + number));
    }

    private static Optional<Growth> grows(List<Bin> there, List<Growable> pools, PodView... waiting) {
        Packing packing = new Packing(there);
        List<PodView> lost = new ArrayList<>();
        for (PodView pod : waiting) {
            if (packing.place(pod).isEmpty()) {
                lost.add(pod);
            }
        }
        return ScaleUp.of(packing, lost, pools, Expander.LEAST_WASTE, new SplittableRandom(1));
    }

    private static int more(PodView... waiting) {
        return grows(List.of(), List.of(np(5)), waiting).map(Growth::nodes).orElse(0);
    }

    @TestFactory
    @DisplayName("a pod that no node of the pool could ever take causes none; the same pod with one thing mended does")
    Stream<DynamicTest> neverFits() {
        TestPod pod = TestPod.waits("a");
        Map<String, String> other = Map.of("agentpool", "other");
        Placement untrusted =
                new Placement(Map.of("kubernetes.azure.com/trusted-launch", "false"), List.of(), List.of());
        Placement elsewhere = new Placement(
                Map.of(), List.of(List.of(new Requirement("agentpool", "NotIn", List.of("np")))), List.of());
        return Stream.of(
                        Map.entry("larger than a node", pod.cpu(201)),
                        Map.entry("selects another pool", pod.placement(new Placement(other, List.of(), List.of()))),
                        Map.entry("selects what trust gives elsewhere", pod.placement(untrusted)),
                        Map.entry("has affinity to other nodes", pod.placement(elsewhere)),
                        Map.entry("wants to be with a pod that is nowhere", withAnother(pod)))
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> {
                    assertThat(more(each.getValue().view())).isZero();
                    assertThat(more(pod.view())).isEqualTo(1);
                }));
    }

    private static TestPod withAnother(TestPod pod) {
        PodView.PodTerm another =
                new PodView.PodTerm(HOST, Set.of(), List.of(new Requirement("app", "In", List.of("another"))));
        return new TestPod(
                pod.name(),
                "",
                pod.cpu(),
                pod.placement(),
                Set.of(),
                List.of(another),
                List.of(),
                List.of(),
                false,
                Set.of());
    }

    @Test
    @DisplayName("a taint of the pool keeps a pod away that does not tolerate it")
    void taints() {
        Growable tainted = new Growable("np", 5, number -> {
            Bin bin = node("new" + number);
            return new Bin(bin.node(), bin.labels(), List.of(TAINT), bin.allocatable(), bin.pods());
        });
        TestPod pod = TestPod.waits("a");
        assertThat(grows(List.of(), List.of(tainted), pod.view())).isEmpty();
        for (Toleration good : List.of(
                new Toleration("dedicated", "Equal", "gpu", "NoSchedule"),
                new Toleration("dedicated", "Exists", "", ""),
                new Toleration("", "Exists", "", ""))) {
            assertThat(grows(
                            List.of(),
                            List.of(tainted),
                            pod.placement(new Placement(Map.of(), List.of(), List.of(good)))
                                    .view()))
                    .as(good.toString())
                    .isPresent();
        }
        for (Toleration bad : List.of(
                new Toleration("dedicated", "Equal", "cpu", "NoSchedule"),
                new Toleration("dedicated", "Exists", "", "NoExecute"),
                new Toleration("other", "Exists", "", ""))) {
            assertThat(grows(
                            List.of(),
                            List.of(tainted),
                            pod.placement(new Placement(Map.of(), List.of(), List.of(bad)))
                                    .view()))
                    .as(bad.toString())
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("as many nodes more as the pods need: by cores, by places, by ports, one each that keep apart")
    void asManyAsNeeded() {
        assertThat(more(pods(4, 50))).isEqualTo(1);
        assertThat(more(pods(5, 50))).isEqualTo(2);
        assertThat(more(pods(11, 1))).isEqualTo(2);
        assertThat(more(
                        TestPod.waits("a").port("TCP/80").view(),
                        TestPod.waits("b").port("TCP/80").view()))
                .isEqualTo(2);
        assertThat(more(
                        TestPod.waits("a").apart(HOST).view(),
                        TestPod.waits("b").apart(HOST).view()))
                .isEqualTo(2);
        assertThat(more(
                        TestPod.waits("a").together(HOST).view(),
                        TestPod.waits("b").together(HOST).view()))
                .isEqualTo(1);
    }

    private static PodView[] pods(int count, int cpu) {
        return IntStream.range(0, count)
                .mapToObj(number -> TestPod.waits("p" + number).cpu(cpu).view())
                .toArray(PodView[]::new);
    }

    @Test
    @DisplayName("never more than the pool may have")
    void most() {
        assertThat(grows(List.of(), List.of(np(2)), pods(30, 100)).orElseThrow().nodes())
                .isEqualTo(2);
        assertThat(grows(List.of(), List.of(np(0)), pods(1, 100))).isEmpty();
    }

    @Test
    @DisplayName("a node that is there or on its way and has room is used first")
    void roomFirst() {
        assertThat(grows(List.of(node("n1")), List.of(np(5)), pods(4, 50))).isEmpty();
        PodView full = TestPod.waits("full").on("n1").cpu(180).view();
        assertThat(grows(List.of(node("n1", full)), List.of(np(5)), pods(4, 50)))
                .map(Growth::nodes)
                .contains(1);
    }

    @Test
    @DisplayName("pods that keep apart in a domain that all nodes share are not helped by one more")
    void domains() {
        PodView there = TestPod.waits("there").on("n1").view();
        assertThat(grows(
                        List.of(node("n1", there)),
                        List.of(np(5)),
                        TestPod.waits("a").apart(ZONE).view()))
                .isEmpty();
        PodView jealous = TestPod.waits("there").on("n1").apart(ZONE).view();
        assertThat(grows(
                        List.of(node("n1", jealous)),
                        List.of(np(5)),
                        TestPod.waits("a").view()))
                .isEmpty();
    }

    @Test
    @DisplayName("a topology spread over nodes asks for one where those that are there would become uneven")
    void spreads() {
        PodView full = TestPod.waits("full").on("n2").cpu(200).ofDaemonSet().view();
        Bin uneven = node(
                "n1",
                TestPod.waits("x").on("n1").view(),
                TestPod.waits("y").on("n1").view());
        Bin other = new Bin("n2", node("n2").labels(), List.of(), node("n2").allocatable(), List.of(full));
        PodView pod = TestPod.waits("a").spread(HOST).view();
        assertThat(grows(List.of(uneven, other), List.of(np(5)), pod))
                .map(Growth::nodes)
                .contains(1);
        assertThat(grows(List.of(uneven, node("n2")), List.of(np(5)), pod)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Expander.class)
    @DisplayName("an expander chooses among the pools that help")
    void expanders(Expander expander) {
        Growable small = new Growable("small", 1, number -> node("s" + number));
        Growable large = new Growable("large", 5, number -> {
            Bin bin = node("l" + number);
            Amounts more = new Amounts(Map.of(Amounts.CPU, BigDecimal.TEN, Amounts.PODS, BigDecimal.TEN));
            return new Bin(bin.node(), bin.labels(), List.of(), more, List.of());
        });
        Growable none = new Growable("none", 0, number -> node("x" + number));
        Optional<Growth> growth = ScaleUp.of(
                new Packing(List.of()),
                List.of(pods(4, 90)),
                List.of(none, small, large),
                expander,
                new SplittableRandom(7));
        switch (expander) {
            case RANDOM -> assertThat(growth.orElseThrow().pool()).isIn("small", "large");
            case MOST_PODS -> assertThat(growth.orElseThrow().pool()).isEqualTo("large");
            case LEAST_WASTE -> assertThat(growth.orElseThrow().pool()).isEqualTo("small");
        }
    }

    private static AutoscalerProfile profile(String keys) {
        return DesiredCluster.of("{\"properties\":{\"autoScalerProfile\":{" + keys + "}}}")
                .autoscaler();
    }

    private static boolean unneeded(String keys, PodView... pods) {
        return new ScaleDown(profile(keys), new Packing(List.of(node("n1", pods), node("n2")))).isUnneeded("n1");
    }

    @Test
    @DisplayName("a node is needed by what holds it; DaemonSets and pods that find a place elsewhere do not")
    void needed() {
        TestPod pod = TestPod.waits("a").on("n1");
        assertThat(unneeded("")).isTrue();
        assertThat(unneeded("", pod.view())).isTrue();
        assertThat(unneeded("", pod.ofDaemonSet().view())).isTrue();
        for (Hold hold : Hold.values()) {
            assertThat(unneeded("", pod.holds(hold).view())).as(hold.name()).isFalse();
        }
        assertThat(unneeded(
                        "\"skip-nodes-with-local-storage\":\"false\"",
                        pod.holds(Hold.LOCAL_STORAGE).view()))
                .isTrue();
        assertThat(unneeded(
                        "\"skip-nodes-with-system-pods\":\"false\"",
                        pod.holds(Hold.SYSTEM).view()))
                .isTrue();
        assertThat(unneeded("", pod.cpu(100).view())).isFalse();
        assertThat(unneeded("", pod.cpu(99).view())).isTrue();
        assertThat(unneeded("\"scale-down-utilization-threshold\":\"0.04\"", pod.view()))
                .isFalse();
        PodView daemon = pod.cpu(150).ofDaemonSet().view();
        assertThat(unneeded("", daemon)).isFalse();
        assertThat(unneeded("\"ignore-daemonsets-utilization\":true", daemon)).isTrue();
        assertThat(unneeded(
                        "",
                        pod.placement(new Placement(Map.of(HOST, "n1"), List.of(), List.of()))
                                .view()))
                .isFalse();
    }

    private static List<String> leaving(String keys, int spare, Bin... bins) {
        List<Candidate> ripe = Stream.of(bins)
                .map(bin -> new Candidate("m-" + bin.node(), bin.node(), "np"))
                .toList();
        return new ScaleDown(profile(keys), new Packing(List.of(bins)))
                .leaving(ripe, Map.of("np", spare)).stream()
                        .map(Candidate::node)
                        .toList();
    }

    @Test
    @DisplayName("empty nodes go together, one that has pods goes alone, and no pool loses more than it can spare")
    void leaves() {
        PodView pod = TestPod.waits("a").view();
        assertThat(leaving("", 5, node("n1"), node("n2"), node("n3", pod))).containsExactly("n1", "n2");
        assertThat(leaving("\"max-empty-bulk-delete\":\"1\"", 5, node("n1"), node("n2")))
                .containsExactly("n1");
        assertThat(leaving("", 1, node("n1"), node("n2"))).containsExactly("n1");
        assertThat(leaving("", 0, node("n1"))).isEmpty();
        assertThat(leaving("", 5, node("n1", pod), node("n2", pod))).containsExactly("n1");
        assertThat(leaving("", 5, node("n1", pod))).isEmpty();
    }
}
