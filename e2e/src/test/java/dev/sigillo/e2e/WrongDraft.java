package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ObjectNode;

/** A request that may never be accepted, whatever there is. */
final class WrongDraft extends RequestDraft {
    private static final Set<Integer> WRONG = Set.of(400, 404, 409);
    private static final Map<String, String> STALE = Map.of("If-Match", "\"00000000-0000-0000-0000-000000000000\"");

    WrongDraft(int number, SplittableRandom random, boolean trusted, String cluster, String pool) {
        super(number, random, trusted, cluster, pool);
    }

    RandomRequest any() {
        ObjectNode body = Json.newObject();
        ObjectNode properties = poolProperties(1);
        body.set("properties", properties);
        return switch (random.nextInt(18)) {
            case 0 -> request("PUT", target(cluster + "/Bad_Name"), body, WRONG);
            case 1 -> wrongPool(body, properties.put("count", one(List.of(-1, 5000))));
            case 2 -> wrongPool(body, properties.put("vmSize", one(List.of("Standard_Nothing", "Standard_D4pds_v5"))));
            case 3 -> wrongPool(body, properties.put("vmSize", 7));
            case 4 -> {
                properties.put("vmSize", "Standard_A2_v2");
                properties.putObject("securityProfile").put("enableSecureBoot", true);
                yield wrongPool(body, properties);
            }
            case 5 -> {
                properties.putObject("securityProfile").put("enableVTPM", "perhaps");
                yield wrongPool(body, properties);
            }
            case 6 -> request("PUT", target("r1/nosuch/a"), body, Set.of(404));
            case 7 -> request("DELETE", target("nosuch"), Json.newObject(), Set.of(404));
            case 8 -> request("PUT", pool(), body, Set.of(404, 412)).with(STALE);
            case 9 ->
                request("PUT", cluster(), clusterBody(true, 1), Set.of(404, 412))
                        .with(STALE);
            case 10 -> raw("PUT", pool(), "{\"properties\": {\"count\": 1", Set.of(400));
            case 11 -> raw("PUT", cluster(), "[1, 2]", Set.of(400));
            case 12 -> sent("GET", cluster() + "?api-version=lately", "", Set.of(400));
            case 13 -> sent("PUT", pool(), Json.text(body), Set.of(400)); // no version
            case 14 -> request("PATCH", pool(), body, Set.of(405));
            case 15 ->
                request("DELETE", cluster(), Json.newObject(), Set.of(401)).with(Map.of("Authorization", "Bearer x"));
            case 16 -> request("DELETE", target(cluster + "/" + SYSTEM), Json.newObject(), Set.of(400, 404, 409));
            default -> request("PUT", target("r1"), Json.newObject().put("location", "atlantis"), Set.of(400));
        };
    }

    private RandomRequest wrongPool(ObjectNode body, ObjectNode properties) {
        body.set("properties", properties);
        return request("PUT", pool(), body, WRONG);
    }
}
