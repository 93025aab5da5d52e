package dev.sigillo.reconcile;

import dev.sigillo.store.AlertCause;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The worker of one cluster: observe, plan, act, again and again. It keeps nothing that must survive: after a crash a new
 * one looks at rows, host and API server and goes on.
 */
final class ClusterLoop implements Runnable {
    private static final System.Logger LOG = System.getLogger(ClusterLoop.class.getName());

    private final Host host;
    private final String clusterId;
    private final Semaphore wakes = new Semaphore(0);
    private final Flights flights = new Flights();
    private final Steps steps;
    private final Observer observer;
    private final Troubles troubles;
    private final Autoscaler autoscaler;
    private final Balancer balancer;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopped;
    private volatile long lookedAt = System.nanoTime();

    ClusterLoop(Host host, String clusterId) {
        this.host = host;
        this.clusterId = clusterId;
        this.steps = new Steps(host, clusterId);
        this.observer = new Observer(host, clusterId, steps);
        this.troubles = new Troubles(host, clusterId);
        this.autoscaler = new Autoscaler(host, new SplittableRandom());
        this.balancer = new Balancer(host);
    }

    void wake() {
        wakes.release();
    }

    void stop() {
        stopped = true;
        wakes.release();
    }

    /** Waits for what is under way, but no longer than this: what is cut short is finished by the next server. */
    void await(Duration time) throws InterruptedException {
        if (ended.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
            flights.await(time);
        }
    }

    Optional<Attached> attached() {
        return steps.attached();
    }

    /** The plane, if the API server that runs is prepared. */
    Optional<Plane> preparedPlane() {
        return steps.prepared() ? steps.attached().map(Attached::plane) : Optional.empty();
    }

    /** Its last look began longer ago than this. */
    boolean isBehind(Duration time) {
        return System.nanoTime() - lookedAt > time.toNanos();
    }

    int stepsUnderWay() {
        return flights.count();
    }

    /** The API server that runs is prepared, and the Node was there at the last look. */
    boolean readyFor(String nodeName) {
        return steps.prepared() && observer.hasNode(nodeName);
    }

    /** Whether the machine's node is being emptied, or the machine removed, at this moment. */
    boolean isRetiring(MachineRecord machine) {
        boolean emptied = machine.isLetIn()
                && flights.on(Action.OnPool.subject(machine.pool()))
                        .filter(Action.EmptyPool.class::isInstance)
                        .isPresent();
        return emptied || isEnding(machine);
    }

    private boolean isEnding(MachineRecord machine) {
        return flights.on(Action.OnMachine.subject(machine.machineId()))
                .filter(action -> action instanceof Action.RetireMachine
                        || action instanceof Action.DismissMachine
                        || action instanceof Action.RemoveMachine)
                .isPresent();
    }

    @Override
    public void run() {
        int failures = 0;
        try {
            while (!stopped) {
                Duration pause;
                try {
                    lookedAt = System.nanoTime();
                    flights.look();
                    Optional<ClusterRecord> cluster = steps.cluster();
                    if (cluster.isEmpty()) {
                        return;
                    }
                    pause = pass(cluster.get()) ? host.pace().busy() : calm(cluster.get());
                    failures = 0;
                } catch (RuntimeException | StackOverflowError e) { // a guest's text may be of any shape
                    pause = failed(++failures, e);
                }
                Thread.sleep(host.pace().least());
                if (wakes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    /**
     * A disk that is full or gone fails every look: it is told once with where it was met, then in a line, and ever less often.
     *
     * @return how long to wait
     */
    private Duration failed(int failures, Throwable why) {
        String told = "cluster " + clusterId + ": this look failed, the next one tries again";
        if (failures == 1) {
            LOG.log(System.Logger.Level.ERROR, told, why);
        } else {
            LOG.log(System.Logger.Level.ERROR, "{0} ({1} in a row): {2}", told, failures, why.toString());
        }
        Duration doubled = host.pace().busy().multipliedBy(1L << Math.min(failures - 1, 10));
        return doubled.compareTo(host.pace().calm()) < 0 ? doubled : host.pace().calm();
    }

    /** @return whether something is under way that the next pass should look at soon */
    private boolean pass(ClusterRecord cluster) {
        // In this order: a machine that leaves because fewer are asked for is seen leaving.
        Desired desired = observer.desired(cluster);
        // The row of after the operations: the control plane is seen as what they ask for.
        Observed seen = observer.observed(steps.cluster().orElse(cluster));
        List<Action> plan = new ArrayList<>(Planner.plan(desired, seen));
        plan.addAll(scaling(cluster, desired, seen));
        for (Action action : plan) {
            if (!stopped && !flights.busy(action) && troubles.mayTry(action)) {
                launch(cluster, action);
            }
        }
        if (seen.prepared()) {
            tellOfPolicies();
            approveServing();
            balance(seen);
        }
        boolean open = !host.store().operations().openOfCluster(clusterId).isEmpty();
        return !plan.isEmpty() || open || seen.machines().stream().anyMatch(ClusterLoop::underWay);
    }

    /** An API server that does not tell what runs where must not hold up the rest. */
    private List<Action> scaling(ClusterRecord cluster, Desired desired, Observed seen) {
        try {
            return steps.attached()
                    .map(known -> autoscaler.look(cluster, desired, seen, known.plane()))
                    .orElse(List.of());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "cluster " + cluster.shortId() + ": pools were not scaled", e);
            return List.of();
        }
    }

    /** As for scaling: Services are a part of the cluster, not what it stands on. */
    private void balance(Observed seen) {
        try {
            steps.attached().ifPresent(known -> balancer.look(seen, known));
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cluster {0}: load balancers were not seen to: {1}",
                    clusterId,
                    e.getMessage());
        }
    }

    private Duration calm(ClusterRecord cluster) {
        Duration scan = cluster.desired().autoscaler().scanInterval();
        return scan.compareTo(host.pace().calm()) < 0 ? scan : host.pace().calm();
    }

    private void launch(ClusterRecord cluster, Action action) {
        LOG.log(System.Logger.Level.INFO, "cluster {0}: {1}, because {2}", cluster.shortId(), action, action.reason());
        flights.launch(action, () -> steps.take(cluster, action), (landed, trouble) -> {
            trouble.ifPresentOrElse(problem -> troubles.met(landed, problem), () -> troubles.overcame(landed));
            wake();
        });
    }

    private void tellOfPolicies() {
        for (String words :
                steps.attached().map(known -> known.plane().restoredPolicies()).orElse(List.of())) {
            try {
                host.store()
                        .alerts()
                        .raise(AlertCause.ofCluster(
                                clusterId,
                                AlertKind.POLICY_RESTORED,
                                "admission policy",
                                words + ", though only Sigillo may do that; it was put back."));
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "an alert on " + words + " could not be written", e);
            }
        }
    }

    /** A kubelet's own request for its serving certificate is granted for as long as its verdict holds. */
    private void approveServing() {
        Instant now = host.clock().instant();
        Map<String, String> members = new HashMap<>();
        List<MachineRecord> rows = host.store().machines().listOfCluster(clusterId);
        steps.lookForSilent(rows);
        for (MachineRecord machine : rows) {
            if (machine.isLetIn() && machine.isTrusted(now)) {
                members.put(machine.nodeName(), machine.address());
            }
        }
        if (!members.isEmpty()) {
            steps.attached().ifPresent(known -> known.plane().approveServing(members));
        }
    }

    private static boolean underWay(Observed.SeenMachine machine) {
        return machine.phase() != Phase.READY
                && machine.phase() != Phase.FAILED
                && machine.phase() != Phase.QUARANTINED;
    }
}
