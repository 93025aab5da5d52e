package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Operation;
import dev.sigillo.store.ClusterRecord;

/** One operation at a time on a pool, and on a cluster: the refusals, in Azure's words, which scripts look for. */
final class Contention {
    private static final String ADVICE =
            "please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details";

    private Contention() {}

    static ArmException with(ClusterRecord cluster, Operation open) {
        return refuse(
                open.resourceId().equals(cluster.id()) ? "" : "agentpool ",
                open,
                open.kind().running());
    }

    static ArmException deleting(ClusterRecord cluster) {
        return ArmError.OPERATION_NOT_ALLOWED.at(
                cluster.id(),
                "Operation is not allowed: Another operation (%s - Deleting) is in progress, %s",
                cluster.name(),
                ADVICE);
    }

    /** @throws ArmException OPERATION_NOT_ALLOWED when the cluster is stopped: nothing of it can change but that */
    static void requireRunning(ClusterRecord cluster) {
        if (cluster.desired().isStopped()) {
            throw ArmError.OPERATION_NOT_ALLOWED.at(
                    cluster.id(),
                    "Operation is not allowed: managed cluster '%1$s' is in Stopped state. Start it first: az aks start --resource-group %2$s --name %1$s",
                    cluster.name(),
                    cluster.resourceGroup());
        }
    }

    private static ArmException refuse(String what, Operation open, String doing) {
        return ArmError.OPERATION_NOT_ALLOWED.at(
                open.resourceId(),
                "Operation is not allowed: Another %soperation (%s - %s) is in progress, %s",
                what,
                ArmId.name(open.resourceId()),
                doing,
                ADVICE);
    }
}
