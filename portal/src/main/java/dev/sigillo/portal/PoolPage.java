package dev.sigillo.portal;

import dev.sigillo.arm.ArmId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A pool: made, changed, scaled and deleted by forms, with its machines as they come and go. */
final class PoolPage {
    private static final String AT = "clusters/{group}/{cluster}/pools/{pool}";

    private final Pages pages;

    PoolPage(Pages pages) {
        this.pages = pages;
    }

    /** @param typed what the form holds: the pool as it is, or what was refused */
    record View(
            Frame frame,
            String group,
            String cluster,
            String pool,
            String version,
            String image,
            PoolForm typed,
            Roll roll,
            boolean mayWrite,
            boolean mayDelete,
            Optional<Refused> refused) {
        String href() {
            return Links.pool(group, cluster, pool);
        }
    }

    record NewView(
            Frame frame, String group, String cluster, PoolForm typed, List<String> sizes, Optional<Refused> refused) {
        String href() {
            return Links.newPool(group, cluster);
        }
    }

    void register(PageRoutes routes) {
        routes.get("clusters/{group}/{cluster}/new-pool", visit -> ask(visit, 200, PoolForm.fresh(), Optional.empty()));
        routes.post("clusters/{group}/{cluster}/new-pool", this::create);
        routes.get(AT, visit -> show(visit, 200, Optional.empty(), Optional.empty()));
        routes.get(AT + "/roll", this::roll);
        routes.post(AT, this::update);
        routes.post(AT + "/image", this::upgradeImage);
        routes.post(AT + "/delete", this::delete);
    }

    private PortalReply ask(Visit visit, int status, PoolForm typed, Optional<Refused> refused) {
        JsonNode cluster = visit.arm().get(visit.clusterPath());
        List<String> sizes = new ArrayList<>();
        visit.arm()
                .get(ArmId.subscription(visit.subscription()) + "/providers/Microsoft.Compute/locations/"
                        + Links.segment(cluster.path("location").asString("")) + "/vmSizes")
                .path("value")
                .forEach(size -> sizes.add(size.path("name").asString("")));
        return pages.show(
                status,
                "newpool",
                new NewView(
                        visit.frame("New pool", visit.clusterCrumb()),
                        visit.group(),
                        visit.cluster(),
                        typed,
                        sizes,
                        refused));
    }

    private PortalReply create(Visit visit) {
        String name = visit.form().text("name");
        PoolForm typed = PoolForm.of(visit.form(), name);
        String page = Links.pool(visit.group(), visit.cluster(), name);
        try {
            if (!name.matches("[A-Za-z0-9]{1,40}")) {
                throw Refused.because(
                        400,
                        "InvalidParameter",
                        "Nothing was made: a pool's name has 1 to 12 lower-case letters and digits, and begins with a letter.");
            }
            Api.Reply reply = visit.arm().put(ArmId.pool(visit.clusterPath(), Links.segment(name)), "", typed.body());
            visit.began("create pool " + name, reply, page);
            return PortalReply.seeOther(page);
        } catch (Refused e) {
            return ask(visit, e.status(), typed, Optional.of(e));
        }
    }

    private PortalReply show(Visit visit, int status, Optional<PoolForm> typed, Optional<Refused> refused) {
        JsonNode pool = visit.arm().get(visit.poolPath());
        Rights rights = visit.rights();
        JsonNode properties = pool.path("properties");
        return pages.show(
                status,
                "pool",
                new View(
                        visit.frame(visit.pool(), visit.clusterCrumb()),
                        visit.group(),
                        visit.cluster(),
                        visit.pool(),
                        properties.path("orchestratorVersion").asString(""),
                        properties.path("nodeImageVersion").asString(""),
                        typed.orElseGet(() -> PoolForm.of(pool)),
                        Roll.of(visit, pool),
                        rights.may(Rights.WRITE_POOL, visit.group(), visit.cluster()),
                        rights.may(Rights.DELETE_POOL, visit.group(), visit.cluster()),
                        refused));
    }

    /** The part of the page that changes, or nothing for a browser that has seen this state. */
    private PortalReply roll(Visit visit) {
        JsonNode pool = visit.arm().get(visit.poolPath());
        Roll roll = Roll.of(visit, pool);
        return roll.seen().equals(visit.request().query("seen"))
                ? PortalReply.unchanged()
                : pages.show(200, "rollpart", roll);
    }

    private PortalReply update(Visit visit) {
        PoolForm typed = PoolForm.of(visit.form(), visit.pool());
        String page = Links.pool(visit.group(), visit.cluster(), visit.pool());
        try {
            JsonNode before = visit.arm().get(visit.poolPath());
            Api.Reply reply = visit.arm().put(visit.poolPath(), typed.etag(), typed.body(before));
            visit.began("change pool " + visit.pool(), reply, page);
            return PortalReply.seeOther(page);
        } catch (Refused e) {
            return show(visit, e.status(), Optional.of(typed), Optional.of(e));
        }
    }

    private PortalReply upgradeImage(Visit visit) {
        String page = Links.pool(visit.group(), visit.cluster(), visit.pool());
        try {
            visit.began(
                    "upgrade node image of pool " + visit.pool(),
                    visit.arm().post(visit.poolPath() + "/upgradeNodeImageVersion", ""),
                    page);
            return PortalReply.seeOther(page);
        } catch (Refused e) {
            return show(visit, e.status(), Optional.empty(), Optional.of(e));
        }
    }

    private PortalReply delete(Visit visit) {
        try {
            Confirmation.require(visit, visit.pool());
            visit.began(
                    "delete pool " + visit.pool(),
                    visit.arm().delete(visit.poolPath()),
                    Links.cluster(visit.group(), visit.cluster()));
            return PortalReply.seeOther(Links.cluster(visit.group(), visit.cluster()));
        } catch (Refused e) {
            return show(visit, e.status(), Optional.empty(), Optional.of(e));
        }
    }
}
