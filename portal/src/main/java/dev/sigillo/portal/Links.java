package dev.sigillo.portal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Paths of the portal's pages; every name in them is encoded. */
final class Links {
    static final String ROOT = "/portal";
    static final String HOME = ROOT + "/";
    static final String ALERTS = ROOT + "/alerts";
    static final String OPERATIONS = ROOT + "/operations";
    static final String AUDIT = ROOT + "/audit";
    static final String SIGN_IN = ROOT + "/sign-in";
    static final String SIGN_OUT = ROOT + "/sign-out";

    /** One path of this portal with a query: nothing that a browser could take for another host. */
    private static final Pattern OWN =
            Pattern.compile("/portal(/[A-Za-z0-9._~%()-]{1,300}){0,10}/?(\\?[A-Za-z0-9._~%=&-]{0,300})?");

    private Links() {}

    static String cluster(String group, String cluster) {
        return ROOT + "/clusters/" + segment(group) + "/" + segment(cluster);
    }

    static String newPool(String group, String cluster) {
        return cluster(group, cluster) + "/new-pool";
    }

    static String pool(String group, String cluster, String pool) {
        return cluster(group, cluster) + "/pools/" + segment(pool);
    }

    static String node(String group, String cluster, String pool, String node) {
        return pool(group, cluster, pool) + "/nodes/" + segment(node);
    }

    /** The path itself if it is one of the portal's, else the first page: a link to sign in leads nowhere else. */
    static String ownPath(String path) {
        boolean steps = path.contains("/.") || path.toLowerCase(Locale.ROOT).contains("%2e");
        return OWN.matcher(path).matches() && !steps ? path : HOME;
    }

    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
