package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.DesiredPool;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.kubernetes.Addons;
import dev.sigillo.kubernetes.ControlPlane;
import dev.sigillo.kubernetes.KubernetesCluster;
import dev.sigillo.kubernetes.NodeObject;
import dev.sigillo.kubernetes.Taint;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Carries out the planned steps of one cluster; each may be repeated. */
final class Steps {
    private static final System.Logger LOG = System.getLogger(Steps.class.getName());
    private static final Duration DRAIN = Duration.ofSeconds(60);

    private final Host host;
    private final String clusterId;
    private final MachineSteps machines;
    private volatile Optional<Attached> attached = Optional.empty();
    private volatile Optional<CompletableFuture<Void>> starting = Optional.empty();
    private volatile boolean addons;

    private record Attached(NetworkView network, ControlPlane plane) {}

    Steps(Host host, String clusterId) {
        this.host = host;
        this.clusterId = clusterId;
        this.machines = new MachineSteps(host, clusterId);
    }

    /** The open network is known: opens the control plane's files and the door of the nodes. */
    void attach(ClusterRecord cluster, NetworkView network) {
        if (attached.isEmpty()) {
            ControlPlane plane = host.planes().apply(cluster, network);
            host.doors().open(cluster, network, plane.clusterCa());
            attached = Optional.of(new Attached(network, plane));
        }
    }

    Optional<ControlPlane> plane() {
        return attached.map(Attached::plane);
    }

    Optional<NetworkView> network() {
        return attached.map(Attached::network);
    }

    boolean planeStarting() {
        return starting.filter(start -> !start.isDone()).isPresent();
    }

    boolean planeReady() {
        if (planeStarting()) {
            return false;
        }
        boolean ready = attached.filter(known -> known.plane().ready()).isPresent();
        if (!ready) {
            // Whatever restarts may have lost its policy: prove it again.
            addons = false;
        }
        return ready;
    }

    boolean addonsInstalled() {
        return addons;
    }

    void take(ClusterRecord cluster, Action action) {
        switch (action) {
            case Action.OpenNetwork _ ->
                attach(
                        cluster,
                        host.engine()
                                .openNetwork(new NetworkId(cluster.shortId()), host.networkBase() + cluster.index()));
            case Action.StartControlPlane _ -> startControlPlane();
            case Action.InstallAddons _ -> {
                client().ensureAddons(new Addons(Addons.CORE_DNS_IMAGE, Resolvers.ofHost()));
                addons = true;
            }
            case Action.BookMachine book ->
                machines.book(cluster, book.pool(), required().network());
            case Action.StartMachine start ->
                machines.start(cluster, start.machine(), required().network());
            case Action.RegisterNode register -> registerNode(cluster, register.machine());
            case Action.MarkReady mark -> host.store().machines().setPhase(mark.machine(), Phase.READY.name());
            case Action.Condemn condemn ->
                host.store().machines().fail(condemn.machine(), Phase.FAILED.name(), condemn.why());
            case Action.BuryMachine bury -> bury(cluster, bury.machine());
            case Action.RemoveMachine remove -> remove(remove);
            case Action.SettlePool settle -> settlePool(settle);
            case Action.SettleCluster _ -> settleCluster();
            case Action.ForgetPool forget -> host.store().pools().purge(clusterId, forget.pool());
            case Action.ForgetCluster _ -> forget(cluster);
        }
    }

    private Attached required() {
        return attached.orElseThrow(() -> new IllegalStateException("the network of the cluster is not open yet"));
    }

    private KubernetesCluster client() {
        return required().plane().client();
    }

    /** In the background, so that machines boot meanwhile; a failure shows at the next call. */
    private void startControlPlane() {
        Optional<CompletableFuture<Void>> last = starting;
        if (last.isPresent() && last.get().isCompletedExceptionally()) {
            starting = Optional.empty();
            try {
                last.get().join();
            } catch (CompletionException e) {
                throw new IllegalStateException(
                        String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
            }
        }
        ControlPlane plane = required().plane();
        CompletableFuture<Void> start = new CompletableFuture<>();
        starting = Optional.of(start);
        Thread.ofVirtual().name("control-plane-" + clusterId).start(() -> {
            try {
                plane.ensureRunning();
                start.complete(null);
            } catch (RuntimeException e) {
                start.completeExceptionally(e);
            }
        });
    }

    private void registerNode(ClusterRecord cluster, String machineId) {
        MachineRecord machine = host.store().machines().find(machineId).orElseThrow();
        PoolRecord pool = host.store().pools().find(clusterId, machine.pool()).orElseThrow();
        DesiredPool desired = pool.desired();
        List<Taint> taints = new ArrayList<>(Labels.taints(desired));
        taints.add(Labels.UNTRUSTED);
        client().createNode(new NodeObject(
                machine.nodeName(),
                Labels.of(cluster, desired, machine.imageVersion()),
                taints,
                machine.podCidr(),
                "sigillo://" + cluster.shortId() + "/" + machineId));
    }

    private void bury(ClusterRecord cluster, String machineId) {
        MachineRecord machine = host.store().machines().find(machineId).orElseThrow();
        Path into = host.remains().resolve(cluster.shortId()).resolve(machine.pool());
        host.engine().keepRemains(new MachineId(machineId), into);
        deleteNode(machine);
        host.engine().delete(new MachineId(machineId));
    }

    private void remove(Action.RemoveMachine remove) {
        Optional<MachineRecord> machine = host.store().machines().find(remove.machine());
        if (machine.isPresent()) {
            if (remove.drain() && addons && planeReady()) {
                client().cordonAndDrain(machine.get().nodeName(), DRAIN);
            }
            deleteNode(machine.get());
        }
        host.engine().delete(new MachineId(remove.machine()));
        host.store().machines().remove(remove.machine());
    }

    private void deleteNode(MachineRecord machine) {
        if (addons && planeReady()) {
            client().deleteNode(machine.nodeName());
        }
    }

    private void settlePool(Action.SettlePool settle) {
        String poolId = ArmId.pool(clusterId, settle.pool());
        host.store().useTransaction(tx -> {
            List<Operation> open = tx.operations().openOfPool(clusterId, settle.pool());
            switch (settle.outcome()) {
                case Settled.Succeeded _ -> {
                    tx.pools().setState(clusterId, settle.pool(), ProvisioningState.SUCCEEDED);
                    open.forEach(operation -> tx.operations().succeed(operation.id()));
                }
                case Settled.Failed failed -> {
                    tx.pools().setState(clusterId, settle.pool(), ProvisioningState.FAILED);
                    ErrorBody error = ErrorBody.of(ArmError.ATTESTATION_FAILED, failed.message(), poolId);
                    open.forEach(operation -> tx.operations().fail(operation.id(), error));
                }
            }
        });
    }

    /** A cluster is as well as its worst pool. */
    private void settleCluster() {
        host.store().useTransaction(tx -> {
            List<String> failures = failures(tx);
            List<Operation> open = tx.operations().openOfResource(clusterId);
            if (failures.isEmpty()) {
                tx.clusters().setState(clusterId, ProvisioningState.SUCCEEDED);
                open.forEach(operation -> tx.operations().succeed(operation.id()));
            } else {
                tx.clusters().setState(clusterId, ProvisioningState.FAILED);
                ErrorBody error = ErrorBody.of(ArmError.ATTESTATION_FAILED, String.join("; ", failures), clusterId);
                open.forEach(operation -> tx.operations().fail(operation.id(), error));
            }
        });
    }

    private List<String> failures(Store tx) {
        List<String> failures = new ArrayList<>();
        for (PoolRecord pool : tx.pools().listOfCluster(clusterId)) {
            if (pool.provisioningState().equals(ProvisioningState.FAILED)) {
                List<String> whys = tx.machines().listOfPool(clusterId, pool.name()).stream()
                        .flatMap(machine -> machine.failure().stream())
                        .toList();
                failures.add("pool " + pool.name() + ": "
                        + (whys.isEmpty() ? "not all of its nodes came up" : String.join("; ", whys)));
            }
        }
        return failures;
    }

    private void forget(ClusterRecord cluster) {
        // Keys and files are needed to find the processes of a control plane that an earlier server began.
        Optional<NetworkView> network = host.engine().network(new NetworkId(cluster.shortId()));
        network.ifPresent(view -> attach(cluster, view));
        attached.ifPresent(known -> known.plane().delete());
        host.doors().close(clusterId);
        host.engine().closeNetwork(new NetworkId(cluster.shortId()));
        attached = Optional.empty();
        host.store().clusters().purge(clusterId);
        LOG.log(System.Logger.Level.INFO, "cluster {0} is gone", cluster.shortId());
    }
}
