package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import dev.sigillo.e2e.RandomRequest.Kind;
import dev.sigillo.e2e.RandomRequest.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A request that is right as such; whether it can be done is another matter. */
final class ValidDraft extends RequestDraft {
    private static final Set<Integer> PUT = Set.of(200, 201, 404, 409);
    private static final Set<Integer> STARTED = Set.of(202, 404, 409);

    ValidDraft(int number, SplittableRandom random, boolean trusted, String cluster, String pool) {
        super(number, random, trusted, cluster, pool);
    }

    RandomRequest any(RandomRequests.Glance glance) {
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
            return new WrongDraft(number, random, trusted, cluster, pool).any();
        }
        if (at < 52) {
            return poolPut();
        }
        if (at < 62) {
            return cluster(cluster);
        }
        return switch (at) {
            case 62 -> deletion(one(RandomRequests.GROUPS), false);
            case 63, 64 -> group(one(RandomRequests.GROUPS));
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
        return request(
                        "POST",
                        pool() + "/deleteMachines",
                        body,
                        Set.of(202, 400, 404, 409),
                        Write.of(cluster + "/" + pool, Kind.RESIZE))
                .ofOne(pool() + "/machines");
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
}
