package dev.sigillo.portal;

import dev.sigillo.arm.ArmId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A cluster: its pools, and what may be done with the whole. */
final class ClusterPage {
    private final Pages pages;

    ClusterPage(Pages pages) {
        this.pages = pages;
    }

    /** @param stopped whether it was stopped by somebody */
    record View(
            Frame frame,
            String name,
            String group,
            State state,
            String version,
            String location,
            String address,
            boolean stopped,
            List<PoolRow> pools,
            Tally tally,
            May may,
            Optional<Refused> refused) {
        String href() {
            return Links.cluster(group, name);
        }
    }

    record PoolRow(
            String name,
            String href,
            String mode,
            State state,
            int count,
            String size,
            boolean secureBoot,
            boolean vtpm,
            String version,
            Tally tally) {}

    /** Which buttons there are. */
    record May(boolean addPool, boolean power, boolean delete, boolean rehearse) {}

    void register(PageRoutes routes) {
        String at = "clusters/{group}/{cluster}";
        routes.get(at, visit -> show(visit, 200, Optional.empty()));
        routes.post(at + "/start", visit -> turn(visit, "start"));
        routes.post(at + "/stop", visit -> turn(visit, "stop"));
        routes.post(at + "/delete", this::delete);
    }

    private PortalReply show(Visit visit, int status, Optional<Refused> refused) {
        JsonNode cluster = visit.arm().get(visit.clusterPath());
        JsonNode properties = cluster.path("properties");
        Rights rights = visit.rights();
        Map<String, Tally> tallies = tallies(visit, cluster.path("id").asString(""));
        List<PoolRow> pools = new ArrayList<>();
        Tally all = Tally.NONE;
        for (JsonNode pool : properties.path("agentPoolProfiles")) {
            String name = pool.path("name").asString("");
            Tally tally = tallies.getOrDefault(ArmId.key(name), Tally.NONE);
            all = all.plus(tally);
            JsonNode security = pool.path("securityProfile");
            pools.add(new PoolRow(
                    name,
                    Links.pool(visit.group(), visit.cluster(), name),
                    pool.path("mode").asString(""),
                    State.of(pool),
                    pool.path("count").asInt(0),
                    pool.path("vmSize").asString(""),
                    security.path("enableSecureBoot").asBoolean(false),
                    security.path("enableVTPM").asBoolean(false),
                    pool.path("orchestratorVersion").asString(""),
                    tally));
        }
        State state = State.of(properties);
        boolean writes = rights.may(Rights.WRITE_CLUSTER, visit.group(), visit.cluster());
        return pages.show(
                status,
                "cluster",
                new View(
                        visit.frame(visit.cluster()),
                        visit.cluster(),
                        visit.group(),
                        state,
                        properties.path("kubernetesVersion").asString(""),
                        cluster.path("location").asString(""),
                        properties.path("fqdn").asString(""),
                        properties.path("powerState").path("code").asString("").equals("Stopped"),
                        pools,
                        all,
                        new May(
                                rights.may(Rights.WRITE_POOL, visit.group(), visit.cluster()),
                                writes,
                                rights.may(Rights.DELETE_CLUSTER, visit.group(), visit.cluster()),
                                rights.may(Rights.REHEARSE, visit.group(), visit.cluster())),
                        refused));
    }

    /** By the pool's name in lower case. */
    private static Map<String, Tally> tallies(Visit visit, String clusterId) {
        Map<String, Tally> tallies = new HashMap<>();
        visit.arm()
                .find(ArmId.subscription(visit.subscription()) + "/providers/Sigillo.Host/trust", Map.of())
                .ifPresent(body -> body.path("value").forEach(each -> {
                    JsonNode properties = each.path("properties");
                    if (ArmId.same(properties.path("cluster").asString(""), clusterId)) {
                        tallies.put(ArmId.key(properties.path("pool").asString("")), Tally.of(properties));
                    }
                }));
        return tallies;
    }

    private PortalReply turn(Visit visit, String verb) {
        String page = Links.cluster(visit.group(), visit.cluster());
        try {
            visit.began(
                    verb + " cluster " + visit.cluster(), visit.arm().post(visit.clusterPath() + "/" + verb, ""), page);
            return PortalReply.seeOther(page);
        } catch (Refused e) {
            return show(visit, e.status(), Optional.of(e));
        }
    }

    private PortalReply delete(Visit visit) {
        try {
            Confirmation.require(visit, visit.cluster());
            visit.began("delete cluster " + visit.cluster(), visit.arm().delete(visit.clusterPath()), Links.HOME);
            return PortalReply.seeOther(Links.OPERATIONS);
        } catch (Refused e) {
            return show(visit, e.status(), Optional.of(e));
        }
    }
}
