package dev.sigillo.portal;

import dev.sigillo.arm.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What would become of a cluster's nodes if something else were in force: {@code …/rehearse}. Changes nothing. */
final class RehearsalPage {
    private final Pages pages;

    RehearsalPage(Pages pages) {
        this.pages = pages;
    }

    /**
     * @param kind dbx, sbatLevel or nodeImageVersion
     * @param result absent before anything was asked
     */
    record View(
            Frame frame,
            String href,
            String kind,
            String content,
            Optional<Result> result,
            Optional<Refused> refused) {}

    record Result(int stay, int go, int unknown, int unattested, List<Row> nodes) {}

    /** @param findings what would not hold, with what to do */
    record Row(String name, String href, String word, String tone, List<Reason> findings) {}

    record Reason(BootChain.Finding finding, String remediation) {}

    void register(PageRoutes routes) {
        routes.get(
                "clusters/{group}/{cluster}/rehearse",
                visit -> show(visit, 200, "", "", Optional.empty(), Optional.empty()));
        routes.post("clusters/{group}/{cluster}/rehearse", this::rehearse);
    }

    private PortalReply show(
            Visit visit, int status, String kind, String content, Optional<Result> result, Optional<Refused> refused) {
        return pages.show(
                status,
                "rehearsal",
                new View(
                        visit.frame("Rehearsal", visit.clusterCrumb()),
                        Links.cluster(visit.group(), visit.cluster()) + "/rehearse",
                        kind,
                        content,
                        result,
                        refused));
    }

    private PortalReply rehearse(Visit visit) {
        String kind = visit.form().text("kind");
        String content = visit.form().text("content");
        try {
            ObjectNode body = Json.newObject();
            switch (kind) {
                case "dbx" ->
                    body.putObject("dbx")
                            .put(
                                    "content",
                                    Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8)));
                case "sbatLevel", "nodeImageVersion" -> body.put(kind, content);
                default ->
                    throw Refused.because(
                            400, "InvalidParameter", "Choose what is rehearsed: dbx, SBAT level or node image.");
            }
            Api.Reply reply = visit.arm().post(visit.clusterPath() + "/rehearse", Json.text(body));
            return show(visit, 200, kind, content, Optional.of(result(visit, reply.body())), Optional.empty());
        } catch (Refused e) {
            Refused told = e.status() == 404 && e.code().equals("NotFound")
                    ? Refused.because(404, "NotAvailable", "Rehearsals are not available on this server.")
                    : e;
            return show(visit, told.status(), kind, content, Optional.empty(), Optional.of(told));
        }
    }

    private static Result result(Visit visit, JsonNode body) {
        List<Row> rows = new ArrayList<>();
        int[] counts = new int[3];
        for (JsonNode node : body.path("nodes")) {
            String outcome = node.path("outcome").asString("");
            int kind = outcome.equals("staysTrusted") ? 0 : outcome.equals("wouldGoUntrusted") ? 1 : 2;
            counts[kind]++;
            List<Reason> reasons = new ArrayList<>();
            for (JsonNode each : node.path("findings")) {
                BootChain.Finding finding = BootChain.Finding.of(each);
                if (!finding.holds()) {
                    reasons.add(new Reason(finding, each.path("remediation").asString("")));
                }
            }
            String name = node.path("name").asString("");
            rows.add(new Row(
                    name,
                    Links.node(visit.group(), visit.cluster(), node.path("pool").asString(""), name),
                    List.of("stays trusted", "would go untrusted", "cannot be known")
                            .get(kind),
                    List.of("good", "bad", "wait").get(kind),
                    reasons));
        }
        return new Result(
                counts[0], counts[1], counts[2], body.path("unattested").asInt(0), rows);
    }
}
