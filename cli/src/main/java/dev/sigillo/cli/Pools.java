package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Request bodies as az writes them. */
final class Pools {
    private Pools() {}

    static ObjectNode properties(Targets.Pool pool, String mode) {
        ObjectNode properties = Json.newObject();
        properties.put("count", pool.count);
        properties.put("vmSize", pool.size);
        properties.put("osType", "Linux");
        properties.put("type", "VirtualMachineScaleSets");
        properties.put("mode", mode);
        properties
                .putObject("securityProfile")
                .put("enableSecureBoot", pool.secureBoot)
                .put("enableVTPM", pool.vtpm);
        return properties;
    }

    static ObjectNode poolBody(Targets.Pool pool, String mode) {
        ObjectNode body = Json.newObject();
        body.set("properties", properties(pool, mode));
        return body;
    }

    static ObjectNode clusterBody(Targets.Pool pool, String name, String poolName, String version, String location) {
        ObjectNode body = Json.newObject();
        body.put("location", location);
        body.putObject("identity").put("type", "SystemAssigned");
        ObjectNode properties = body.putObject("properties");
        properties.put("kubernetesVersion", version);
        properties.put("dnsPrefix", name);
        properties.put("enableRBAC", true);
        ArrayNode pools = properties.putArray("agentPoolProfiles");
        pools.add(properties(pool, "System").put("name", poolName));
        return body;
    }
}
