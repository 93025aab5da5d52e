package dev.sigillo.kubernetes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a pool's user has its nodes carry. Each Node keeps what it was given last in an annotation that only Sigillo may
 * change, so that a later change takes away what is no longer asked for, and nothing that somebody else has put there.
 */
public record LabelsAndTaints(SortedMap<String, String> labels, List<Taint> taints) {

    static final String ANNOTATION = GuardedKeys.OURS + "given";
    private static final String BETWEEN = "\n\n";

    public LabelsAndTaints {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        taints = List.copyOf(taints);
    }

    public static LabelsAndTaints of(Map<String, String> labels, List<Taint> taints) {
        return new LabelsAndTaints(new TreeMap<>(labels), taints);
    }

    /** A line for each, labels first, an empty line between: equal for equal ones. Keys and values hold no line breaks. */
    public String text() {
        List<String> first = new ArrayList<>();
        labels.forEach((key, value) -> first.add(key + "=" + value));
        List<String> second = taints.stream()
                .map(taint -> taint.key() + "=" + taint.value() + ":" + taint.effect())
                .toList();
        return String.join("\n", first) + BETWEEN + String.join("\n", second);
    }

    /** Of what is not {@link #text}'s form only what is understood. */
    static LabelsAndTaints parse(String text) {
        int between = text.indexOf(BETWEEN);
        String first = between < 0 ? text : text.substring(0, between);
        String second = between < 0 ? "" : text.substring(between + BETWEEN.length());
        SortedMap<String, String> labels = new TreeMap<>();
        first.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                labels.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        List<Taint> taints = new ArrayList<>();
        second.lines().forEach(line -> {
            int equals = line.indexOf('=');
            int colon = line.lastIndexOf(':');
            if (equals > 0 && colon > equals) {
                taints.add(new Taint(
                        line.substring(0, equals), line.substring(equals + 1, colon), line.substring(colon + 1)));
            }
        });
        return new LabelsAndTaints(labels, taints);
    }
}
