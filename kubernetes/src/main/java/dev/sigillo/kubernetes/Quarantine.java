package dev.sigillo.kubernetes;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The authorizer that denies the nodes in quarantine, first of all in {@code authorization.yaml} and absent while there
 * are none: a request of {@code system:node:NAME}, and one by a service account's token that the API server knows to be
 * bound to such a node, is answered by 403 from the guard, and by an error while the guard is down. Of all others nothing
 * is asked, so that no healthy node depends on it.
 */
final class Quarantine {

    /** What the API server adds to the user of a service account's token that is bound to a node, or to a pod on it. */
    static final String NODE_NAME = "authentication.kubernetes.io/node-name";

    /** A DNS subdomain: nothing that could end a CEL string. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    private Quarantine() {}

    /** @throws IllegalArgumentException if one of them cannot be a node's name */
    static String authorizer(String guardKubeconfig, Set<String> nodes) {
        if (nodes.isEmpty()) {
            return "";
        }
        Set<String> sorted = new TreeSet<>(nodes);
        for (String node : sorted) {
            if (!NAME.matcher(node).matches()) {
                throw new IllegalArgumentException("\"" + node + "\" is no name of a node");
            }
        }
        return Template.fill(
                "quarantine.yaml",
                Map.of(
                        "guardKubeconfig",
                        guardKubeconfig,
                        "users",
                        sorted.stream()
                                .map(node -> "'system:node:" + node + "'")
                                .collect(Collectors.joining(", ")),
                        "nodeName",
                        NODE_NAME,
                        "nodes",
                        sorted.stream().map(node -> "'" + node + "'").collect(Collectors.joining(", "))));
    }
}
