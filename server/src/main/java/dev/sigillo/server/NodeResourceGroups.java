package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The resource group that AKS keeps a cluster's machines in ({@code properties.nodeResourceGroup}): to be read as any
 * other, and to be changed by nobody. It is nowhere kept: it is there as long as its cluster.
 */
final class NodeResourceGroups {
    static final String MACHINE_TYPE = "Microsoft.Compute/virtualMachines";

    private final String subscription;

    NodeResourceGroups(String subscription) {
        this.subscription = subscription;
    }

    /** The group of one cluster. */
    record NodeResourceGroup(String name, ClusterRecord cluster) {
        static NodeResourceGroup of(ClusterRecord cluster) {
            String name = Json.object(cluster.body())
                    .path("properties")
                    .path("nodeResourceGroup")
                    .asString("");
            return new NodeResourceGroup(name, cluster);
        }
    }

    static Stream<NodeResourceGroup> list(Store store) {
        return store.clusters().list().stream().map(NodeResourceGroup::of);
    }

    static Optional<NodeResourceGroup> find(Store store, String name) {
        return list(store).filter(group -> ArmId.same(group.name(), name)).findFirst();
    }

    /** @throws ArmException OPERATION_NOT_ALLOWED when there is such a group */
    static void requireNone(Store store, String name) {
        find(store, name).ifPresent(group -> {
            throw ArmError.OPERATION_NOT_ALLOWED.at(
                    group.name(),
                    "The resource group '%s' holds the machines of managed cluster '%s' and cannot be changed. It goes with its cluster.",
                    group.name(),
                    group.cluster().name());
        });
    }

    ObjectNode view(NodeResourceGroup group) {
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.resourceGroup(subscription, group.name()));
        node.put("name", group.name());
        node.put("type", ResourceFilter.GROUP_TYPE);
        node.put("location", group.cluster().location());
        node.put("managedBy", group.cluster().id());
        node.putObject("tags")
                .put("aks-managed-cluster-name", group.cluster().name())
                .put("aks-managed-cluster-rg", group.cluster().resourceGroup());
        node.putObject("properties").put("provisioningState", "Succeeded");
        return node;
    }

    /** Each machine, also one that is not a node yet. */
    List<ObjectNode> machines(Store store, NodeResourceGroup group, ResourceFilter filter) {
        return store.machines().listOfCluster(group.cluster().id()).stream()
                .map(machine -> machine(group, machine))
                .filter(machine -> filter.takes(group.name(), machine))
                .toList();
    }

    /**
     * One machine, by the name of its node or by its id: as in the list, and with the {@code properties} that clients look
     * for its state in.
     */
    Optional<ObjectNode> machine(Store store, NodeResourceGroup group, String name) {
        return store.machines().listOfCluster(group.cluster().id()).stream()
                .filter(machine -> ArmId.same(machine.nodeName(), name) || ArmId.same(machine.machineId(), name))
                .findFirst()
                .map(machine -> {
                    ObjectNode node = machine(group, machine);
                    node.putObject("properties").put("provisioningState", state(machine.phase()));
                    return node;
                });
    }

    private ObjectNode machine(NodeResourceGroup group, MachineRecord machine) {
        ObjectNode node = Json.newObject();
        node.put(
                "id",
                ArmId.resourceGroup(subscription, group.name()) + "/providers/" + MACHINE_TYPE + "/"
                        + machine.nodeName());
        node.put("name", machine.nodeName());
        node.put("type", MACHINE_TYPE);
        node.put("location", group.cluster().location());
        node.put("managedBy", ArmId.machine(machine.clusterId(), machine.pool(), machine.nodeName()));
        node.putObject("tags").put("aks-managed-poolName", machine.pool());
        node.put("createdTime", machine.createdAt().toString());
        node.put("provisioningState", state(machine.phase()));
        return node;
    }

    /** Azure's word; a machine that ended by itself is there only until it is removed. */
    static String state(Phase phase) {
        return switch (phase) {
            case BOOKED, STARTED, ADMITTED -> ProvisioningState.CREATING;
            case READY -> ProvisioningState.SUCCEEDED;
            case LEAVING, LOST -> ProvisioningState.DELETING;
            case QUARANTINED, FAILED -> ProvisioningState.FAILED;
        };
    }
}
