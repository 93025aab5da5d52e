package dev.sigillo.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a label: Kubernetes' {@code NodeSelectorRequirement} and {@code LabelSelectorRequirement}.
 *
 * @param operator {@code In}, {@code NotIn}, {@code Exists}, {@code DoesNotExist}, {@code Gt} or {@code Lt}; any other
 *     holds of nothing
 */
public record Requirement(String key, String operator, List<String> values) {
    /** What a Node is called, in place of a label's key: no label's key has a colon. */
    static final String NAME = "field:metadata.name";

    public Requirement {
        values = List.copyOf(values);
    }

    public boolean holds(Map<String, String> labels) {
        @Nullable String label = labels.get(key);
        return switch (operator) {
            case "In" -> label != null && values.contains(label);
            case "NotIn" -> label == null || !values.contains(label);
            case "Exists" -> label != null;
            case "DoesNotExist" -> label == null;
            case "Gt" -> compare(label).filter(order -> order > 0).isPresent();
            case "Lt" -> compare(label).filter(order -> order < 0).isPresent();
            default -> false;
        };
    }

    private Optional<Integer> compare(@Nullable String label) {
        if (label == null || values.size() != 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.compare(Long.parseLong(label), Long.parseLong(values.getFirst())));
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }

    static boolean all(List<Requirement> requirements, Map<String, String> labels) {
        return requirements.stream().allMatch(each -> each.holds(labels));
    }
}
