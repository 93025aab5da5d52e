package dev.sigillo.portal;

import dev.sigillo.arm.ArmId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The audit log, newest first: for Owners of the subscription, as the API has it. */
final class AuditPage {
    private static final int SHOWN = 200;
    private static final Pattern TOKEN = Pattern.compile("[0-9]{1,18}");
    private static final Pattern NEXT = Pattern.compile("skiptoken=([0-9]{1,18})");

    private final Pages pages;

    AuditPage(Pages pages) {
        this.pages = pages;
    }

    /** @param next number to go on before; empty at the end */
    record View(Frame frame, List<Row> rows, String next) {}

    record Row(
            Optional<Moment> at,
            String who,
            String action,
            String resource,
            String outcome,
            String tone,
            String code) {}

    void register(PageRoutes routes) {
        routes.get("audit", this::show);
    }

    private PortalReply show(Visit visit) {
        Map<String, String> query = new HashMap<>();
        String before = visit.request().query("before");
        if (TOKEN.matcher(before).matches()) {
            query.put("$skiptoken", before);
        }
        JsonNode body = visit.arm()
                .get(ArmId.subscription(visit.subscription()) + "/providers/Sigillo.Host/auditEvents", query);
        List<Row> rows = new ArrayList<>();
        String last = "";
        for (JsonNode each : body.path("value")) {
            if (rows.size() == SHOWN) {
                break;
            }
            rows.add(row(visit, each.path("properties")));
            last = each.path("name").asString("");
        }
        Matcher next = NEXT.matcher(body.path("nextLink").asString(""));
        boolean cut = body.path("value").size() > SHOWN;
        return pages.show(
                200, "audit", new View(visit.frame("Audit"), rows, cut ? last : next.find() ? next.group(1) : ""));
    }

    /** Without the one subscription that all have. */
    private static String resource(Visit visit, String id) {
        String subscription = ArmId.subscription(visit.subscription()) + "/";
        return id.startsWith(subscription) ? id.substring(subscription.length() - 1) : id;
    }

    private static Row row(Visit visit, JsonNode properties) {
        String outcome = properties.path("outcome").asString("");
        String name = properties.path("callerName").asString("");
        return new Row(
                Moment.of(properties.path("at").asString(""), visit.now()),
                name.isEmpty() ? properties.path("caller").asString("") : name,
                properties.path("action").asString(""),
                resource(visit, properties.path("resourceId").asString("")),
                outcome,
                switch (outcome) {
                    case "Accepted" -> "good";
                    case "Refused", "Failed" -> "bad";
                    default -> "none";
                },
                properties.path("code").asString(""));
    }
}
