package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The table of routes.
 *
 * <p>Ours and not the HTTP library's, because ARM paths match in any case, with doubled slashes collapsed (az sends both),
 * and because a known path with an unknown method must say so in ARM's envelope.
 */
final class Routes {
    private static final int MAX_PATH = 2048;

    private final List<Route> routes = new ArrayList<>();

    /** A route and what its braces matched. */
    record Match(Route route, Map<String, String> parameters) {}

    void open(String method, String pattern, Function<ArmRequest, ArmReply> handler) {
        add(Route.Access.PUBLIC, method, pattern, handler);
    }

    /** A route for those to whom a role grants it. */
    void add(String method, String pattern, Function<ArmRequest, ArmReply> handler) {
        add(Route.Access.ROLE, method, pattern, handler);
    }

    void add(Route.Access access, String method, String pattern, Function<ArmRequest, ArmReply> handler) {
        Permission permission = Permission.of(method, split(pattern));
        routes.add(new Route(method, segments(pattern), access, permission, handler));
    }

    /**
     * The route for a raw path: the one with most literal segments.
     *
     * @throws ArmException NOT_FOUND, METHOD_NOT_ALLOWED, or INVALID_PARAMETER for bad percent-encoding
     */
    Match find(String method, String rawPath) {
        if (rawPath.length() > MAX_PATH) {
            throw ArmError.URI_TOO_LONG.because(
                    "The request path has %d characters; at most %d are taken.", rawPath.length(), MAX_PATH);
        }
        List<String> path = decode(rawPath);
        List<Match> matches = routes.stream()
                .map(route -> route.match(path).map(parameters -> new Match(route, parameters)))
                .flatMap(Optional::stream)
                .toList();
        if (matches.isEmpty()) {
            throw ArmError.NOT_FOUND.because(
                    "There is nothing at %s. Sigillo serves resource groups, managed clusters, agent pools, machines and what az needs beside them.",
                    printable(rawPath));
        }
        return matches.stream()
                .filter(match -> match.route().method().equals(method))
                .max(Comparator.comparingLong(match -> match.route().literals()))
                .orElseThrow(() -> ArmError.METHOD_NOT_ALLOWED.because(
                        "The method %s is not allowed at %s; allowed: %s.",
                        printable(method),
                        printable(rawPath),
                        matches.stream()
                                .map(match -> match.route().method())
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(", "))));
    }

    private static List<String> segments(String pattern) {
        return split(pattern).stream()
                .map(segment -> segment.startsWith("{") ? segment : ArmId.key(segment))
                .toList();
    }

    private static List<String> decode(String rawPath) {
        List<String> path = new ArrayList<>();
        for (String segment : split(rawPath)) {
            try {
                // A plus sign is itself in a path; the decoder is for forms, where it is a space.
                path.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw ArmError.INVALID_PARAMETER.because(
                        "The request path is not percent-encoded as it must be: %s.", printable(segment));
            }
        }
        return path;
    }

    private static List<String> split(String path) {
        return List.of(path.split("/")).stream()
                .filter(segment -> !segment.isEmpty())
                .toList();
    }

    static String printable(String text) {
        String clean = text.codePoints()
                .map(c -> c < 0x20 || (c >= 0x7f && c < 0xa0) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return clean.length() <= 200 ? clean : clean.substring(0, 200) + "…";
    }
}
