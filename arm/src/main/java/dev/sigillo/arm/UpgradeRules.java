package dev.sigillo.arm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * From which Kubernetes version to which one may go, as AKS has it: one minor at a time and never back; a pool is never
 * newer than its control plane, and at most {@link KubernetesVersions#OLDEST_NODE} minors older.
 */
final class UpgradeRules {
    private final Supplier<KubernetesVersions> versions;

    UpgradeRules(Supplier<KubernetesVersions> versions) {
        this.versions = versions;
    }

    /**
     * The full version that a resource has after a request.
     *
     * @param now the full version it has, also one that is not to be had any more
     * @param asked a full one or a minor; a minor is a wish for its newest patch, but no wish to leave a patch of it
     * @throws ArmException the error for versions that are not to be had, or UPGRADE_NOT_ALLOWED
     */
    String next(String what, String now, String asked, ArmError unknown, String target) {
        if (asked.isEmpty() || asked.equals(now) || asked.equals(KubernetesVersions.minor(now))) {
            return now;
        }
        KubernetesVersions known = versions.get();
        String next = known.require(asked, unknown, target);
        List<String> upgrades = known.upgradesOf(now);
        if (!upgrades.contains(next)) {
            boolean back = KubernetesVersions.isNewer(now, next);
            throw ArmError.UPGRADE_NOT_ALLOWED.at(
                    target,
                    "%s Kubernetes version of %s from %s to %s is not allowed%s. Available upgrades: [%s]. Please see https://aka.ms/aks-supported-k8s-ver for version details.",
                    back ? "Downgrading the" : "Upgrading the",
                    what,
                    now,
                    next,
                    back ? "" : ": minor versions cannot be skipped",
                    String.join(" ", upgrades));
        }
        return next;
    }

    /**
     * @param pools full versions by the pools' names
     * @throws ArmException NODE_POOL_INCOMPATIBLE naming the first pool that could not work with the control plane
     */
    static void requireCompatible(String controlPlane, Map<String, String> pools) {
        pools.forEach((name, version) -> {
            Optional<String> why = incompatible(controlPlane, version);
            if (why.isPresent()) {
                throw ArmError.NODE_POOL_INCOMPATIBLE.at(
                        name,
                        "Node pool version %s of pool %s and control plane version %s are incompatible: %s. For more information, please check https://aka.ms/aks/UpgradeVersionRules",
                        version,
                        name,
                        controlPlane,
                        why.get());
            }
        });
    }

    private static Optional<String> incompatible(String controlPlane, String pool) {
        if (KubernetesVersions.isNewer(pool, controlPlane)) {
            return Optional.of("a node pool cannot be newer than its control plane; upgrade the control plane first");
        }
        return KubernetesVersions.minorsBehind(pool, controlPlane) > KubernetesVersions.OLDEST_NODE
                ? Optional.of("a node pool can be at most " + KubernetesVersions.OLDEST_NODE
                        + " minor versions older than its control plane; upgrade the node pool first")
                : Optional.empty();
    }
}
