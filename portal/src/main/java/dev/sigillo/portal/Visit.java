package dev.sigillo.portal;

import dev.sigillo.arm.ArmId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One request of somebody who is signed in.
 *
 * @param parameters what the path names, decoded
 * @param form empty for a GET
 */
record Visit(
        PortalRequest request,
        Session session,
        ArmClient arm,
        String subscription,
        Map<String, String> parameters,
        Form form,
        Instant now) {
    static final String CSRF = "csrf";

    String group() {
        return name("group");
    }

    String cluster() {
        return name("cluster");
    }

    String pool() {
        return name("pool");
    }

    String node() {
        return name("node");
    }

    String name(String parameter) {
        String value = parameters.get(parameter);
        if (value == null) {
            throw new IllegalStateException("the route of " + request.path() + " has no {" + parameter + "}");
        }
        return value;
    }

    /** The cluster's path in the API, percent-encoded. */
    String clusterPath() {
        return ArmId.cluster(subscription, Links.segment(group()), Links.segment(cluster()));
    }

    String poolPath() {
        return ArmId.pool(clusterPath(), Links.segment(pool()));
    }

    String nodePath() {
        return poolPath() + "/machines/" + Links.segment(node());
    }

    Rights rights() {
        return Rights.of(arm, subscription, session.person().id());
    }

    Frame frame(String title, Frame.Crumb... way) {
        return new Frame(title, session.person().name(), session.csrf(), request.path(), List.of(way));
    }

    Frame.Crumb clusterCrumb() {
        return new Frame.Crumb(cluster(), Links.cluster(group(), cluster()));
    }

    Frame.Crumb poolCrumb() {
        return new Frame.Crumb(pool(), Links.pool(group(), cluster(), pool()));
    }

    /** Keeps the operation that the API announced, so that its progress can be watched. */
    void began(String what, Api.Reply reply, String page) {
        String url = reply.headers().getOrDefault("Azure-AsyncOperation", "");
        String base = request.base();
        if (url.startsWith(base)) {
            session.began(new Session.Begun(what, url.substring(base.length()).split("\\?", -1)[0], page, now));
        }
    }
}
