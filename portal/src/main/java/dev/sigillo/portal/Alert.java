package dev.sigillo.portal;

import dev.sigillo.arm.ArmId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An alert as pages show it: Microsoft.Security/alerts, 2022-01-01.
 *
 * @param path of it in the API
 * @param cluster its name
 * @param since when it was first seen
 * @param steps what to do
 */
record Alert(
        String name,
        String path,
        String title,
        String severity,
        String status,
        String group,
        String cluster,
        String pool,
        String node,
        Optional<Moment> since,
        String description,
        String expected,
        String was,
        String where,
        List<String> steps) {
    private static final String VERSION = "2022-01-01";

    /** Newest first; nothing where this server has no alerts. */
    static Optional<List<Alert>> all(Visit visit) {
        return visit.arm()
                .find(
                        ArmId.subscription(visit.subscription()) + "/providers/Microsoft.Security/alerts",
                        Map.of("api-version", VERSION))
                .map(body -> {
                    List<Alert> alerts = new ArrayList<>();
                    body.path("value").forEach(each -> alerts.add(of(each, visit)));
                    alerts.sort(Comparator.comparing((Alert alert) ->
                                    alert.since().map(Moment::iso).orElse(""))
                            .reversed());
                    return alerts;
                });
    }

    private static Alert of(JsonNode node, Visit visit) {
        JsonNode properties = node.path("properties");
        JsonNode more = properties.path("extendedProperties");
        String id = node.path("id").asString("");
        List<String> steps = new ArrayList<>();
        properties.path("remediationSteps").forEach(step -> steps.add(step.asString("")));
        return new Alert(
                node.path("name").asString(""),
                id,
                properties.path("alertDisplayName").asString(""),
                properties.path("severity").asString(""),
                properties.path("status").asString(""),
                OverviewPage.group(id),
                ArmId.name(more.path("cluster").asString("")),
                more.path("pool").asString(""),
                more.path("node").asString(""),
                Moment.of(properties.path("startTimeUtc").asString(""), visit.now()),
                properties.path("description").asString(""),
                more.path("expected").asString(""),
                more.path("was").asString(""),
                more.path("where").asString(""),
                steps);
    }

    boolean open() {
        return status.equals("Active") || status.equals("InProgress");
    }

    String tone() {
        if (!open()) {
            return "none";
        }
        return severity.equals("High") ? "bad" : "wait";
    }

    /** The page of what it is about. */
    String href() {
        if (node.isEmpty() || pool.isEmpty()) {
            return cluster.isEmpty() ? Links.ALERTS : Links.cluster(group, cluster);
        }
        return Links.node(group, cluster, pool, node);
    }

    /** What it is about. */
    String entity() {
        return node.isEmpty() ? cluster : node;
    }
}
