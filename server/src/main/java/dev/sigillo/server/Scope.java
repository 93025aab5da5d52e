package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.ResourceGroupRecord;
import dev.sigillo.store.Store;

/** Finds what a path names, or says in Azure's words what is not there. */
final class Scope {
    private final ArmSettings settings;

    Scope(ArmSettings settings) {
        this.settings = settings;
    }

    String subscription() {
        return settings.subscription();
    }

    void requireSubscription(ArmRequest request) {
        String given = request.parameter("subscription");
        if (!ArmId.same(given, settings.subscription())) {
            throw ArmError.SUBSCRIPTION_NOT_FOUND.because(
                    "The subscription '%s' could not be found. This server's subscription is %s.",
                    Routes.printable(given), settings.subscription());
        }
    }

    ResourceGroupRecord group(Store store, ArmRequest request) {
        String name = request.parameter("group");
        return store.resourceGroups()
                .find(name)
                .orElseThrow(() -> ArmError.RESOURCE_GROUP_NOT_FOUND.because(
                        "Resource group '%s' could not be found.", Routes.printable(name)));
    }

    ClusterRecord cluster(Store store, ArmRequest request) {
        ResourceGroupRecord group = group(store, request);
        String name = request.parameter("cluster");
        return store.clusters().find(group.name(), name).orElseThrow(() -> noCluster(group.name(), name));
    }

    PoolRecord pool(Store store, ClusterRecord cluster, ArmRequest request) {
        String name = ArmId.key(request.parameter("pool"));
        return store.pools()
                .find(cluster.id(), name)
                .orElseThrow(() -> ArmError.NOT_FOUND.because(
                        "Could not find the agent pool '%s' in cluster '%s'.", Routes.printable(name), cluster.name()));
    }

    private static ArmException noCluster(String group, String name) {
        return ArmError.RESOURCE_NOT_FOUND.because(
                "The Resource 'Microsoft.ContainerService/managedClusters/%s' under resource group '%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
                Routes.printable(name), group);
    }
}
