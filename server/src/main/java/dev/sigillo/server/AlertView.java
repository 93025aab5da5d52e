package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.AlertRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An alert as Microsoft.Security shows it (Alerts 2022-01-01, Alert). What its model has no field for is in
 * {@code extendedProperties}, each value a string: az prints anything else as Python would.
 */
final class AlertView {
    static final String TYPE = "Microsoft.Security/Locations/alerts";

    private final String subscription;

    AlertView(String subscription) {
        this.subscription = subscription;
    }

    /** The id with the resource group, from which az tells it. */
    String id(AlertRecord alert) {
        return ArmId.resourceGroup(subscription, alert.resourceGroup()) + "/providers/Microsoft.Security/locations/"
                + alert.location() + "/alerts/" + alert.name();
    }

    ObjectNode of(ArmRequest request, AlertRecord alert) {
        ObjectNode node = of(alert);
        ((ObjectNode) node.path("properties"))
                .put("alertUri", request.url(id(alert)) + "?api-version=" + request.apiVersion());
        return node;
    }

    /** Without the address, for those who did not ask over HTTP. */
    ObjectNode of(AlertRecord alert) {
        ObjectNode node = Json.newObject();
        node.put("id", id(alert));
        node.put("name", alert.name());
        node.put("type", TYPE);
        ObjectNode properties = node.putObject("properties");
        properties.put("version", "2022-01-01");
        properties.put("alertType", alert.kind().word());
        properties.put("systemAlertId", alert.name());
        properties.put("vendorName", "Sigillo");
        properties.put("productName", "Sigillo");
        properties.put("productComponentName", "Attestation");
        properties.put("alertDisplayName", title(alert));
        properties.put("description", alert.description());
        properties.put("severity", alert.severity().word());
        properties.put("status", alert.status().word());
        properties.put("intent", intent(alert.kind()));
        properties.put("startTimeUtc", time(alert.firstAt()));
        properties.put("endTimeUtc", time(alert.lastAt()));
        properties.put("timeGeneratedUtc", time(alert.firstAt()));
        alert.endedAt().ifPresent(at -> properties.put("processingEndTimeUtc", time(at)));
        properties.put("compromisedEntity", entity(alert));
        properties.put("isIncident", false);
        properties.put("correlationKey", ArmId.name(alert.clusterId()) + "/" + entity(alert));
        properties
                .putArray("resourceIdentifiers")
                .addObject()
                .put("type", "AzureResource")
                .put("azureResourceId", resource(alert));
        ArrayNode steps = properties.putArray("remediationSteps");
        alert.remediation().forEach(steps::add);
        ArrayNode entities = properties.putArray("entities");
        if (!alert.nodeName().isEmpty()) {
            entities.addObject()
                    .put("$id", "1")
                    .put("type", "host")
                    .put("hostName", alert.nodeName())
                    .put("azureID", resource(alert));
        }
        properties.putArray("extendedLinks");
        extended(properties.putObject("extendedProperties"), alert);
        return node;
    }

    private static void extended(ObjectNode properties, AlertRecord alert) {
        properties.put("component", alert.component());
        properties.put("expected", alert.expected());
        properties.put("was", alert.was());
        properties.put("where", alert.where());
        alert.evidence().ifPresent(key -> properties.put("evidenceId", key));
        properties.put("cluster", alert.clusterId());
        properties.put("pool", alert.pool());
        properties.put("node", alert.nodeName());
        properties.put("machineId", alert.machineId());
        properties.put("times", Long.toString(alert.times()));
        if (!alert.endedWhy().isEmpty()) {
            properties.put("ended", alert.endedWhy());
        }
    }

    static String title(AlertRecord alert) {
        return alert.component().isEmpty() ? alert.title() : alert.title() + ": " + alert.component();
    }

    /** Who a person would say is hurt. */
    static String entity(AlertRecord alert) {
        return alert.nodeName().isEmpty() ? ArmId.name(alert.clusterId()) : alert.nodeName();
    }

    static String resource(AlertRecord alert) {
        return alert.nodeName().isEmpty()
                ? alert.clusterId()
                : ArmId.machine(alert.clusterId(), alert.pool(), alert.nodeName());
    }

    /** With its zone: az prints none otherwise. */
    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** What somebody who did this on purpose would be after, in Defender's words. */
    private static String intent(AlertKind kind) {
        return switch (kind) {
            case ATTESTATION_FAILED, UNSIGNED_MODULE -> "Persistence";
            case ATTESTATION_MISSED, FORGED_EVIDENCE, POLICY_RESTORED, HOST_WITNESS -> "DefenseEvasion";
            case CLONE_SUSPECTED -> "CredentialAccess";
        };
    }
}
