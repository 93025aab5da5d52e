package dev.sigillo.arm;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Files that people write have known keys alone: what is misspelt must not be passed over. */
public final class StrictKeys {

    private StrictKeys() {}

    /**
     * What is wrong with the keys of an object, a text each; none if nothing is.
     *
     * @param at what the object is called in these texts
     */
    public static List<String> problems(JsonNode node, Set<String> known, String at) {
        if (!node.isObject()) {
            return List.of(at + " must be an object");
        }
        return node.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .map(name -> at + " has an unknown key \"" + name + "\"; known are "
                        + String.join(", ", known.stream().sorted().toList()))
                .toList();
    }
}
