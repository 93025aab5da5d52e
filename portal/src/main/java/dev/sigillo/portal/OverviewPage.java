package dev.sigillo.portal;

import dev.sigillo.arm.ArmId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The first page: clusters, what is trusted of them, open alerts. Three requests of the API, however many nodes. */
final class OverviewPage {
    private static final int MOST_ALERTS = 5;

    private final Pages pages;

    OverviewPage(Pages pages) {
        this.pages = pages;
    }

    /**
     * @param alerts open ones, the latest few; absent where this server has no alerts
     * @param open how many there are
     */
    record View(Frame frame, List<ClusterRow> clusters, Tally all, Optional<List<Alert>> alerts, int open) {}

    record ClusterRow(String name, String group, String href, State state, String version, int pools, Tally tally) {}

    void register(PageRoutes routes) {
        routes.get("", this::show);
    }

    private PortalReply show(Visit visit) {
        String base = ArmId.subscription(visit.subscription()) + "/providers/";
        Map<String, Tally> tallies = tallies(visit);
        List<ClusterRow> rows = new ArrayList<>();
        Tally all = Tally.NONE;
        for (JsonNode cluster : visit.arm().get(base + ArmId.CLUSTER_TYPE).path("value")) {
            String id = cluster.path("id").asString("");
            JsonNode properties = cluster.path("properties");
            Tally tally = tallies.getOrDefault(ArmId.key(id), Tally.NONE);
            all = all.plus(tally);
            String group = group(id);
            String name = cluster.path("name").asString("");
            rows.add(new ClusterRow(
                    name,
                    group,
                    Links.cluster(group, name),
                    State.of(properties),
                    properties.path("kubernetesVersion").asString(""),
                    properties.path("agentPoolProfiles").size(),
                    tally));
        }
        Optional<List<Alert>> alerts =
                Alert.all(visit).map(list -> list.stream().filter(Alert::open).toList());
        return pages.show(
                200,
                "overview",
                new View(
                        visit.frame("Overview"),
                        rows,
                        all,
                        alerts.map(list -> list.stream().limit(MOST_ALERTS).toList()),
                        alerts.map(List::size).orElse(0)));
    }

    /** By the cluster's id in lower case. */
    static Map<String, Tally> tallies(Visit visit) {
        Map<String, Tally> tallies = new HashMap<>();
        visit.arm()
                .find(ArmId.subscription(visit.subscription()) + "/providers/Sigillo.Host/trust", Map.of())
                .ifPresent(body -> body.path("value").forEach(each -> {
                    JsonNode properties = each.path("properties");
                    tallies.merge(
                            ArmId.key(properties.path("cluster").asString("")), Tally.of(properties), Tally::plus);
                }));
        return tallies;
    }

    static String group(String id) {
        String[] segments = id.split("/", -1);
        return segments.length > 4 ? segments[4] : "";
    }
}
