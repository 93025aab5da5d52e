package dev.sigillo.reconcile;

import dev.sigillo.kubernetes.Amounts;
import dev.sigillo.kubernetes.Placement;
import dev.sigillo.kubernetes.PodView;
import dev.sigillo.kubernetes.PodView.Hold;
import dev.sigillo.kubernetes.PodView.PodTerm;
import dev.sigillo.kubernetes.PodView.Spread;
import dev.sigillo.kubernetes.Requirement;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A pod that asks for little; the tests change one thing of it.
 *
 * @param cpu in hundredths of a core
 */
record TestPod(
        String name,
        String node,
        int cpu,
        Placement placement,
        Set<String> ports,
        List<PodTerm> together,
        List<PodTerm> apart,
        List<Spread> spreads,
        boolean daemon,
        Set<Hold> holds) {
    static final List<Requirement> APP = List.of(new Requirement("app", "In", List.of("a")));

    static TestPod waits(String name) {
        return new TestPod(
                name, "", 10, Placement.ANYWHERE, Set.of(), List.of(), List.of(), List.of(), false, Set.of());
    }

    TestPod on(String where) {
        return new TestPod(name, where, cpu, placement, ports, together, apart, spreads, daemon, holds);
    }

    TestPod cpu(int hundredths) {
        return new TestPod(name, node, hundredths, placement, ports, together, apart, spreads, daemon, holds);
    }

    TestPod placement(Placement asked) {
        return new TestPod(name, node, cpu, asked, ports, together, apart, spreads, daemon, holds);
    }

    TestPod port(String port) {
        return new TestPod(name, node, cpu, placement, Set.of(port), together, apart, spreads, daemon, holds);
    }

    TestPod together(String topologyKey) {
        PodTerm term = new PodTerm(topologyKey, Set.of(), APP);
        return new TestPod(name, node, cpu, placement, ports, List.of(term), apart, spreads, daemon, holds);
    }

    TestPod apart(String topologyKey) {
        PodTerm term = new PodTerm(topologyKey, Set.of("default"), APP);
        return new TestPod(name, node, cpu, placement, ports, together, List.of(term), spreads, daemon, holds);
    }

    TestPod spread(String topologyKey) {
        Spread spread = new Spread(topologyKey, 1, APP);
        return new TestPod(name, node, cpu, placement, ports, together, apart, List.of(spread), daemon, holds);
    }

    TestPod ofDaemonSet() {
        return new TestPod(name, node, cpu, placement, ports, together, apart, spreads, true, holds);
    }

    TestPod holds(Hold hold) {
        return new TestPod(name, node, cpu, placement, ports, together, apart, spreads, daemon, Set.of(hold));
    }

    PodView view() {
        return new PodView(
                "default",
                name,
                "uid-" + name,
                Map.of("app", "a"),
                node,
                node.isEmpty(),
                Instant.EPOCH,
                new Amounts(Map.of(Amounts.CPU, new BigDecimal(cpu).movePointLeft(2), Amounts.PODS, BigDecimal.ONE)),
                ports,
                placement,
                together,
                apart,
                spreads,
                daemon,
                holds);
    }
}
