package dev.sigillo.reconcile;

import dev.sigillo.arm.AutoScaling;
import dev.sigillo.arm.AutoscalerProfile;
import dev.sigillo.arm.DesiredPool;
import dev.sigillo.kubernetes.PodView;
import dev.sigillo.kubernetes.Workload;
import dev.sigillo.kubernetes.Workload.NodeRoom;
import dev.sigillo.reconcile.Observed.SeenMachine;
import dev.sigillo.reconcile.ScaleDown.Candidate;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Gives the pools of one cluster that are scaled by themselves the nodes that waiting pods need, and takes away nodes that
 * are not needed.
 *
 * <p>What it decides is a step like any other and is written down as the pool's count and the machines that leave. What it
 * remembers between looks are only clocks: after a crash they begin anew, and nodes stay a little longer.
 */
final class Autoscaler {
    private static final System.Logger LOG = System.getLogger(Autoscaler.class.getName());

    /** The kubelet of a new node, or one that is restarted, may be late by this. */
    private static final Duration LATE = Duration.ofMinutes(1);

    private final Host host;
    private final RandomGenerator random;
    private final Backoffs backoffs;
    private final HopelessPods hopeless = new HopelessPods();
    private final Map<String, Instant> unneededSince = new HashMap<>();
    private Instant looked = Instant.MIN;
    private Instant shrunk = Instant.MIN;

    Autoscaler(Host host, RandomGenerator random) {
        this.host = host;
        this.random = random;
        this.backoffs = new Backoffs();
    }

    /** What to do now: at most one step a pool; nothing before it is time for another look. */
    List<Action> look(ClusterRecord cluster, Desired desired, Observed seen, Plane plane) {
        List<PoolRecord> pools =
                desired.deleting() || desired.stopped() || !seen.prepared() ? List.of() : free(cluster, desired);
        Instant now = host.clock().instant();
        if (pools.isEmpty() || now.isBefore(next(cluster))) {
            return List.of();
        }
        looked = now;
        backoffs.look(seen.machines(), now);
        List<Action> steps = new ArrayList<>();
        for (PoolRecord pool : pools) {
            bounds(pool).or(() -> recovery(pool, seen, now)).ifPresent(steps::add);
        }
        if (!steps.isEmpty()) {
            return steps;
        }
        return new Look(cluster, pools, seen, plane.workload(), now).steps();
    }

    private Instant next(ClusterRecord cluster) {
        return looked.equals(Instant.MIN)
                ? Instant.MIN
                : looked.plus(cluster.desired().autoscaler().scanInterval());
    }

    /** Those that are scaled by themselves and that nobody else is changing. */
    private List<PoolRecord> free(ClusterRecord cluster, Desired desired) {
        if (desired.operation().isPresent()) {
            return List.of();
        }
        List<String> quiet = desired.pools().stream()
                .filter(pool -> !pool.deleting() && pool.own().isEmpty())
                .map(Desired.DesiredPool::name)
                .toList();
        return host.store().pools().listOfCluster(cluster.id()).stream()
                .filter(pool -> quiet.contains(pool.name()) && !pool.deleting())
                .filter(pool -> pool.desired().autoScaling().isPresent())
                .toList();
    }

    private static AutoScaling bounds(DesiredPool pool) {
        return pool.autoScaling().orElseThrow();
    }

    /** An operation that was aborted may have left fewer than the least. */
    private static Optional<Action> bounds(PoolRecord pool) {
        int count = pool.desired().count();
        int within = bounds(pool.desired()).clamp(count);
        return within == count
                ? Optional.empty()
                : Optional.of(new Action.ScalePool(pool.name(), count, within, List.of(), "its bounds are to be kept"));
    }

    /** Machines that did not come up make way once the pause is over, and the pool may try again. */
    private Optional<Action> recovery(PoolRecord pool, Observed seen, Instant now) {
        List<String> failed = seen.machines().stream()
                .filter(machine -> machine.pool().equals(pool.name()) && Backoffs.mayBeTriedAgain(machine))
                .map(SeenMachine::id)
                .toList();
        if (failed.isEmpty() || backoffs.pausing(pool.name(), now)) {
            return Optional.empty();
        }
        int count = pool.desired().count();
        int left = bounds(pool.desired()).clamp(count - failed.size());
        return Optional.of(new Action.ScalePool(
                pool.name(), count, left, failed, "machines of it failed a while ago, and it may try again"));
    }

    /** One look at one cluster. */
    private final class Look {
        private final ClusterRecord cluster;
        private final AutoscalerProfile profile;
        private final List<PoolRecord> pools;
        private final Observed seen;
        private final Workload workload;
        private final Instant now;
        private final Map<String, PoolTemplate> templates = new HashMap<>();
        /** By their nodes' names. */
        private final Map<String, SeenMachine> machines;

        Look(ClusterRecord cluster, List<PoolRecord> pools, Observed seen, Workload workload, Instant now) {
            this.cluster = cluster;
            this.profile = cluster.desired().autoscaler();
            this.pools = pools;
            this.seen = seen;
            this.workload = workload;
            this.now = now;
            this.machines = seen.machines().stream()
                    .filter(machine -> machine.phase() != Phase.QUARANTINED)
                    .filter(machine -> machine.phase() != Phase.FAILED && machine.phase() != Phase.LOST)
                    .collect(Collectors.toMap(SeenMachine::name, Function.identity(), (one, _) -> one));
            for (PoolRecord pool : host.store().pools().listOfCluster(cluster.id())) {
                templates.put(pool.name(), template(pool.desired()));
            }
        }

        private PoolTemplate template(DesiredPool pool) {
            Optional<NodeRoom> like = workload.nodes().stream()
                    .filter(NodeRoom::ready)
                    .filter(node -> Optional.ofNullable(machines.get(node.name()))
                            .filter(machine -> machine.pool().equals(pool.name()))
                            .isPresent())
                    .findFirst();
            return new PoolTemplate(
                    cluster, pool, host.shape(pool.vmSize(), pool.osDiskGib()), like, workload.daemons());
        }

        List<Action> steps() {
            List<String> there = new ArrayList<>();
            Packing nodes = new Packing(bins(there));
            Packing soon = nodes.copy();
            coming().forEach(soon::add);
            List<PodView> lost = new ArrayList<>();
            Map<String, String> places = new HashMap<>();
            for (PodView pod : ScaleUp.largestFirst(waiting())) {
                soon.place(pod).ifPresentOrElse(node -> places.put(pod.uid(), node), () -> lost.add(pod));
            }
            places.values().retainAll(there);
            hopeless.look(workload.pods(), places.keySet(), now);
            Optional<Action> growth = growth(soon, lost);
            if (growth.isPresent()) {
                return List.of(growth.get());
            }
            return shrinking(nodes, places);
        }

        /** Nodes that are there and take pods, each with what is on it. */
        private List<Bin> bins(List<String> names) {
            List<Bin> bins = new ArrayList<>();
            for (NodeRoom node : workload.nodes()) {
                if (node.unschedulable() || !isThere(node)) {
                    continue;
                }
                names.add(node.name());
                List<PodView> on = workload.pods().stream()
                        .filter(pod -> pod.node().equals(node.name()))
                        .toList();
                bins.add(new Bin(
                        node.name(),
                        node.labels(),
                        node.taints().stream()
                                .filter(taint -> !taint.key().equals("node.kubernetes.io/not-ready"))
                                .toList(),
                        node.allocatable(),
                        on));
            }
            return bins;
        }

        private boolean isThere(NodeRoom node) {
            Optional<SeenMachine> machine = Optional.ofNullable(machines.get(node.name()));
            if (machine.isEmpty()) {
                return node.ready();
            }
            boolean lateOnly = machine.get()
                    .node()
                    .filter(each -> each.lasting().compareTo(LATE) < 0)
                    .isPresent();
            return machine.get().phase() == Phase.READY && (node.ready() || lateOnly);
        }

        /** Nodes that are on their way. */
        private List<Bin> coming() {
            return machines.values().stream()
                    .filter(machine -> machine.phase() == Phase.BOOKED
                            || machine.phase() == Phase.STARTED
                            || machine.phase() == Phase.ADMITTED)
                    .flatMap(
                            machine -> Optional.ofNullable(templates.get(machine.pool()))
                                    .map(template -> template.node(machine.name()))
                                    .stream())
                    .toList();
        }

        private List<PodView> waiting() {
            Instant before = now.minus(profile.newPodDelay());
            return workload.pods().stream()
                    .filter(pod -> pod.waiting() && !pod.daemon() && !hopeless.contains(pod, now))
                    .filter(pod -> !pod.created().isAfter(before))
                    .toList();
        }

        private Optional<Action> growth(Packing soon, List<PodView> lost) {
            if (lost.isEmpty()) {
                return Optional.empty();
            }
            List<ScaleUp.Growable> growable = pools.stream()
                    .filter(pool -> !backoffs.pausing(pool.name(), now))
                    .map(pool -> new ScaleUp.Growable(
                            pool.name(),
                            bounds(pool.desired()).max() - pool.desired().count(),
                            number -> fresh(pool, number)))
                    .filter(pool -> pool.most() > 0)
                    .toList();
            return ScaleUp.of(soon, lost, growable, profile.expander(), random).flatMap(this::withRoom);
        }

        private Bin fresh(PoolRecord pool, int number) {
            return Optional.ofNullable(templates.get(pool.name()))
                    .orElseThrow()
                    .node("new node " + number + " of " + pool.name());
        }

        /** As many of the nodes as the host has room for; a pool for which there is none pauses. */
        private Optional<Action> withRoom(ScaleUp.Growth growth) {
            PoolRecord pool = pools.stream()
                    .filter(each -> each.name().equals(growth.pool()))
                    .findFirst()
                    .orElseThrow();
            int count = pool.desired().count();
            String refusal = "";
            for (int more = growth.nodes(); more > 0; more--) {
                Optional<String> refused = host.room().refusal(host.store(), cluster, pool, count + more);
                if (refused.isEmpty()) {
                    return Optional.of(
                            new Action.ScalePool(pool.name(), count, count + more, List.of(), why(growth.pods())));
                }
                refusal = refused.get();
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cluster {0}: pool {1} does not grow, though {2}: {3}",
                    cluster.shortId(),
                    pool.name(),
                    why(growth.pods()),
                    refusal);
            backoffs.pause(pool.name(), now);
            return Optional.empty();
        }

        private static String why(List<PodView> pods) {
            PodView first = pods.getFirst();
            String others = pods.size() == 1 ? "" : " and " + (pods.size() - 1) + " more";
            return "pod " + first.namespace() + "/" + first.name() + others + " waits for a node";
        }

        private List<Action> shrinking(Packing nodes, Map<String, String> places) {
            List<Candidate> unneeded = unneeded(nodes, places);
            if (!mayShrink()) {
                return List.of();
            }
            List<Candidate> ripe = unneeded.stream()
                    .filter(each -> !unneededSince
                            .getOrDefault(each.machine(), now)
                            .plus(profile.unneeded())
                            .isAfter(now))
                    .toList();
            Map<String, Integer> spare = pools.stream()
                    .collect(Collectors.toMap(
                            PoolRecord::name,
                            pool -> pool.desired().count()
                                    - bounds(pool.desired()).min()));
            List<Candidate> going = new ScaleDown(profile, nodes).leaving(ripe, spare);
            if (!going.isEmpty()) {
                shrunk = now;
            }
            List<Action> steps = new ArrayList<>();
            for (PoolRecord pool : pools) {
                List<String> leaving = going.stream()
                        .filter(each -> each.pool().equals(pool.name()))
                        .map(Candidate::machine)
                        .toList();
                if (!leaving.isEmpty()) {
                    int count = pool.desired().count();
                    steps.add(new Action.ScalePool(
                            pool.name(), count, count - leaving.size(), leaving, "nodes of it are not needed"));
                }
            }
            return steps;
        }

        /** The youngest first. Those that are needed again begin anew. */
        private List<Candidate> unneeded(Packing nodes, Map<String, String> places) {
            ScaleDown down = new ScaleDown(profile, nodes);
            List<String> own = pools.stream().map(PoolRecord::name).toList();
            List<Candidate> unneeded = seen.machines().stream()
                    .filter(machine -> machine.phase() == Phase.READY && own.contains(machine.pool()))
                    .filter(machine ->
                            machine.node().filter(Observed.SeenNode::ready).isPresent())
                    .sorted(Comparator.comparing(SeenMachine::bookedAt, Comparator.reverseOrder()))
                    .filter(machine -> !places.containsValue(machine.name()) && down.isUnneeded(machine.name()))
                    .map(machine -> new Candidate(machine.id(), machine.name(), machine.pool()))
                    .toList();
            unneededSince
                    .keySet()
                    .retainAll(unneeded.stream().map(Candidate::machine).toList());
            unneeded.forEach(each -> unneededSince.putIfAbsent(each.machine(), now));
            return unneeded;
        }

        private boolean mayShrink() {
            List<String> own = pools.stream().map(PoolRecord::name).toList();
            boolean justGrown = seen.machines().stream()
                    .filter(machine -> own.contains(machine.pool()))
                    .anyMatch(machine ->
                            machine.bookedAt().plus(profile.delayAfterAdd()).isAfter(now));
            boolean justShrunk = !shrunk.equals(Instant.MIN)
                    && shrunk.plus(profile.delayAfterDelete()).isAfter(now);
            return !justGrown && !justShrunk && !backoffs.failedWithin(profile.delayAfterFailure(), now);
        }
    }
}
