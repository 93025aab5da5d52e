package dev.sigillo.cli;

import dev.sigillo.arm.DrillFault;
import dev.sigillo.arm.Json;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What became of one fault.
 *
 * @param alert the one that must come; or else the first of those that came
 * @param seconds from the fault to that alert
 * @param withdrawn seconds from the fault until no machine with the fault was trusted, and that was seen; empty if it never came to that
 * @param words what was wrong; empty if nothing was
 */
record DrillResult(
        DrillFault fault,
        Outcome outcome,
        Optional<JsonNode> alert,
        Optional<Double> seconds,
        Optional<Double> withdrawn,
        String words) {

    enum Outcome {
        /** The right alert came, and named the right component. */
        NOTICED,
        /** No alert came. */
        SILENT,
        /** Another alert came, or one that names something else, or the machine stayed trusted. */
        WRONG,
        /** The drill itself could not be carried out. */
        FAILED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Without the alert that must come. */
    static DrillResult missed(DrillFault fault, Outcome outcome, Optional<JsonNode> other, String words) {
        return new DrillResult(fault, outcome, other, Optional.empty(), Optional.empty(), words);
    }

    boolean passed() {
        return outcome == Outcome.NOTICED;
    }

    ObjectNode json() {
        ObjectNode json = Json.newObject().put("fault", fault.word()).put("outcome", outcome.word());
        DrillExercise exercise = DrillExercise.of(fault);
        ObjectNode expected = json.putObject("expected");
        exercise.alerts().stream().sorted().forEach(expected.putArray("alerts")::add);
        expected.put("component", exercise.component());
        alert.ifPresent(seen -> {
            json.put("alert", Fields.text(seen, "properties", "alertType"));
            json.put("alertId", Fields.text(seen, "id"));
            json.put("component", DrillExercise.component(seen));
            json.put("severity", Fields.text(seen, "properties", "severity"));
            json.put("node", Fields.text(seen, "properties", "compromisedEntity"));
        });
        seconds.ifPresent(value -> json.put("secondsToAlert", value));
        withdrawn.ifPresent(value -> json.put("secondsToWithdrawal", value));
        if (!words.isEmpty()) {
            json.put("why", words);
        }
        return json;
    }

    void row(Table table, Console console) {
        String seen = outcome.word();
        table.row(
                fault.word(),
                passed() ? console.green(seen) : console.red(seen),
                alert.map(each -> Fields.text(each, "properties", "alertType")).orElse(""),
                alert.map(DrillExercise::component).orElse(""),
                alert.map(each -> Fields.text(each, "properties", "severity")).orElse(""),
                seconds.map(DrillResult::text).orElse(""),
                withdrawn.map(DrillResult::text).orElse(""),
                words);
    }

    private static String text(double seconds) {
        return "%.1f".formatted(seconds);
    }
}
