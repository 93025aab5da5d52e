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

    List<Route> all() {
        return List.copyOf(routes);
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
        List<Match> matches = matches(rawPath);
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
                        printable(method), printable(rawPath), methods(matches)));
    }

    /** The methods of a raw path that there is, as a header says them (RFC 9110 §10.2.1). */
    String allowed(String rawPath) {
        return methods(matches(rawPath));
    }

    private static String methods(List<Match> matches) {
        return matches.stream()
                .map(match -> match.route().method())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private List<Match> matches(String rawPath) {
        List<String> path = decode(rawPath);
        return routes.stream()
                .map(route -> route.match(path).map(parameters -> new Match(route, parameters)))
                .flatMap(Optional::stream)
                .toList();
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
                path.add(plain(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8), segment));
            } catch (IllegalArgumentException e) {
                throw ArmError.INVALID_PARAMETER.because(
                        "The request path is not percent-encoded as it must be: %s.", printable(segment));
            }
        }
        return path;
    }

    /** What is one segment stays one, in ids and in the audit log too: no slash, no step to elsewhere, no control character. */
    private static String plain(String decoded, String segment) {
        boolean slash = decoded.indexOf('/') >= 0 || decoded.indexOf('\\') >= 0;
        boolean step = decoded.equals(".") || decoded.equals("..");
        if (slash || step || decoded.codePoints().anyMatch(Character::isISOControl)) {
            throw ArmError.INVALID_PARAMETER.because(
                    "The request path has the segment '%s': none can be . or .., or hold a slash, a backslash or a control character, encoded or not.",
                    printable(segment));
        }
        return decoded;
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
        // Not in the middle of a pair of surrogates.
        int end = clean.length() > 200 && Character.isHighSurrogate(clean.charAt(199)) ? 199 : 200;
        return clean.length() <= 200 ? clean : clean.substring(0, end) + "…";
    }
}
