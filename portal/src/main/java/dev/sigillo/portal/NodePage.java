package dev.sigillo.portal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A node: its latest verdict as a chain, and the verdicts before it. */
final class NodePage {
    private final Pages pages;

    NodePage(Pages pages) {
        this.pages = pages;
    }

    /** @param failure why the machine is of no use; empty if it is */
    record View(
            Frame frame,
            String href,
            String name,
            Trust trust,
            String phase,
            String address,
            String machineId,
            String image,
            boolean secureBoot,
            boolean vtpm,
            Optional<Moment> made,
            String failure,
            Optional<Verdict> verdict,
            History history,
            boolean log) {}

    record Verdict(boolean passing, Optional<Moment> at, String summary, int findings, BootChain chain) {}

    void register(PageRoutes routes) {
        routes.get("clusters/{group}/{cluster}/pools/{pool}/nodes/{node}", this::show);
    }

    private PortalReply show(Visit visit) {
        JsonNode machine = visit.arm().get(visit.nodePath());
        JsonNode properties = machine.path("properties");
        JsonNode verdict = properties.path("verdict");
        Optional<JsonNode> log = visit.arm().find(visit.nodePath() + "/eventLog", Map.of());
        History history = visit.arm()
                .find(visit.nodePath() + "/verdicts", Map.of())
                .map(all -> History.of(all, visit.now()))
                .orElseGet(() -> new History(List.of(), "", ""));
        JsonNode security = properties.path("securityProfile");
        String name = machine.path("name").asString(visit.node());
        return pages.show(
                200,
                "node",
                new View(
                        visit.frame(name, visit.clusterCrumb(), visit.poolCrumb()),
                        Links.node(visit.group(), visit.cluster(), visit.pool(), name),
                        name,
                        Trust.of(machine),
                        properties.path("phase").asString(""),
                        properties.path("address").asString(""),
                        properties.path("machineId").asString(""),
                        properties.path("nodeImageVersion").asString(""),
                        security.path("enableSecureBoot").asBoolean(false),
                        security.path("enableVTPM").asBoolean(false),
                        Moment.of(properties.path("createdAt").asString(""), visit.now()),
                        properties.path("failure").asString(""),
                        verdict.isObject() ? Optional.of(verdict(visit, verdict, log)) : Optional.empty(),
                        history,
                        log.isPresent()));
    }

    private static Verdict verdict(Visit visit, JsonNode verdict, Optional<JsonNode> log) {
        return new Verdict(
                verdict.path("passing").asBoolean(false),
                Moment.of(verdict.path("at").asString(""), visit.now()),
                verdict.path("summary").asString(""),
                verdict.path("findings").size(),
                BootChain.of(verdict, log.map(body -> body.path("properties").path("boot"))));
    }
}
