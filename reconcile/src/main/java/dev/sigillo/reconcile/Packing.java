package dev.sigillo.reconcile;

import dev.sigillo.kubernetes.PodView;
import dev.sigillo.kubernetes.PodView.PodTerm;
import dev.sigillo.kubernetes.PodView.Spread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which pods would be on which nodes: what the scheduler's filters say of resources, labels, taints, ports, other pods and
 * topology spread. It knows no volumes and no preemption.
 */
final class Packing {
    private final List<Bin> bins;

    Packing(List<Bin> bins) {
        this.bins = new ArrayList<>(bins);
    }

    Packing copy() {
        return new Packing(bins);
    }

    Packing without(String node) {
        return new Packing(bins.stream().filter(bin -> !bin.node().equals(node)).toList());
    }

    void add(Bin bin) {
        bins.add(bin);
    }

    List<Bin> bins() {
        return List.copyOf(bins);
    }

    Optional<Bin> bin(String node) {
        return bins.stream().filter(bin -> bin.node().equals(node)).findFirst();
    }

    /** Puts the pod on the first node that takes it; the node's name, empty if none does. */
    Optional<String> place(PodView pod) {
        for (int at = 0; at < bins.size(); at++) {
            if (fits(pod, bins.get(at))) {
                bins.set(at, bins.get(at).with(pod));
                return Optional.of(bins.get(at).node());
            }
        }
        return Optional.empty();
    }

    /** Puts all of them somewhere; false if one finds no place. */
    boolean placeAll(List<PodView> pods) {
        return pods.stream().allMatch(pod -> place(pod).isPresent());
    }

    private boolean fits(PodView pod, Bin bin) {
        return bin.takes(pod)
                && pod.apart().stream().noneMatch(term -> isNear(term, bin))
                && bins.stream().noneMatch(other -> isKeptAway(pod, bin, other))
                && pod.together().stream().allMatch(term -> joins(pod, term, bin))
                && pod.spreads().stream().allMatch(spread -> staysEven(pod, spread, bin));
    }

    private boolean isNear(PodTerm term, Bin bin) {
        return bins.stream()
                .filter(other -> other.isBeside(bin, term.topologyKey()))
                .flatMap(other -> other.pods().stream())
                .anyMatch(term::matches);
    }

    /** A pod that is there wants this one away. */
    private static boolean isKeptAway(PodView pod, Bin bin, Bin other) {
        return other.pods().stream()
                .flatMap(each -> each.apart().stream())
                .anyMatch(term -> other.isBeside(bin, term.topologyKey()) && term.matches(pod));
    }

    /** The first of those that want to be together may begin anywhere. */
    private boolean joins(PodView pod, PodTerm term, Bin bin) {
        if (!bin.labels().containsKey(term.topologyKey())) {
            return false;
        }
        boolean first = term.matches(pod)
                && bins.stream().flatMap(other -> other.pods().stream()).noneMatch(term::matches);
        return first || isNear(term, bin);
    }

    private boolean staysEven(PodView pod, Spread spread, Bin bin) {
        String key = spread.topologyKey();
        if (!bin.labels().containsKey(key)) {
            return false;
        }
        Map<String, Integer> counts = new HashMap<>();
        // Also the domain of a node that is only thought of.
        Stream.concat(bins.stream(), Stream.of(bin))
                .filter(other -> other.labels().containsKey(key))
                .filter(other -> pod.placement().asks(other.node(), other.labels()))
                .forEach(other -> counts.merge(other.labels().getOrDefault(key, ""), 0, Integer::sum));
        for (Bin other : bins) {
            int there = (int) other.pods().stream()
                    .filter(each -> spread.matches(pod, each))
                    .count();
            counts.computeIfPresent(other.labels().getOrDefault(key, ""), (_, before) -> before + there);
        }
        int least = counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
        int self = spread.matches(pod, pod) ? 1 : 0;
        return counts.getOrDefault(bin.labels().getOrDefault(key, ""), 0) + self - least <= spread.maxSkew();
    }
}
