package dev.sigillo.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Has pods leave nodes by evictions, which heed disruption budgets, and waits for them. */
final class Draining {
    private static final int SHOWN_PODS = 5;

    private final Host host;

    Draining(Host host) {
        this.host = host;
    }

    /**
     * Cordons the node and has its pods evicted; those that are still there in the end.
     *
     * @param goesOn whether to wait for them at all
     */
    List<String> node(Plane plane, String node, Duration longest, BooleanSupplier goesOn) {
        return nodes(plane, () -> List.of(node), longest, goesOn).getOrDefault(node, List.of());
    }

    /**
     * The same with several at once; what is left, by node.
     *
     * @param nodes asked for at each look: whoever is gone is not waited for
     */
    SortedMap<String, List<String>> nodes(
            Plane plane, Supplier<List<String>> nodes, Duration longest, BooleanSupplier goesOn) {
        Instant deadline = host.clock().instant().plus(longest);
        try {
            SortedMap<String, List<String>> left = look(plane, nodes.get());
            while (!left.isEmpty()
                    && goesOn.getAsBoolean()
                    && host.clock().instant().isBefore(deadline)) {
                Thread.sleep(host.pace().drainLook());
                left = look(plane, nodes.get());
            }
            return left;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while nodes were drained", e);
        }
    }

    private static SortedMap<String, List<String>> look(Plane plane, List<String> nodes) {
        SortedMap<String, List<String>> left = new TreeMap<>();
        for (String node : nodes) {
            List<String> pods = plane.drain(node, false);
            if (!pods.isEmpty()) {
                left.put(node, pods);
            }
        }
        return left;
    }

    /** For people, who need not see all of them. */
    static String shown(List<String> pods) {
        String some = String.join(", ", pods.subList(0, Math.min(SHOWN_PODS, pods.size())));
        return pods.size() <= SHOWN_PODS ? some : some + " and " + (pods.size() - SHOWN_PODS) + " more";
    }
}
