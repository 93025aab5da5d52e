package dev.sigillo.portal;

import dev.sigillo.arm.ArmId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What is under way: clusters and pools that change, whoever asked for it, and what this session began. */
final class OperationsPage {
    private final Pages pages;

    OperationsPage(Pages pages) {
        this.pages = pages;
    }

    /** @param part what changes while somebody looks */
    record View(Frame frame, Part part) {}

    /**
     * @param seen names this state
     * @param busy whether it will change
     */
    record Part(List<Changing> changing, List<Row> begun, String seen, boolean busy) {
        String said() {
            long open = begun.stream().filter(Row::open).count();
            return changing.size() + " under way, " + open + " of them begun here.";
        }
    }

    record Changing(String what, String href, State state) {}

    /** @param error in the API's words; empty if it did not fail */
    record Row(String what, String page, String status, String tone, boolean open, Moment at, String error) {}

    void register(PageRoutes routes) {
        routes.get(
                "operations", visit -> pages.show(200, "operations", new View(visit.frame("Operations"), part(visit))));
        routes.get("operations/part", visit -> {
            Part part = part(visit);
            return part.seen().equals(visit.request().query("seen"))
                    ? PortalReply.unchanged()
                    : pages.show(200, "operationspart", part);
        });
    }

    private static Part part(Visit visit) {
        List<Changing> changing = new ArrayList<>();
        JsonNode clusters =
                visit.arm().get(ArmId.subscription(visit.subscription()) + "/providers/" + ArmId.CLUSTER_TYPE);
        for (JsonNode cluster : clusters.path("value")) {
            String group = OverviewPage.group(cluster.path("id").asString(""));
            String name = cluster.path("name").asString("");
            add(changing, "cluster " + name, Links.cluster(group, name), cluster.path("properties"));
            for (JsonNode pool : cluster.path("properties").path("agentPoolProfiles")) {
                String poolName = pool.path("name").asString("");
                add(changing, "pool " + poolName + " of " + name, Links.pool(group, name, poolName), pool);
            }
        }
        List<Row> begun = visit.session().operations().stream()
                .map(each -> row(visit, each))
                .toList();
        StringBuilder facts = new StringBuilder();
        changing.forEach(each -> facts.append(each.what()).append(each.state().word()));
        begun.forEach(each -> facts.append(each.what()).append(each.status()));
        boolean busy = !changing.isEmpty() || begun.stream().anyMatch(Row::open);
        return new Part(changing, begun, Secret.hash(facts.toString()).substring(0, 16), busy);
    }

    private static void add(List<Changing> changing, String what, String href, JsonNode properties) {
        State state = State.of(properties);
        if (state.busy()) {
            changing.add(new Changing(what, href, state));
        }
    }

    private static Row row(Visit visit, Session.Begun begun) {
        Optional<JsonNode> found = visit.arm().find(begun.path(), Map.of());
        String status = found.map(body -> body.path("status").asString("")).orElse("not known any more");
        String tone = switch (status) {
            case "Succeeded" -> "good";
            case "Failed" -> "bad";
            case "InProgress" -> "wait";
            default -> "none";
        };
        return new Row(
                begun.what(),
                begun.page(),
                status,
                tone,
                status.equals("InProgress"),
                Moment.of(begun.at(), visit.now()),
                found.map(body -> body.path("error").path("message").asString(""))
                        .orElse(""));
    }
}
