package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.PowerState;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The acceptance of {@code POST managedClusters/{name}/stop} and {@code …/start}. A stopped cluster has no machine, since a
 * node is one vTPM and never comes back, and takes no memory of the host; what etcd holds stays.
 */
final class Power {
    private final Demands demands;

    Power(Demands demands) {
        this.demands = demands;
    }

    /** The operation under way, a new one, or one that has ended already where the cluster is stopped. */
    Operation stop(Store tx, ClusterRecord cluster) {
        return turn(tx, cluster, PowerState.STOPPED, OperationKind.STOP);
    }

    /**
     * As {@link #stop}, the other way; pools come back as they were asked for.
     *
     * @throws dev.sigillo.arm.ArmException NO_HOST_CAPACITY when others have taken the room meanwhile
     */
    Operation start(Store tx, ClusterRecord cluster) {
        return turn(tx, cluster, PowerState.RUNNING, OperationKind.START);
    }

    /**
     * New authorities, keys and certificates for everything in the cluster: its machines go, since their nodes trust the old
     * ones, the control plane starts with new ones, and new machines join. What etcd holds stays.
     */
    Operation rotateCertificates(Store tx, ClusterRecord cluster) {
        Optional<Operation> same = underWay(tx, cluster, OperationKind.ROTATE_CERTIFICATES);
        if (same.isPresent()) {
            return same.get();
        }
        Contention.requireRunning(cluster);
        tx.pools()
                .listOfCluster(cluster.id())
                .forEach(pool -> tx.pools().setState(cluster.id(), pool.name(), ProvisioningState.UPDATING));
        tx.clusters().setState(cluster.id(), OperationKind.ROTATE_CERTIFICATES.running());
        return tx.operations().open(cluster.id(), cluster.id(), OperationKind.ROTATE_CERTIFICATES, cluster.location());
    }

    /** @throws dev.sigillo.arm.ArmException CONFLICT while the cluster is deleted or another operation is under way */
    private static Optional<Operation> underWay(Store tx, ClusterRecord cluster, OperationKind kind) {
        if (cluster.deleting()) {
            throw Contention.deleting(cluster);
        }
        List<Operation> open = tx.operations().openOfCluster(cluster.id());
        Optional<Operation> same =
                open.stream().filter(operation -> operation.kind() == kind).findFirst();
        if (same.isEmpty() && !open.isEmpty()) {
            throw Contention.with(cluster, open.getFirst());
        }
        return same;
    }

    private Operation turn(Store tx, ClusterRecord cluster, PowerState to, OperationKind kind) {
        Optional<Operation> same = underWay(tx, cluster, kind);
        if (same.isPresent()) {
            return same.get();
        }
        if (cluster.desired().power() == to) {
            Operation nothing = tx.operations().open(cluster.id(), cluster.id(), kind, cluster.location());
            tx.operations().succeed(nothing.id());
            return nothing;
        }
        List<PoolRecord> pools = tx.pools().listOfCluster(cluster.id());
        if (to == PowerState.RUNNING) {
            requireRoom(tx, cluster, pools);
            pools.forEach(pool -> tx.pools().setState(cluster.id(), pool.name(), ProvisioningState.UPDATING));
        }
        ObjectNode body = Json.object(cluster.body());
        if (body.get("properties") instanceof ObjectNode properties) {
            to.putInto(properties);
        }
        tx.clusters().update(cluster.id(), cluster.etag(), Json.text(body), kind.running());
        return tx.operations().open(cluster.id(), cluster.id(), kind, cluster.location());
    }

    private void requireRoom(Store tx, ClusterRecord cluster, List<PoolRecord> pools) {
        Demand now = demands.now(tx);
        Demand after = now.plusCluster();
        for (PoolRecord pool : pools) {
            after = demands.plus(after, Json.object(pool.body()));
        }
        demands.require(now, after, cluster.desired().podCidr(), 0);
    }
}
