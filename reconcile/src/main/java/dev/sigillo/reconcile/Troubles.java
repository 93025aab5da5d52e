package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.store.MachineRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Steps that threw: tried again after a pause that doubles, and after some tries in a row told to the user who waits. What
 * is desired stays desired: the step goes on being tried, and what comes up late is well again.
 */
final class Troubles {
    static final int TRIES = 5;
    private static final System.Logger LOG = System.getLogger(Troubles.class.getName());

    private record Trouble(int tries, Instant notBefore) {}

    private final Host host;
    private final String clusterId;
    private final Settlement settlement;
    private final PoolEmptying emptying;
    private final Map<Action, Trouble> inARow = new HashMap<>();

    Troubles(Host host, String clusterId) {
        this.host = host;
        this.clusterId = clusterId;
        this.settlement = new Settlement(host.store(), clusterId);
        this.emptying = new PoolEmptying(host, clusterId);
    }

    /** Whether the pause after its last failure is over. */
    synchronized boolean mayTry(Action action) {
        Trouble trouble = inARow.get(action);
        return trouble == null || !host.clock().instant().isBefore(trouble.notBefore());
    }

    synchronized void overcame(Action action) {
        inARow.remove(action);
    }

    void met(Action action, RuntimeException problem) {
        int tries = count(action);
        LOG.log(
                System.Logger.Level.WARNING,
                "cluster " + ArmId.name(clusterId) + ": " + action + " failed, try " + tries,
                problem);
        if (tries != TRIES) {
            return;
        }
        String why = action.reason() + ", and after " + TRIES + " tries: " + problem.getMessage();
        switch (action) {
            case Action.StartMachine start ->
                host.store()
                        .machines()
                        .fail(start.machine(), new MachineRecord.Failure(ArmError.MACHINE_FAILED.code(), why));
            case Action.RegisterNode register ->
                host.store()
                        .machines()
                        .fail(register.machine(), new MachineRecord.Failure(ArmError.MACHINE_FAILED.code(), why));
            case Action.OpenNetwork _, Action.StartControlPlane _, Action.RenewKeys _, Action.PrepareCluster _ ->
                settlement.controlPlaneGaveUp(why);
            case Action.BookMachines book -> settlement.poolGaveUp(book.pool(), ArmError.MACHINE_FAILED, why);
            case Action.EmptyPool empty -> emptying.gaveUp(empty, why);
            case Action.LabelNode label -> settlement.poolGaveUp(label.pool(), ArmError.MACHINE_FAILED, why);
            case Action.MarkReady _,
                    Action.WithdrawTrust _,
                    Action.MarkLost _,
                    Action.Condemn _,
                    Action.BuryMachine _,
                    Action.RetireMachine _,
                    Action.EndRoll _,
                    Action.ScalePool _,
                    Action.DismissMachine _,
                    Action.RemoveMachine _,
                    Action.DeleteNode _,
                    Action.StopControlPlane _,
                    Action.SettlePool _,
                    Action.SettleCluster _,
                    Action.ForgetPool _,
                    Action.ForgetCluster _ -> {
                // These only ever tidy up or write down: they are tried until they succeed.
            }
        }
    }

    private synchronized int count(Action action) {
        int tries = inARow.containsKey(action) ? inARow.get(action).tries() + 1 : 1;
        Duration pause = host.pace().firstRetry().multipliedBy(1L << Math.min(tries - 1, 10));
        Duration longest = host.pace().longestRetry();
        Duration bounded = pause.compareTo(longest) > 0 ? longest : pause;
        inARow.put(action, new Trouble(tries, host.clock().instant().plus(bounded)));
        return tries;
    }
}
