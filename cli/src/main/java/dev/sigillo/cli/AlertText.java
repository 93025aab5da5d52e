package dev.sigillo.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Alerts for people. */
final class AlertText {
    private static final int SHORT_NAME = 8;

    private AlertText() {}

    /** Whether a person is still to do something. */
    static boolean waits(JsonNode alert) {
        String status = status(alert);
        return status.equals("Active") || status.equals("InProgress");
    }

    static String status(JsonNode alert) {
        return Fields.text(alert, "properties", "status");
    }

    static Table table(Console console, List<JsonNode> alerts) {
        Table table = new Table("ALERT", "SEVERITY", "STATUS", "NODE", "LAST SEEN", "TIMES", "WHAT");
        alerts.forEach(alert -> table.row(
                name(alert),
                severity(console, alert),
                status(alert),
                Fields.text(alert, "properties", "compromisedEntity"),
                Fields.text(alert, "properties", "endTimeUtc"),
                Fields.text(alert, "properties", "extendedProperties", "times"),
                Fields.text(alert, "properties", "alertDisplayName")));
        return table;
    }

    /** One line, for a list that goes on. */
    static String line(Console console, JsonNode alert) {
        return String.join(
                "   ",
                Fields.text(alert, "properties", "endTimeUtc"),
                name(alert),
                severity(console, alert),
                status(alert),
                Fields.text(alert, "properties", "compromisedEntity"),
                Fields.text(alert, "properties", "alertDisplayName"));
    }

    static Table whole(Console console, JsonNode alert) {
        Table table = new Table("ALERT", Fields.text(alert, "name"));
        table.row("What", Fields.text(alert, "properties", "alertDisplayName"));
        table.row("Severity", severity(console, alert));
        table.row("Status", status(alert));
        row(table, "Why ended", alert, "extendedProperties", "ended");
        row(table, "Node", alert, "extendedProperties", "node");
        row(table, "Pool", alert, "extendedProperties", "pool");
        row(table, "Cluster", alert, "extendedProperties", "cluster");
        row(table, "First seen", alert, "startTimeUtc");
        row(table, "Last seen", alert, "endTimeUtc");
        row(table, "Times", alert, "extendedProperties", "times");
        row(table, "Found", alert, "description");
        row(table, "Component", alert, "extendedProperties", "component");
        row(table, "Expected", alert, "extendedProperties", "expected");
        row(table, "Was", alert, "extendedProperties", "was");
        row(table, "Where", alert, "extendedProperties", "where");
        row(table, "Evidence", alert, "extendedProperties", "evidenceId");
        int number = 1;
        for (JsonNode step : alert.path("properties").path("remediationSteps")) {
            table.row("To do " + number++, Fields.safe(step.asString("")));
        }
        return table;
    }

    private static void row(Table table, String what, JsonNode alert, String... path) {
        String[] whole = new String[path.length + 1];
        whole[0] = "properties";
        System.arraycopy(path, 0, whole, 1, path.length);
        String text = Fields.text(alert, whole);
        if (!text.isEmpty()) {
            table.row(what, text);
        }
    }

    private static String name(JsonNode alert) {
        String name = Fields.text(alert, "name");
        return name.length() > SHORT_NAME ? name.substring(0, SHORT_NAME) : name;
    }

    private static String severity(Console console, JsonNode alert) {
        String severity = Fields.text(alert, "properties", "severity");
        return severity.equals("High") ? console.red(severity) : severity;
    }
}
