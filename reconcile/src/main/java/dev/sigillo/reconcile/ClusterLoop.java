package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.kubernetes.ControlPlane;
import dev.sigillo.kubernetes.KubernetesCluster;
import dev.sigillo.kubernetes.NodeView;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineState;
import dev.sigillo.machine.MachineView;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.reconcile.Desired.DesiredPool;
import dev.sigillo.reconcile.Observed.SeenMachine;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The worker of one cluster: observe, plan, act, again and again. It keeps nothing that must survive: after a crash a new
 * one looks at rows, host and API server and goes on.
 */
final class ClusterLoop implements Runnable {
    private static final System.Logger LOG = System.getLogger(ClusterLoop.class.getName());
    private static final Duration BUSY = Duration.ofSeconds(1);
    private static final Duration CALM = Duration.ofSeconds(10);
    private static final int CONSOLE_TAIL = 64 * 1024;
    private static final Set<String> SETTLED =
            Set.of(ProvisioningState.SUCCEEDED, ProvisioningState.FAILED, ProvisioningState.CANCELED);

    private final Host host;
    private final String clusterId;
    private final Semaphore wakes = new Semaphore(0);
    private final Steps steps;
    private final Troubles troubles;
    private volatile boolean stopped;

    ClusterLoop(Host host, String clusterId) {
        this.host = host;
        this.clusterId = clusterId;
        this.steps = new Steps(host, clusterId);
        this.troubles = new Troubles(host, clusterId);
    }

    void wake() {
        wakes.release();
    }

    void stop() {
        stopped = true;
        wakes.release();
    }

    Steps steps() {
        return steps;
    }

    @Override
    public void run() {
        while (!stopped) {
            boolean busy;
            try {
                Optional<ClusterRecord> cluster = host.store().clusters().byId(clusterId);
                if (cluster.isEmpty()) {
                    return;
                }
                busy = pass(cluster.get());
            } catch (RuntimeException e) {
                busy = true;
                LOG.log(
                        System.Logger.Level.ERROR,
                        "cluster " + clusterId + ": this pass failed, the next one tries again",
                        e);
            }
            try {
                Duration pause = busy ? BUSY : CALM;
                if (wakes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** @return whether something is under way that the next pass should look at soon */
    private boolean pass(ClusterRecord cluster) {
        Desired desired = desired(cluster);
        Observed seen = observe(cluster);
        List<Action> plan = Planner.plan(desired, seen);
        for (Action action : plan) {
            if (stopped) {
                return false;
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    "cluster {0}: {1}, because {2}",
                    cluster.shortId(),
                    action,
                    action.reason());
            try {
                steps.take(cluster, action);
                troubles.overcame(action);
            } catch (RuntimeException e) {
                troubles.met(cluster, action, e);
                return true;
            }
        }
        boolean open = !host.store().operations().openOfCluster(clusterId).isEmpty();
        return !plan.isEmpty() || open || seen.machines().stream().anyMatch(ClusterLoop::underWay);
    }

    private static boolean underWay(SeenMachine machine) {
        return machine.phase() != Phase.READY && machine.phase() != Phase.FAILED;
    }

    private Desired desired(ClusterRecord cluster) {
        List<Operation> open = host.store().operations().openOfCluster(clusterId);
        Optional<Instant> own = open.stream()
                .filter(operation -> ArmId.same(operation.resourceId(), clusterId))
                .map(Operation::startedAt)
                .findFirst();
        List<DesiredPool> pools = new ArrayList<>();
        for (PoolRecord pool : host.store().pools().listOfCluster(clusterId)) {
            Optional<Instant> poolOwn = open.stream()
                    .filter(operation -> ArmId.same(operation.resourceId(), ArmId.pool(clusterId, pool.name())))
                    .map(Operation::startedAt)
                    .findFirst();
            pools.add(new DesiredPool(
                    pool.name(),
                    pool.desired().count(),
                    pool.deleting(),
                    poolOwn.or(() -> own),
                    SETTLED.contains(pool.provisioningState())));
        }
        return new Desired(cluster.deleting(), own, pools);
    }

    private Observed observe(ClusterRecord cluster) {
        Optional<NetworkView> network = host.engine().network(new NetworkId(cluster.shortId()));
        network.ifPresent(view -> steps.attach(cluster, view));
        Optional<ControlPlane> plane = steps.plane();
        boolean ready = plane.isPresent() && !cluster.deleting() && steps.planeReady();
        Map<String, NodeView> nodes = new HashMap<>();
        if (ready && steps.addonsInstalled()) {
            KubernetesCluster client = plane.orElseThrow().client();
            client.nodes().forEach(node -> nodes.put(node.name(), node));
        }
        Map<MachineId, MachineView> views = host.engine().list().stream()
                .collect(Collectors.toMap(MachineView::id, Function.identity(), (one, other) -> one));
        List<SeenMachine> machines = new ArrayList<>();
        for (MachineRecord machine : host.store().machines().listOfCluster(clusterId)) {
            machines.add(see(
                    machine,
                    Optional.ofNullable(views.get(new MachineId(machine.machineId()))),
                    Optional.ofNullable(nodes.get(machine.nodeName()))));
        }
        return new Observed(
                network.isPresent(), ready || steps.planeStarting(), ready, steps.addonsInstalled(), machines);
    }

    private SeenMachine see(MachineRecord machine, Optional<MachineView> view, Optional<NodeView> node) {
        Phase phase = Phase.valueOf(machine.phase());
        boolean running =
                view.filter(seen -> seen.state() == MachineState.RUNNING).isPresent();
        Optional<String> bootFailure = running && phase == Phase.STARTED
                ? BootWatch.failure(
                        machine.nodeName(),
                        host.engine().console(new MachineId(machine.machineId()), CONSOLE_TAIL),
                        Duration.between(machine.createdAt(), host.clock().instant()))
                : Optional.empty();
        return new SeenMachine(
                machine.machineId(),
                machine.pool(),
                phase,
                view.isPresent(),
                running,
                node.isPresent(),
                node.filter(NodeView::ready).isPresent(),
                machine.createdAt(),
                machine.failure(),
                bootFailure);
    }
}
