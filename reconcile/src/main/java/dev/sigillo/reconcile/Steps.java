package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.DesiredPool;
import dev.sigillo.kubernetes.NodeObject;
import dev.sigillo.kubernetes.Taint;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Carries out the planned steps of one cluster; each may be repeated, and each runs on a thread of its own. */
final class Steps {
    private static final System.Logger LOG = System.getLogger(Steps.class.getName());
    private static final int CONSOLE_KEPT = 4096;

    private final Host host;
    private final String clusterId;
    private final MachineSteps machines;
    private final Settlement settlement;
    private final Scaling scaling;
    private final Grace grace;
    private final TrustSteps trust;
    private final Draining draining;
    private final RollSteps roll;
    private final PoolEmptying emptying;
    private volatile Optional<Attached> attached = Optional.empty();
    private volatile Optional<String> preparedFor = Optional.empty();
    private volatile boolean complete;
    private boolean forgotten;

    Steps(Host host, String clusterId) {
        this.host = host;
        this.clusterId = clusterId;
        this.machines = new MachineSteps(host, clusterId, new References(host.probe()));
        this.settlement = new Settlement(host.store(), clusterId);
        this.scaling = new Scaling(host, clusterId);
        this.grace = new Grace(host.clock(), host.pace().lapse());
        this.trust = new TrustSteps(host, grace);
        this.draining = new Draining(host);
        this.roll = new RollSteps(host, clusterId, this::remove);
        this.emptying = new PoolEmptying(host, clusterId);
    }

    /** Empty from the end of the cluster on, also if there is another of its name by now: that one is not this worker's. */
    synchronized Optional<ClusterRecord> cluster() {
        return forgotten ? Optional.empty() : host.store().clusters().byId(clusterId);
    }

    /**
     * The open network is known: opens the control plane's files and the door of the nodes. A control plane that should be
     * of another version is another object on the same files; whoever still holds the former one gets to its end with it.
     */
    synchronized Attached attach(ClusterRecord cluster, NetworkView network) {
        // First: whatever fails after it, nobody who is shut out gets in.
        ApiAccess.admitsHost(cluster.desired().authorized())
                .ifPresent(admitted -> host.engine().admitHost(network.id(), admitted));
        String version = cluster.desired().version();
        Attached present = attached.filter(known -> known.version().equals(version))
                .orElseGet(() -> new Attached(network, host.planes().apply(cluster, network), version));
        host.doors().open(cluster, network, present.plane().clusterCa());
        present.plane().quarantine();
        attached = Optional.of(present);
        return present;
    }

    Optional<Attached> attached() {
        return attached;
    }

    /** The processes that run now are those that were prepared: a restarted API server is proved anew. */
    boolean prepared() {
        Optional<String> now = attached.flatMap(known -> known.plane().incarnation());
        return now.isPresent() && now.equals(preparedFor);
    }

    /** Of those that have stopped attesting themselves where their pool wants to be told alone. */
    void lookForSilent(List<MachineRecord> rows) {
        trust.lookForSilent(rows);
    }

    Grace grace() {
        return grace;
    }

    /** Whether the machine, which is silent, is to be replaced. */
    boolean isSilentForGood(MachineRecord machine) {
        return trust.isSilentForGood(machine);
    }

    /** Besides, the cluster took all that Sigillo installs in it. */
    boolean complete() {
        return complete;
    }

    void take(ClusterRecord cluster, Action action) {
        switch (action) {
            case Action.OpenNetwork _ ->
                attach(
                        cluster,
                        host.engine()
                                .openNetwork(new NetworkId(cluster.shortId()), host.networkBase() + cluster.index()));
            case Action.StartControlPlane _ -> required().plane().ensureRunning();
            case Action.StopControlPlane stop -> stop(stop);
            case Action.RenewKeys renew -> renewKeys(renew.operation());
            case Action.PrepareCluster _ -> prepare();
            case Action.BookMachines book ->
                machines.book(cluster, book, required().network());
            case Action.StartMachine start ->
                machines.start(cluster, start.machine(), required().network());
            case Action.RegisterNode register -> registerNode(cluster, register.machine());
            case Action.LabelNode label -> labelNode(label.machine());
            case Action.MarkReady mark -> host.store().machines().advance(mark.machine(), Phase.ADMITTED, Phase.READY);
            case Action.WithdrawTrust withdraw ->
                trust.withdraw(withdraw.machine(), required().plane());
            case Action.MarkLost lost -> lose(lost);
            case Action.Condemn condemn -> trust.condemn(condemn);
            case Action.BuryMachine bury -> bury(cluster, bury.machine());
            case Action.RetireMachine retire -> roll.retire(retire, required().plane());
            case Action.EndRoll end -> roll.end(end, required().plane());
            case Action.EmptyPool empty -> emptying.take(empty, required().plane());
            case Action.ScalePool scale -> scaling.take(scale);
            case Action.DismissMachine dismiss -> dismiss(dismiss);
            case Action.RemoveMachine remove -> remove(remove);
            case Action.DeleteNode node -> required().plane().deleteNode(node.name());
            case Action.SettlePool settle -> settlement.pool(settle);
            case Action.SettleCluster settle -> settlement.cluster(settle);
            case Action.ForgetPool pool -> {
                Remains.drop(host, cluster, Optional.of(pool.pool()));
                host.store().pools().purge(clusterId, pool.pool());
            }
            case Action.ForgetCluster _ -> forget(cluster);
        }
    }

    /** The next look opens the control plane's files anew: the object that was stopped starts nothing any more. */
    private void stop(Action.StopControlPlane stop) {
        attached.ifPresent(known -> known.plane().stop());
        synchronized (this) {
            attached = Optional.empty();
        }
        settlement.stopped(stop.operation());
    }

    /** As after a stop, the next look opens the control plane's files anew. */
    private void renewKeys(String operation) {
        required().plane().discardKeys();
        synchronized (this) {
            attached = Optional.empty();
        }
        KeyRotation.done(host.store(), clusterId, operation);
    }

    private Attached required() {
        return attached.orElseThrow(() -> new IllegalStateException("the network of the cluster is not open yet"));
    }

    /** Counts only for the processes that were there before: one that was replaced meanwhile is prepared again. */
    private void prepare() {
        Plane plane = required().plane();
        Optional<String> now = plane.incarnation();
        complete = false;
        List<String> left = plane.prepare(Resolvers.ofHost());
        preparedFor = now;
        if (!left.isEmpty()) {
            throw new IllegalStateException(String.join("; ", left));
        }
        complete = true;
    }

    private void registerNode(ClusterRecord cluster, String machineId) {
        Optional<MachineRecord> row = host.store().machines().find(machineId);
        if (row.isEmpty() || row.get().failure().isPresent()) {
            return;
        }
        MachineRecord machine = row.get();
        PoolRecord pool = host.store().pools().find(clusterId, machine.pool()).orElseThrow();
        DesiredPool desired = pool.desired();
        List<Taint> taints = new ArrayList<>(Labels.taints(desired));
        taints.add(Labels.UNTRUSTED);
        Plane plane = required().plane();
        plane.createNode(new NodeObject(
                machine.nodeName(),
                Labels.of(cluster, desired, machine.imageVersion()),
                taints,
                Labels.given(desired),
                machine.podCidr(),
                Labels.providerId(cluster, machineId)));
        // Somebody deleted the Node of a machine that is trusted.
        Instant now = host.clock().instant();
        if (machine.isTrusted(now)) {
            plane.setTrust(machine.nodeName(), Labels.trust(machine), List.of());
        }
    }

    private void labelNode(String machineId) {
        Optional<MachineRecord> machine = host.store().machines().find(machineId);
        Optional<PoolRecord> pool = machine.flatMap(row -> host.store().pools().find(clusterId, row.pool()));
        if (pool.isPresent()) {
            required()
                    .plane()
                    .give(
                            machine.orElseThrow().nodeName(),
                            Labels.given(pool.get().desired()));
        }
    }

    private void lose(Action.MarkLost lost) {
        if (lost.from() == Phase.STARTED || lost.from() == Phase.ADMITTED) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "the end of the console of machine {0}: {1}",
                    lost.machine(),
                    host.engine().console(new MachineId(lost.machine()), CONSOLE_KEPT));
        }
        host.store().machines().lose(lost.machine(), lost.from());
    }

    private void bury(ClusterRecord cluster, String machineId) {
        MachineRecord machine = host.store().machines().find(machineId).orElseThrow();
        MachineId id = new MachineId(machineId);
        host.engine().keepRemains(id, Remains.folder(host, cluster, machine.pool()));
        host.engine().delete(id);
    }

    private void dismiss(Action.DismissMachine dismiss) {
        host.store().useTransaction(tx -> {
            int asked = tx.pools()
                    .find(clusterId, dismiss.pool())
                    .map(pool -> pool.desired().count())
                    .orElse(0);
            long living = tx.machines().listOfPool(clusterId, dismiss.pool()).stream()
                    .filter(MachineRecord::isLiving)
                    .count();
            if (living > asked) {
                tx.machines().leave(dismiss.machine());
            }
        });
    }

    private void remove(Action.RemoveMachine remove) {
        Optional<MachineRecord> machine = host.store().machines().find(remove.machine());
        if (remove.drain() && machine.isPresent()) {
            drain(machine.get());
        }
        if (machine.filter(row -> row.phase() == Phase.QUARANTINED).isPresent()) {
            cluster()
                    .ifPresent(cluster -> host.engine()
                            .keepRemains(
                                    new MachineId(remove.machine()),
                                    Remains.folder(host, cluster, machine.get().pool())));
        }
        remove(remove.machine());
    }

    private void remove(String machineId) {
        host.engine().delete(new MachineId(machineId));
        host.store().machines().remove(machineId);
    }

    /**
     * Some time for what heeds disruption budgets, but none where all of its pool goes whatever they say; then, and when the
     * API server does not help, the rest is deleted.
     */
    private void drain(MachineRecord machine) {
        String nodeName = machine.nodeName();
        try {
            Plane plane = required().plane();
            // Nobody waits for the end of a node that the autoscaler takes away: its pods get the time that the profile
            // says.
            Optional<Duration> graceful = graceful(machine);
            List<String> left = graceful.isPresent()
                    ? draining.node(
                            plane,
                            nodeName,
                            graceful.get(),
                            () -> graceful(machine).isPresent())
                    : draining.node(plane, nodeName, host.pace().drain(), () -> !isForced(machine));
            if (!left.isEmpty()) {
                plane.drain(nodeName, true);
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "node " + nodeName + " is removed without an orderly end", e);
        }
    }

    /** Its pool is being deleted: its nodes are empty by now, or nobody is to ask. */
    private boolean isForced(MachineRecord machine) {
        return host.store()
                .pools()
                .find(clusterId, machine.pool())
                .filter(pool -> pool.deleting() && !pool.heedsBudgets())
                .isPresent();
    }

    /** For pods to leave a node of a pool that is scaled by itself; empty for all others, and where all of it is going. */
    private Optional<Duration> graceful(MachineRecord machine) {
        return cluster()
                .filter(cluster -> !cluster.deleting() && !cluster.desired().isStopped())
                .filter(_ -> host.store()
                        .pools()
                        .find(clusterId, machine.pool())
                        .filter(pool ->
                                !pool.deleting() && pool.desired().autoScaling().isPresent())
                        .isPresent())
                .map(cluster -> cluster.desired().autoscaler().graceful());
    }

    private void forget(ClusterRecord cluster) {
        // Keys and files are needed to find the processes of a control plane that an earlier server began.
        NetworkId id = new NetworkId(cluster.shortId());
        Optional<NetworkView> network = host.engine().network(id);
        Plane plane = attached.map(Attached::plane)
                .or(() -> network.map(view -> host.planes().apply(cluster, view)))
                .orElseGet(() -> host.planes()
                        .apply(cluster, host.engine().openNetwork(id, host.networkBase() + cluster.index())));
        plane.delete();
        host.doors().close(clusterId);
        host.engine().closeNetwork(id);
        Remains.drop(host, cluster, Optional.empty());
        synchronized (this) {
            host.store().clusters().purge(clusterId);
            forgotten = true;
        }
        LOG.log(System.Logger.Level.INFO, "cluster {0} is gone", ArmId.name(clusterId));
    }
}
