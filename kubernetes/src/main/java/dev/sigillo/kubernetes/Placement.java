package dev.sigillo.kubernetes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which nodes a pod may be on, by their names, labels and taints: {@code nodeName} apart, what the scheduler's NodeAffinity
 * and TaintToleration ask.
 *
 * @param selector {@code nodeSelector}
 * @param affinity the required node affinity: all of one of these; no list at all asks nothing
 */
public record Placement(Map<String, String> selector, List<List<Requirement>> affinity, List<Toleration> tolerations) {
    public static final Placement ANYWHERE = new Placement(Map.of(), List.of(), List.of());

    /**
     * A taint that is put up with.
     *
     * @param key empty for every key
     * @param operator {@code Exists} or {@code Equal}
     * @param effect empty for every effect
     */
    public record Toleration(String key, String operator, String value, String effect) {
        boolean covers(Taint taint) {
            return (effect.isEmpty() || effect.equals(taint.effect()))
                    && (key.isEmpty() || key.equals(taint.key()))
                    && (operator.equals("Exists") || (!key.isEmpty() && value.equals(taint.value())));
        }
    }

    public Placement {
        selector = Map.copyOf(selector);
        affinity = affinity.stream().map(List::copyOf).toList();
        tolerations = List.copyOf(tolerations);
    }

    public boolean allows(String node, Map<String, String> labels, List<Taint> taints) {
        return asks(node, labels)
                && taints.stream()
                        .filter(taint -> !taint.effect().equals("PreferNoSchedule"))
                        .allMatch(taint -> tolerations.stream().anyMatch(each -> each.covers(taint)));
    }

    /** Taints apart. */
    public boolean asks(String node, Map<String, String> labels) {
        if (!labels.entrySet().containsAll(selector.entrySet())) {
            return false;
        }
        Map<String, String> known = new HashMap<>(labels);
        known.put(Requirement.NAME, node);
        // A term that asks nothing holds of nothing.
        return affinity.isEmpty()
                || affinity.stream().anyMatch(term -> !term.isEmpty() && Requirement.all(term, known));
    }
}
