package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import dev.sigillo.e2e.RandomRequest.Kind;
import dev.sigillo.e2e.RandomRequest.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A walk over a few groups, clusters and pools: valid requests and invalid ones, drawn by a seed and by a glance at which
 * clusters there are. What cannot be done at its moment, because others were quicker, has to be refused.
 */
final class RandomRequests {
    private static final List<String> GROUPS = List.of("r1", "r2");
    /** With the group that each is in. */
    static final List<String> CLUSTERS = List.of("r1/c1", "r1/c2", "r2/c3");

    static final String SYSTEM = "sys";
    static final List<String> POOLS = List.of("a", "b", "c", "d");
    private static final String SIZE = "Standard_B2s";

    private static final Set<Integer> PUT = Set.of(200, 201, 404, 409);
    private static final Set<Integer> STARTED = Set.of(202, 404, 409);
    private static final Set<Integer> WRONG = Set.of(400, 404, 409);

    private final long seed;
    private final boolean trusted;

    /** @param trusted whether pools may have both flags: then machines are real, slow and few */
    RandomRequests(long seed, boolean trusted) {
        this.seed = seed;
        this.trusted = trusted;
    }

    /**
     * What was seen shortly before.
     *
     * @param there groups and {@code GROUP/CLUSTER}
     * @param stopped clusters
     * @param busy clusters with an operation of their own under way, and so with ears for little else
     */
    record Glance(Set<String> there, Set<String> stopped, Set<String> busy) {
        boolean allBusy() {
            return !there.isEmpty() && busy.containsAll(CLUSTERS);
        }
    }

    /** Real machines have room, and time, for two. */
    private List<String> clusters() {
        return CLUSTERS.subList(0, trusted ? 2 : CLUSTERS.size());
    }

    RandomRequest at(int number, Glance glance) {
        Drawing drawing = new Drawing(number, new SplittableRandom(seed * 1_000_003 + number), glance);
        return number < GROUPS.size() ? drawing.group(GROUPS.get(number)) : drawing.any();
    }

    /** One request being drawn. */
    private final class Drawing {
        private final int number;
        private final SplittableRandom random;
        private final Glance glance;
        private final String cluster;
        private final String pool;

        Drawing(int number, SplittableRandom random, Glance glance) {
            this.number = number;
            this.random = random;
            this.glance = glance;
            List<String> all = clusters();
            List<String> idle =
                    all.stream().filter(each -> !glance.busy().contains(each)).toList();
            this.cluster = one(idle.isEmpty() || !chance(80) ? all : idle);
            this.pool = random.nextInt(8) == 0 ? SYSTEM : one(POOLS);
        }

        private <T> T one(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }

        private boolean chance(int percent) {
            return random.nextInt(100) < percent;
        }

        RandomRequest any() {
            String group = cluster.split("/", -1)[0];
            if (!glance.there().contains(group) && chance(80)) {
                return group(group);
            }
            if (!glance.there().contains(cluster) && chance(80)) {
                return cluster(cluster);
            }
            if (glance.stopped().contains(cluster) && chance(50)) {
                return post(cluster(), "start", Kind.START);
            }
            int at = random.nextInt(100);
            if (at < 20) {
                return invalid();
            }
            if (at < 52) {
                return poolPut();
            }
            if (at < 62) {
                return cluster(cluster);
            }
            return switch (at) {
                case 62 -> deletion(one(GROUPS), false);
                case 63, 64 -> group(one(GROUPS));
                case 65, 66 -> deletion(cluster, true);
                case 67, 68, 69 -> post(cluster(), "stop", Kind.STOP);
                case 70, 71, 72, 73, 74 -> post(cluster(), "start", Kind.START);
                case 75 -> post(cluster(), "rotateClusterCertificates", Kind.RESIZE);
                case 76, 77, 78, 79 -> deletion(cluster + "/" + one(POOLS), true);
                case 80, 81, 82, 83 -> deleteMachine();
                case 84, 85, 86 -> abort(cluster + "/" + pool);
                case 87 -> abort(cluster);
                case 88, 89 -> post(pool(), "upgradeNodeImageVersion", Kind.RESIZE);
                case 90, 91, 92 -> deployment();
                default -> look();
            };
        }

        // Where things are.

        private String group() {
            return "/resourceGroups/" + cluster.split("/", -1)[0];
        }

        private String cluster() {
            return target(cluster);
        }

        private String pool() {
            return target(cluster + "/" + pool);
        }

        private static String target(String resource) {
            String[] names = resource.split("/", -1);
            return "/resourceGroups/" + names[0]
                    + (names.length > 1 ? "/providers/Microsoft.ContainerService/managedClusters/" + names[1] : "")
                    + (names.length > 2 ? "/agentPools/" + names[2] : "");
        }

        // Valid ones.

        RandomRequest group(String name) {
            ObjectNode body = Json.newObject().put("location", "eastus");
            body.set("tags", tags());
            return request("PUT", target(name), body, PUT, Write.of(name, Kind.PUT));
        }

        RandomRequest cluster(String name) {
            int count = trusted ? 1 : 1 + random.nextInt(2);
            boolean pools = number < 10 || chance(70);
            List<Write> writes = new ArrayList<>(List.of(Write.of(name, Kind.PUT)));
            if (pools) {
                writes.add(new Write(name + "/" + SYSTEM, Kind.PUT, count));
            }
            // Without a pool there can be no new cluster.
            Set<Integer> right = pools ? PUT : Set.of(200, 400, 404, 409);
            return request("PUT", target(name), clusterBody(pools, count), right, writes.toArray(Write[]::new));
        }

        private ObjectNode clusterBody(boolean pools, int count) {
            ObjectNode body = Json.newObject().put("location", "eastus");
            body.set("tags", tags());
            body.putObject("identity").put("type", "SystemAssigned");
            ObjectNode properties = body.putObject("properties");
            properties.put("dnsPrefix", "random");
            if (pools) {
                ArrayNode profiles = properties.putArray("agentPoolProfiles");
                ObjectNode system = plain(count).put("name", SYSTEM).put("mode", "System");
                profiles.add(system);
            }
            return body;
        }

        private ObjectNode tags() {
            return Json.newObject().put("n", Integer.toString(number));
        }

        private ObjectNode plain(int count) {
            ObjectNode properties = Json.newObject().put("count", count).put("vmSize", SIZE);
            properties.set("tags", tags());
            return properties;
        }

        private ObjectNode poolProperties(int count) {
            ObjectNode properties = plain(count);
            properties.put("mode", pool.equals(SYSTEM) ? "System" : "User");
            if (chance(30)) {
                properties.putObject("nodeLabels").put("walk", "l" + random.nextInt(3));
            }
            if (chance(20)) {
                properties.putArray("nodeTaints").add("walk=t" + random.nextInt(2) + ":NoSchedule");
            }
            if (chance(30)) {
                properties
                        .putObject("upgradeSettings")
                        .put("maxSurge", one(List.of("1", "2", "50%")))
                        .put("drainTimeoutInMinutes", 1);
            }
            if (chance(15)) { // other machines are made, and those that are there go
                properties.put("osDiskSizeGB", one(List.of(28, 30)));
            }
            if (trusted && chance(50)) {
                properties.putObject("securityProfile").put("enableVTPM", true).put("enableSecureBoot", true);
            }
            return properties;
        }

        private int count() {
            return pool.equals(SYSTEM) ? 1 + random.nextInt(2) : random.nextInt(trusted ? 2 : 3);
        }

        private RandomRequest poolPut() {
            int count = count();
            ObjectNode body = Json.newObject();
            body.set("properties", poolProperties(count));
            return request("PUT", pool(), body, PUT, new Write(cluster + "/" + pool, Kind.PUT, count));
        }

        private RandomRequest deletion(String resource, boolean absentIsDone) {
            return request(
                    "DELETE",
                    target(resource),
                    Json.newObject(),
                    absentIsDone ? Set.of(202, 204, 404, 409) : STARTED,
                    Write.of(resource, Kind.DELETE));
        }

        private RandomRequest post(String target, String action, Kind kind) {
            String resource = target.equals(cluster()) ? cluster : cluster + "/" + pool;
            return request("POST", target + "/" + action, Json.newObject(), STARTED, Write.of(resource, kind));
        }

        private RandomRequest abort(String resource) {
            return request(
                    "POST",
                    target(resource) + "/abort",
                    Json.newObject(),
                    Set.of(204, 404, 409),
                    Write.of(resource, Kind.RESIZE));
        }

        private RandomRequest deleteMachine() {
            ObjectNode body = Json.newObject();
            body.putArray("machineNames").add(RandomRequest.MACHINE);
            RandomRequest drawn = request(
                    "POST",
                    pool() + "/deleteMachines",
                    body,
                    Set.of(202, 400, 404, 409),
                    Write.of(cluster + "/" + pool, Kind.RESIZE));
            return new RandomRequest(
                    number,
                    drawn.method(),
                    drawn.target(),
                    drawn.headers(),
                    drawn.body(),
                    Optional.of(pool() + "/machines"),
                    drawn.right(),
                    drawn.writes(),
                    drawn.waits(),
                    drawn.pause());
        }

        private RandomRequest deployment() {
            int count = count();
            String[] names = cluster.split("/", -1);
            ObjectNode body = Json.newObject();
            ObjectNode properties = body.putObject("properties").put("mode", "Incremental");
            ObjectNode template = properties
                    .putObject("template")
                    .put("$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#")
                    .put("contentVersion", "1.0.0.0");
            ArrayNode resources = template.putArray("resources");
            resources
                    .addObject()
                    .put("type", "Microsoft.ContainerService/managedClusters/agentPools")
                    .put("apiVersion", "2025-09-01")
                    .put("name", names[1] + "/" + pool)
                    .set("properties", poolProperties(count));
            return request(
                    "PUT",
                    group() + "/providers/Microsoft.Resources/deployments/d" + random.nextInt(2),
                    body,
                    PUT,
                    new Write(cluster + "/" + pool, Kind.PUT, count));
        }

        private RandomRequest look() {
            String target = switch (random.nextInt(8)) {
                case 0 -> "/resourceGroups";
                case 1 -> "/providers/Microsoft.ContainerService/managedClusters";
                case 2 -> cluster() + "/agentPools";
                case 3 -> pool() + "/machines";
                case 4 -> pool();
                case 5 -> cluster() + "/upgradeProfiles/default";
                case 6 -> group() + "/providers/Microsoft.Resources/deployments";
                default -> cluster();
            };
            return request("GET", target, Json.newObject(), Set.of(200, 404));
        }

        // Invalid ones: not one of them may be accepted, whatever there is.

        private RandomRequest invalid() {
            ObjectNode body = Json.newObject();
            ObjectNode properties = poolProperties(1);
            body.set("properties", properties);
            return switch (random.nextInt(18)) {
                case 0 -> request("PUT", target(cluster + "/Bad_Name"), body, WRONG);
                case 1 -> wrongPool(body, properties.put("count", one(List.of(-1, 5000))));
                case 2 ->
                    wrongPool(body, properties.put("vmSize", one(List.of("Standard_Nothing", "Standard_D4pds_v5"))));
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
                case 8 ->
                    with(
                            request("PUT", pool(), body, Set.of(404, 412)),
                            Map.of("If-Match", "\"00000000-0000-0000-0000-000000000000\""));
                case 9 ->
                    with(
                            request("PUT", cluster(), clusterBody(true, 1), Set.of(404, 412)),
                            Map.of("If-Match", "\"00000000-0000-0000-0000-000000000000\""));
                case 10 -> raw("PUT", pool(), "{\"properties\": {\"count\": 1", Set.of(400));
                case 11 -> raw("PUT", cluster(), "[1, 2]", Set.of(400));
                case 12 -> sent("GET", cluster() + "?api-version=lately", "", Set.of(400));
                case 13 -> sent("PUT", pool(), Json.text(body), Set.of(400)); // no version
                case 14 -> request("PATCH", pool(), body, Set.of(405));
                case 15 ->
                    with(
                            request("DELETE", cluster(), Json.newObject(), Set.of(401)),
                            Map.of("Authorization", "Bearer x"));
                case 16 -> request("DELETE", target(cluster + "/" + SYSTEM), Json.newObject(), Set.of(400, 404, 409));
                default -> request("PUT", target("r1"), Json.newObject().put("location", "atlantis"), Set.of(400));
            };
        }

        private RandomRequest wrongPool(ObjectNode body, ObjectNode properties) {
            body.set("properties", properties);
            return request("PUT", pool(), body, WRONG);
        }

        private RandomRequest with(RandomRequest drawn, Map<String, String> headers) {
            return new RandomRequest(
                    number,
                    drawn.method(),
                    drawn.target(),
                    headers,
                    drawn.body(),
                    drawn.machines(),
                    drawn.right(),
                    drawn.writes(),
                    drawn.waits(),
                    drawn.pause());
        }

        private RandomRequest request(
                String method, String target, ObjectNode body, Set<Integer> right, Write... writes) {
            return raw(method, target, body.isEmpty() ? "" : Json.text(body), right, writes);
        }

        private RandomRequest raw(String method, String target, String body, Set<Integer> right, Write... writes) {
            return sent(method, target + "?api-version=" + ArmClient.VERSION, body, right, writes);
        }

        private RandomRequest sent(String method, String target, String body, Set<Integer> right, Write... writes) {
            return new RandomRequest(
                    number,
                    method,
                    target,
                    Map.of(),
                    body,
                    Optional.empty(),
                    right,
                    List.of(writes),
                    chance(75),
                    Duration.ofMillis(random.nextInt(600)));
        }
    }
}
