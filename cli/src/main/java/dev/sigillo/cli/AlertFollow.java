package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * {@code --follow}: first what waits, oldest first, then each alert that is new or has another status, one a line. That a
 * cause was seen once more is no change. A server that does not answer for a while is said once, and waited for.
 */
final class AlertFollow {
    private final Context context;
    private final Supplier<List<JsonNode>> alerts;
    private final Map<String, String> known = new HashMap<>();

    AlertFollow(Context context, Supplier<List<JsonNode>> alerts) {
        this.context = context;
        this.alerts = alerts;
    }

    /** Until the thread is interrupted, or the process ends by a signal. */
    int run(Optional<Format> asked, Duration interval) {
        // Who asks in vain at the start has asked wrongly.
        List<JsonNode> first = alerts.get();
        first.stream().filter(alert -> !AlertText.waits(alert)).forEach(this::remember);
        tell(asked, first);
        boolean answers = true;
        while (sleeps(interval)) {
            try {
                tell(asked, alerts.get());
                answers = true;
            } catch (Failure gone) {
                if (answers) {
                    context.console().err().println(gone.getMessage() + " Waiting for it.");
                }
                answers = false;
            }
        }
        return ExitCode.DONE;
    }

    private void tell(Optional<Format> asked, List<JsonNode> now) {
        for (JsonNode alert : now.reversed()) {
            String before = known.getOrDefault(Fields.text(alert, "name"), "");
            remember(alert);
            if (!before.equals(AlertText.status(alert))) {
                context.console().out().println(text(asked, alert));
            }
        }
        // What the server has forgotten is forgotten here.
        known.keySet()
                .retainAll(now.stream().map(alert -> Fields.text(alert, "name")).toList());
    }

    private String text(Optional<Format> asked, JsonNode alert) {
        if (context.isTable(asked)) {
            return AlertText.line(context.console(), alert);
        }
        return asked.filter(format -> format == Format.NAMES).isPresent()
                ? Fields.text(alert, "name")
                : Json.text(alert);
    }

    private void remember(JsonNode alert) {
        known.put(Fields.text(alert, "name"), AlertText.status(alert));
    }

    private static boolean sleeps(Duration interval) {
        try {
            Thread.sleep(interval);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
