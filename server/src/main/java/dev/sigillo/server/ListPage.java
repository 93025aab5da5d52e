package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A list whose caller may ask for so many of it by {@code $top}. The pages go by the resources' ids, and the
 * {@code $skiptoken} is the last one of the page before: what is made or goes meanwhile moves nothing past a reader.
 */
final class ListPage {
    private static final int MAX_DIGITS = 9;

    private ListPage() {}

    /**
     * @param all with an {@code id} each
     * @throws dev.sigillo.arm.ArmException INVALID_PARAMETER when {@code $top} is no number from 1 on
     */
    static ArmReply of(ArmRequest request, List<ObjectNode> all) {
        Optional<Integer> top = request.query("$top").map(ListPage::number);
        Optional<String> after = request.query("$skiptoken").map(ArmId::key);
        if (top.isEmpty() && after.isEmpty()) {
            return ArmReply.list(all);
        }
        List<ObjectNode> rest = all.stream()
                .filter(each -> after.isEmpty() || key(each).compareTo(after.get()) > 0)
                .sorted(Comparator.comparing(ListPage::key))
                .toList();
        List<ObjectNode> page = rest.subList(0, Math.min(rest.size(), top.orElse(rest.size())));
        ObjectNode body = Json.newObject();
        ArrayNode value = body.putArray("value");
        page.forEach(value::add);
        if (page.size() < rest.size()) {
            body.put(
                    "nextLink",
                    SkipToken.next(request, page.getLast().path("id").asString("")));
        }
        return ArmReply.ok(body);
    }

    private static String key(ObjectNode resource) {
        return ArmId.key(resource.path("id").asString(""));
    }

    private static int number(String top) {
        if (!top.matches("[0-9]{1," + MAX_DIGITS + "}") || Integer.parseInt(top) == 0) {
            throw ArmError.INVALID_PARAMETER.at(
                    "$top", "The $top '%s' is invalid: it must be a number from 1 on.", Routes.printable(top));
        }
        return Integer.parseInt(top);
    }
}
