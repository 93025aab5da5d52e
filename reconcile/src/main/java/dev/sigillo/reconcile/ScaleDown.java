package dev.sigillo.reconcile;

import dev.sigillo.arm.AutoscalerProfile;
import dev.sigillo.kubernetes.Amounts;
import dev.sigillo.kubernetes.PodView;
import dev.sigillo.kubernetes.PodView.Hold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which nodes are not needed, and which of them go: a function, without I/O. */
final class ScaleDown {
    private final AutoscalerProfile profile;
    private final Packing now;

    /** @param now nodes that are there and can take pods; no others */
    ScaleDown(AutoscalerProfile profile, Packing now) {
        this.profile = profile;
        this.now = now;
    }

    /** A node of a pool that is scaled by itself. */
    record Candidate(String machine, String node, String pool) {}

    /** Little is requested of it, none of its pods holds it, and all of them find a place elsewhere. */
    boolean isUnneeded(String node) {
        return now.bin(node)
                .filter(bin -> share(bin) < profile.utilization())
                .filter(bin -> moving(bin).stream().noneMatch(this::holds))
                .filter(bin -> now.without(node).copy().placeAll(moving(bin)))
                .isPresent();
    }

    /**
     * Those that go now: one that has pods to move, or some that have none.
     *
     * @param ripe nodes that have not been needed for long enough, those first that should go first
     * @param spare how many nodes each pool may lose
     */
    List<Candidate> leaving(List<Candidate> ripe, Map<String, Integer> spare) {
        Map<String, Integer> left = new HashMap<>(spare);
        List<Candidate> going = new ArrayList<>();
        Packing rest = now.copy();
        for (boolean empty : new boolean[] {true, false}) {
            if (!empty && !going.isEmpty()) {
                break;
            }
            for (Candidate each : ripe) {
                boolean last = going.size() >= (empty ? Math.max(1, profile.emptyBulk()) : 1);
                if (last || left.getOrDefault(each.pool(), 0) <= 0) {
                    continue;
                }
                List<PodView> pods =
                        rest.bin(each.node()).map(ScaleDown::moving).orElse(List.of());
                Packing without = rest.without(each.node());
                if (pods.isEmpty() == empty && without.placeAll(pods)) {
                    rest = without;
                    going.add(each);
                    left.merge(each.pool(), -1, Integer::sum);
                }
            }
        }
        return going;
    }

    private double share(Bin bin) {
        Amounts counted = bin.pods().stream()
                .filter(pod -> !(pod.daemon() && profile.ignoreDaemonSets()))
                .map(PodView::requests)
                .reduce(Amounts.NONE, Amounts::plus);
        return counted.share(bin.allocatable());
    }

    private static List<PodView> moving(Bin bin) {
        return bin.pods().stream().filter(pod -> !pod.daemon()).toList();
    }

    private boolean holds(PodView pod) {
        Set<Hold> holds = new HashSet<>(pod.holds());
        if (!profile.skipLocalStorage()) {
            holds.remove(Hold.LOCAL_STORAGE);
        }
        if (!profile.skipSystemPods()) {
            holds.remove(Hold.SYSTEM);
        }
        return !holds.isEmpty();
    }
}
