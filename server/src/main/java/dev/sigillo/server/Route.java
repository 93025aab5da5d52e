package dev.sigillo.server;

import dev.sigillo.arm.ArmId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One method on one path pattern.
 *
 * @param segments literal segments in lower case, or {@code {name}} for any one segment
 * @param permission what a role must grant the caller, where {@code access} asks for it
 */
record Route(
        String method,
        List<String> segments,
        Access access,
        Permission permission,
        Function<ArmRequest, ArmReply> handler) {
    /** Who may call a route. */
    enum Access {
        /** Anybody, and without an api-version: what a client needs before it can have a token. */
        PUBLIC,
        /** Holders of a token, with an api-version, as ARM has it, to whom a role grants the route's permission. */
        ROLE,
        /** The same with any role at all: catalogues, and lists of which everybody sees what is his. */
        ANY_ROLE,
        /** Holders of a token, also without any role; the handler says what they see. */
        TOKEN,
        /** As ANY_ROLE, at routes of Microsoft Graph, which have no api-version. */
        GRAPH,
        /** As ROLE, at routes for programs that know nothing of ARM and its api-version. */
        UNVERSIONED
    }

    /** The parameters, if the path matches; literals match in any case. */
    Optional<Map<String, String>> match(List<String> path) {
        if (path.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int at = 0; at < path.size(); at++) {
            String pattern = segments.get(at);
            if (pattern.startsWith("{")) {
                parameters.put(pattern.substring(1, pattern.length() - 1), path.get(at));
            } else if (!pattern.equals(ArmId.key(path.get(at)))) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    long literals() {
        return segments.stream().filter(segment -> !segment.startsWith("{")).count();
    }
}
