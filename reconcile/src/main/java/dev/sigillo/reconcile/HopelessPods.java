package dev.sigillo.reconcile;

import dev.sigillo.kubernetes.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pods that a node which is there would take, by all that {@link Packing} knows, and that the scheduler lets wait all the
 * same: for a volume, for instance. Another node would not help them, and none is kept for them.
 */
final class HopelessPods {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Then it is looked at anew: what it waited for may have come meanwhile. */
    private static final Duration FORGET = Duration.ofMinutes(10);

    /** By the pod's uid: since when it has had a place and does not take it. */
    private final Map<String, Instant> since = new HashMap<>();

    /** @param placed the uids of those that have a place on a node that is there */
    void look(List<PodView> pods, Set<String> placed, Instant now) {
        List<String> waiting =
                pods.stream().filter(PodView::waiting).map(PodView::uid).toList();
        since.keySet().retainAll(waiting);
        since.entrySet()
                .removeIf(each -> !placed.contains(each.getKey())
                        && (!isHopeless(each.getValue(), now)
                                || each.getValue().plus(FORGET).isBefore(now)));
        placed.forEach(pod -> since.putIfAbsent(pod, now));
    }

    boolean contains(PodView pod, Instant now) {
        Instant began = since.get(pod.uid());
        return began != null && isHopeless(began, now);
    }

    private static boolean isHopeless(Instant began, Instant now) {
        return began.plus(PATIENCE).isBefore(now);
    }
}
