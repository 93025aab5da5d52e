package dev.sigillo.portal;

import dev.sigillo.arm.ArmError;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Which page a path names. */
final class PageRoutes {
    private static final int MOST_CHARACTERS = 2048;

    private final List<Row> rows = new ArrayList<>();

    private record Row(boolean post, List<String> segments, Function<Visit, PortalReply> handler) {}

    record Match(Function<Visit, PortalReply> handler, Map<String, String> parameters) {}

    /** @param pattern below {@code /portal/}, with names in braces */
    void get(String pattern, Function<Visit, PortalReply> handler) {
        rows.add(new Row(false, List.of(pattern.split("/", -1)), handler));
    }

    void post(String pattern, Function<Visit, PortalReply> handler) {
        rows.add(new Row(true, List.of(pattern.split("/", -1)), handler));
    }

    Optional<Match> find(boolean post, String path) {
        if (path.length() > MOST_CHARACTERS) {
            throw ArmError.URI_TOO_LONG.because("The path has more than %d characters.", MOST_CHARACTERS);
        }
        String[] given = path.substring(Links.HOME.length()).split("/", -1);
        return rows.stream()
                .filter(row -> row.post() == post)
                .map(row -> match(row, given))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Match> match(Row row, String[] given) {
        if (given.length != row.segments().size()) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int at = 0; at < given.length; at++) {
            String pattern = row.segments().get(at);
            if (!pattern.startsWith("{")) {
                if (!pattern.equals(given[at])) {
                    return Optional.empty();
                }
                continue;
            }
            Optional<String> name = name(given[at]);
            if (name.isEmpty()) {
                return Optional.empty();
            }
            parameters.put(pattern.substring(1, pattern.length() - 1), name.get());
        }
        return Optional.of(new Match(row.handler(), parameters));
    }

    /** A name stays one segment: no slash, no step to elsewhere, no control character. */
    private static Optional<String> name(String segment) {
        try {
            String name = URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
            boolean plain = !name.isEmpty()
                    && !name.equals(".")
                    && !name.equals("..")
                    && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
            return plain ? Optional.of(name) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
