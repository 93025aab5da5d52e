package dev.sigillo.arm;

/**
 * Where a role assignment counts: the subscription, a resource group, or a managed cluster; and all that is inside.
 *
 * @param group empty for the subscription
 * @param cluster empty for the subscription and for a resource group
 */
public record RoleScope(String group, String cluster) {
    public static final RoleScope SUBSCRIPTION = new RoleScope("", "");

    public RoleScope {
        if (group.isEmpty() && !cluster.isEmpty()) {
            throw new IllegalArgumentException("a cluster is in a resource group");
        }
    }

    public static RoleScope ofGroup(String group) {
        return new RoleScope(group, "");
    }

    public boolean isSubscription() {
        return group.isEmpty();
    }

    /** Whether {@code other} is this scope or inside it. */
    public boolean covers(RoleScope other) {
        return isSubscription()
                || (ArmId.same(group, other.group) && (cluster.isEmpty() || ArmId.same(cluster, other.cluster)));
    }

    /** The ARM id of the subscription, group or cluster. */
    public String id(String subscription) {
        if (isSubscription()) {
            return ArmId.subscription(subscription);
        }
        return cluster.isEmpty()
                ? ArmId.resourceGroup(subscription, group)
                : ArmId.cluster(subscription, group, cluster);
    }
}
