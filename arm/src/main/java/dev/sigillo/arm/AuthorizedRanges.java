package dev.sigillo.arm;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code apiServerAccessProfile.authorizedIPRanges}: who, besides the cluster's own nodes, may reach its API server.
 *
 * @param ranges none means everybody
 */
public record AuthorizedRanges(List<String> ranges) {
    private static final String PROFILE = "apiServerAccessProfile";
    private static final String FIELD = "authorizedIPRanges";

    /** The field's path below the cluster's properties. */
    static final String PATH = PROFILE + "." + FIELD;

    /** As AKS has it. */
    private static final int MOST = 200;

    public AuthorizedRanges {
        ranges = List.copyOf(ranges);
    }

    /** Of a stored cluster's properties. */
    static AuthorizedRanges of(JsonNode properties) {
        return new AuthorizedRanges(properties
                .path(PROFILE)
                .path(FIELD)
                .valueStream()
                .map(range -> range.asString(""))
                .toList());
    }

    static void checkTypes(ObjectNode properties) {
        Fields.check(
                Fields.object(properties, PROFILE),
                "properties." + PROFILE + ".",
                Map.of(FIELD, FieldKind.STRING_LIST));
    }

    /**
     * Checks the ranges of a request and gives each the form {@code address/bits}, a lone address too.
     *
     * @throws ArmException INVALID_PARAMETER naming the first that is no IPv4 range, or more than 200
     */
    static void complete(ObjectNode properties) {
        JsonNode given = properties.path(PROFILE).path(FIELD);
        if (!(given instanceof ArrayNode ranges)) {
            return;
        }
        String path = "properties." + PATH;
        if (ranges.size() > MOST) {
            throw ArmError.INVALID_PARAMETER.at(
                    path,
                    "The value of parameter %s is invalid: it has %d ranges, and %d are the most. Join neighbours.",
                    path,
                    ranges.size(),
                    MOST);
        }
        for (int at = 0; at < ranges.size(); at++) {
            String range = ranges.get(at).asString("");
            String full = range.contains("/") ? range : range + "/32";
            Cidr.parse(path + "[" + at + "]", full);
            ranges.set(at, full);
        }
    }

    /** Whether somebody with these addresses (IPv4, dotted) may reach the API server. */
    public boolean admit(List<String> addresses) {
        return ranges.isEmpty()
                || ranges.stream()
                        .map(range -> Cidr.parse(PATH, range))
                        .anyMatch(range -> addresses.stream()
                                .mapToLong(Cidr::addressOf)
                                .anyMatch(address -> address >= 0 && range.contains(address)));
    }
}
