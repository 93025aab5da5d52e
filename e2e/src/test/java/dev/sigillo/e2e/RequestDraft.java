package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import dev.sigillo.e2e.RandomRequest.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One request that is being drawn, about one cluster and one pool: where things are, and what bodies say. */
class RequestDraft {
    static final String SYSTEM = "sys";
    static final List<String> POOLS = List.of("a", "b", "c", "d");
    private static final String SIZE = "Standard_B2s";

    final int number;
    final SplittableRandom random;
    final boolean trusted;
    final String cluster;
    final String pool;

    /** @param trusted whether pools may have both flags */
    RequestDraft(int number, SplittableRandom random, boolean trusted, String cluster, String pool) {
        this.number = number;
        this.random = random;
        this.trusted = trusted;
        this.cluster = cluster;
        this.pool = pool;
    }

    final <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    final boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    String group() {
        return "/resourceGroups/" + cluster.split("/", -1)[0];
    }

    String cluster() {
        return target(cluster);
    }

    String pool() {
        return target(cluster + "/" + pool);
    }

    static String target(String resource) {
        String[] names = resource.split("/", -1);
        return "/resourceGroups/" + names[0]
                + (names.length > 1 ? "/providers/Microsoft.ContainerService/managedClusters/" + names[1] : "")
                + (names.length > 2 ? "/agentPools/" + names[2] : "");
    }

    ObjectNode clusterBody(boolean pools, int count) {
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

    ObjectNode tags() {
        return Json.newObject().put("n", Integer.toString(number));
    }

    ObjectNode plain(int count) {
        ObjectNode properties = Json.newObject().put("count", count).put("vmSize", SIZE);
        properties.set("tags", tags());
        return properties;
    }

    ObjectNode poolProperties(int count) {
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

    int count() {
        return pool.equals(SYSTEM) ? 1 + random.nextInt(2) : random.nextInt(trusted ? 2 : 3);
    }

    RandomRequest request(String method, String target, ObjectNode body, Set<Integer> right, Write... writes) {
        return raw(method, target, body.isEmpty() ? "" : Json.text(body), right, writes);
    }

    RandomRequest raw(String method, String target, String body, Set<Integer> right, Write... writes) {
        return sent(method, target + "?api-version=" + ArmClient.VERSION, body, right, writes);
    }

    RandomRequest sent(String method, String target, String body, Set<Integer> right, Write... writes) {
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
