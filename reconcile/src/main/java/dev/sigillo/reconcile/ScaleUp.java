package dev.sigillo.reconcile;

import dev.sigillo.arm.AutoscalerProfile.Expander;
import dev.sigillo.kubernetes.Amounts;
import dev.sigillo.kubernetes.PodView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** Which pool should have how many nodes more, so that waiting pods find a place: a function, without I/O. */
final class ScaleUp {
    private ScaleUp() {}

    /**
     * A pool that may grow.
     *
     * @param most so many nodes more at most
     * @param fresh its next node but so many, empty but for its daemons
     */
    record Growable(String pool, int most, IntFunction<Bin> fresh) {}

    /**
     * What to do.
     *
     * @param nodes so many more
     * @param pods those that find a place by it
     * @param waste what of the new nodes stays unused, on average, as a part of 1
     */
    record Growth(String pool, int nodes, List<PodView> pods, double waste) {}

    /**
     * The growth of one pool, if that of any helps at least one pod; what it does not help is for the next look.
     *
     * @param now nodes that are there or on their way, without the waiting pods' places
     * @param waiting those that found no place on them
     */
    static Optional<Growth> of(
            Packing now, List<PodView> waiting, List<Growable> pools, Expander expander, RandomGenerator random) {
        List<Growth> choices = pools.stream()
                .map(pool -> of(now, waiting, pool))
                .filter(growth -> growth.nodes() > 0)
                .toList();
        if (choices.isEmpty()) {
            return Optional.empty();
        }
        return switch (expander) {
            case RANDOM -> Optional.of(choices.get(random.nextInt(choices.size())));
            case MOST_PODS ->
                choices.stream()
                        .max(Comparator.comparingInt(
                                (Growth growth) -> growth.pods().size()));
            case LEAST_WASTE -> choices.stream().min(Comparator.comparingDouble(Growth::waste));
        };
    }

    private static Growth of(Packing now, List<PodView> waiting, Growable pool) {
        Packing packing = now.copy();
        List<PodView> helped = new ArrayList<>();
        List<String> nodes = new ArrayList<>();
        for (PodView pod : largestFirst(waiting)) {
            if (packing.place(pod).isPresent()) {
                helped.add(pod);
                continue;
            }
            if (nodes.size() == pool.most()) {
                continue;
            }
            Packing larger = packing.copy();
            Bin fresh = pool.fresh().apply(nodes.size());
            larger.add(fresh);
            // A pod that an empty node does not take causes none.
            if (larger.place(pod).isPresent()) {
                packing = larger;
                nodes.add(fresh.node());
                helped.add(pod);
            }
        }
        Packing end = packing;
        double waste = nodes.stream()
                .flatMap(node -> end.bin(node).stream())
                .mapToDouble(bin -> 1 - bin.used().share(bin.allocatable()))
                .average()
                .orElse(1);
        return new Growth(pool.pool(), nodes.size(), List.copyOf(helped), waste);
    }

    static List<PodView> largestFirst(List<PodView> pods) {
        return pods.stream()
                .sorted(Comparator.comparing((PodView pod) -> pod.requests().of(Amounts.CPU))
                        .thenComparing(pod -> pod.requests().of(Amounts.MEMORY))
                        .reversed()
                        .thenComparing(PodView::created)
                        .thenComparing(PodView::uid))
                .toList();
    }
}
