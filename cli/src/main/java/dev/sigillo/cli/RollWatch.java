package dev.sigillo.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Tells what becomes of each machine of a pool while its machines are replaced: a line for each step of each. */
final class RollWatch {
    private final Console console;
    private final Supplier<List<Node>> machines;
    private final long began = System.nanoTime();
    private final Map<String, String> last = new LinkedHashMap<>();

    /** The machines that are there now are not told about until something becomes of them. */
    RollWatch(Console console, Supplier<List<Node>> machines) {
        this.console = console;
        this.machines = machines;
        machines.get().forEach(node -> last.put(node.name(), state(node)));
    }

    /**
     * Looks, and tells what has changed.
     *
     * @return what goes on as a whole: the same text each time, so that it is no step by itself
     */
    String look() {
        Map<String, String> now = new LinkedHashMap<>();
        machines.get().forEach(node -> now.put(node.name(), state(node)));
        now.forEach((name, state) -> {
            if (!state.equals(last.get(name))) {
                tell(name, state);
            }
        });
        last.keySet().stream().filter(name -> !now.containsKey(name)).forEach(name -> tell(name, "gone"));
        last.clear();
        last.putAll(now);
        return "machines are replaced";
    }

    private void tell(String name, String state) {
        console.step("  " + name + "  " + state, (System.nanoTime() - began) / 1_000_000);
    }

    private static String state(Node node) {
        String phase = node.phase().toUpperCase(Locale.ROOT);
        if (node.retiring() && !phase.equals("FAILED")) {
            return "drains and goes";
        }
        return switch (phase) {
            case "BOOKED" -> "is made";
            case "STARTED" -> "boots and proves what it booted";
            case "ADMITTED" -> node.vtpm() ? "attested, joins" : "let in, joins";
            case "READY" -> "Ready";
            case "LEAVING" -> "leaves";
            case "QUARANTINED" -> "in quarantine: " + node.failure();
            case "LOST" -> "ended by itself";
            case "FAILED" -> node.failure().isEmpty() ? "failed" : "failed: " + node.failure();
            default -> phase.toLowerCase(Locale.ROOT);
        };
    }
}
