package dev.sigillo.reconcile;

import dev.sigillo.arm.DesiredPool;
import dev.sigillo.kubernetes.Amounts;
import dev.sigillo.kubernetes.PodView;
import dev.sigillo.kubernetes.Taint;
import dev.sigillo.kubernetes.Workload;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.Shape;
import dev.sigillo.store.ClusterRecord;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a node of a pool will be once it is let in and Ready. */
final class PoolTemplate {
    private static final String HOSTNAME = "kubernetes.io/hostname";

    /** Kernel and firmware take a part of the memory, and the kubelet keeps 100 MiB free. */
    private static final int MEMORY_PERCENT = 90;

    private static final int KEPT_MIB = 100;
    private static final long MIB = 1L << 20;

    private final Map<String, String> labels;
    private final List<Taint> taints;
    private final Amounts allocatable;
    private final List<PodView> daemons;

    /** @param like a node of the pool that there is: it knows best what the kubelet leaves to pods */
    PoolTemplate(
            ClusterRecord cluster,
            DesiredPool pool,
            Shape shape,
            Optional<Workload.NodeRoom> like,
            List<PodView> daemons) {
        this.labels = labels(cluster, pool);
        this.taints = Labels.taints(pool);
        this.allocatable = like.map(Workload.NodeRoom::allocatable).orElseGet(() -> allocatable(pool, shape));
        this.daemons = List.copyOf(daemons);
    }

    /** The node of that name, with what DaemonSets will put on it. */
    Bin node(String name) {
        Map<String, String> named = new HashMap<>(labels);
        named.put(HOSTNAME, name);
        List<PodView> pods = daemons.stream()
                .filter(daemon -> daemon.placement().allows(name, named, taints))
                .toList();
        return new Bin(name, named, taints, allocatable, pods);
    }

    private static Map<String, String> labels(ClusterRecord cluster, DesiredPool pool) {
        Map<String, String> labels = new HashMap<>(Labels.of(cluster, pool, pool.nodeImageVersion()));
        Labels.trust(new BootMode(pool.secureBoot(), pool.vtpm()))
                .forEach((key, value) -> value.ifPresent(set -> labels.put(key, set)));
        for (String prefix : List.of("", "beta.")) {
            labels.put(prefix + "kubernetes.io/os", "linux");
            labels.put(prefix + "kubernetes.io/arch", "amd64");
        }
        return labels;
    }

    /** Rather less than it will be: a pool that is empty must not grow for a pod that its nodes then do not take. */
    private static Amounts allocatable(DesiredPool pool, Shape shape) {
        long memory = Math.max(0, (long) shape.memoryMib() * MEMORY_PERCENT / 100 - KEPT_MIB) * MIB;
        return new Amounts(Map.of(
                Amounts.CPU,
                BigDecimal.valueOf(shape.cpus()),
                Amounts.MEMORY,
                BigDecimal.valueOf(memory),
                Amounts.PODS,
                BigDecimal.valueOf(pool.maxPods()),
                "ephemeral-storage",
                BigDecimal.valueOf(shape.diskGib() / 2L * 1024 * MIB)));
    }
}
