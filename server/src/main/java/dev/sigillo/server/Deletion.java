package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.Store;

/** The acceptance of a cluster's deletion, which overtakes whatever else is under way in it. */
final class Deletion {
    private Deletion() {}

    /** Marks the cluster and gives its deletion: the one under way if there is one. */
    static Operation of(Store tx, ClusterRecord cluster) {
        for (Operation open : tx.operations().openOfCluster(cluster.id())) {
            boolean same =
                    open.kind() == OperationKind.DELETE && open.resourceId().equals(cluster.id());
            if (same) {
                return open;
            }
        }
        for (Operation open : tx.operations().openOfCluster(cluster.id())) {
            tx.operations()
                    .cancel(
                            open.id(),
                            ErrorBody.of(
                                    ArmError.OPERATION_PREEMPTED,
                                    "The deletion of cluster '" + cluster.name() + "' overtook this operation.",
                                    open.resourceId()));
        }
        tx.clusters().markDeleting(cluster.id());
        return tx.operations().open(cluster.id(), cluster.id(), OperationKind.DELETE, cluster.location());
    }
}
