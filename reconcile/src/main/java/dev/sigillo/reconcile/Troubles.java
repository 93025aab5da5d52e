package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.store.ClusterRecord;
import java.util.HashMap;
import java.util.Map;

/** Steps that threw: tried again, and after some tries in a row given up in words that the waiting user reads. */
final class Troubles {
    private static final System.Logger LOG = System.getLogger(Troubles.class.getName());
    private static final int TRIES = 5;

    private final Host host;
    private final String clusterId;
    private final Map<String, Integer> inARow = new HashMap<>();

    Troubles(Host host, String clusterId) {
        this.host = host;
        this.clusterId = clusterId;
    }

    void overcame(Action action) {
        inARow.remove(action.toString());
    }

    void met(ClusterRecord cluster, Action action, RuntimeException trouble) {
        int tries = inARow.merge(action.toString(), 1, Integer::sum);
        LOG.log(
                System.Logger.Level.WARNING,
                "cluster " + cluster.shortId() + ": " + action + " failed, try " + tries + " of " + TRIES,
                trouble);
        if (tries < TRIES) {
            return;
        }
        inARow.remove(action.toString());
        String why = action.reason() + ", and after " + TRIES + " tries: " + trouble.getMessage();
        switch (action) {
            case Action.StartMachine start -> host.store().machines().fail(start.machine(), Phase.FAILED.name(), why);
            case Action.OpenNetwork _, Action.StartControlPlane _, Action.InstallAddons _ -> giveUp(cluster, why);
            case Action.BookMachine book -> giveUpPool(book.pool(), why);
            case Action.RegisterNode _,
                    Action.MarkReady _,
                    Action.Condemn _,
                    Action.BuryMachine _,
                    Action.RemoveMachine _,
                    Action.SettlePool _,
                    Action.SettleCluster _,
                    Action.ForgetPool _,
                    Action.ForgetCluster _ -> {
                // These only ever tidy up or write down: they are tried until they succeed.
            }
        }
    }

    private void giveUp(ClusterRecord cluster, String why) {
        ErrorBody error = ErrorBody.of(ArmError.CONTROL_PLANE_FAILED, why, cluster.id());
        host.store().useTransaction(tx -> {
            for (Operation operation : tx.operations().openOfCluster(clusterId)) {
                tx.operations().fail(operation.id(), error);
            }
            tx.clusters().setState(clusterId, ProvisioningState.FAILED);
            tx.pools()
                    .listOfCluster(clusterId)
                    .forEach(pool -> tx.pools().setState(clusterId, pool.name(), ProvisioningState.FAILED));
        });
    }

    private void giveUpPool(String pool, String why) {
        ErrorBody error = ErrorBody.of(ArmError.MACHINE_FAILED, why, pool);
        host.store().useTransaction(tx -> {
            for (Operation operation : tx.operations().openOfPool(clusterId, pool)) {
                tx.operations().fail(operation.id(), error);
            }
            tx.pools().setState(clusterId, pool, ProvisioningState.FAILED);
        });
    }
}
