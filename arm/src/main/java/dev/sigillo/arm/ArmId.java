package dev.sigillo.arm;

import java.util.Locale;

/** Builds ARM resource ids in Azure's own spelling. Ids compare without regard to case: see {@link #same}. */
public final class ArmId {
    public static final String CONTAINER_SERVICE = "Microsoft.ContainerService";
    public static final String CLUSTER_TYPE = CONTAINER_SERVICE + "/managedClusters";
    public static final String POOL_TYPE = CLUSTER_TYPE + "/agentPools";

    private ArmId() {}

    public static String subscription(String subscription) {
        return "/subscriptions/" + subscription;
    }

    public static String resourceGroup(String subscription, String group) {
        return subscription(subscription) + "/resourceGroups/" + group;
    }

    public static String cluster(String subscription, String group, String name) {
        return resourceGroup(subscription, group) + "/providers/" + CLUSTER_TYPE + "/" + name;
    }

    public static String pool(String clusterId, String pool) {
        return clusterId + "/agentPools/" + pool;
    }

    public static String machine(String clusterId, String pool, String machine) {
        return pool(clusterId, pool) + "/machines/" + machine;
    }

    public static String operation(String subscription, String location, String id) {
        return subscription(subscription) + "/providers/" + CONTAINER_SERVICE + "/locations/" + location
                + "/operations/" + id;
    }

    public static String roleDefinition(String subscription, Role role) {
        return subscription(subscription) + "/providers/Microsoft.Authorization/roleDefinitions/" + role.id();
    }

    /** The last segment: the resource's own name. */
    public static String name(String id) {
        return id.substring(id.lastIndexOf('/') + 1);
    }

    /** The form under which ids and resource names are looked up. */
    public static String key(String idOrName) {
        return idOrName.toLowerCase(Locale.ROOT);
    }

    public static boolean same(String one, String other) {
        return key(one).equals(key(other));
    }
}
