package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.OnUntrusted;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.arm.UpgradeSettings;
import dev.sigillo.image.NodeImage;
import dev.sigillo.kubernetes.NodeView;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineState;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.reconcile.Desired.Deletion;
import dev.sigillo.reconcile.Desired.DesiredPool;
import dev.sigillo.reconcile.Desired.Replacing;
import dev.sigillo.reconcile.Observed.SeenMachine;
import dev.sigillo.reconcile.Observed.SeenNode;
import dev.sigillo.reconcile.Observed.Stranger;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Looks at rows, host and API server: what one cluster should be, and what it is. */
final class Observer {
    private static final int CONSOLE_TAIL = 64 * 1024;

    /** So many unready answers in a row of a process that lives, before it is looked after. */
    private static final int UNREADY = 30;

    private static final Duration RENEWAL_LOOK = Duration.ofMinutes(30);

    private final Host host;
    private final String clusterId;
    private final Steps steps;
    private int unready;
    private Instant lookedForRenewal = Instant.EPOCH;
    private volatile Set<String> nodes = Set.of();

    Observer(Host host, String clusterId, Steps steps) {
        this.host = host;
        this.clusterId = clusterId;
        this.steps = steps;
    }

    /** Whether the machine's own Node was there at the last look. */
    boolean hasNode(String name) {
        return nodes.contains(name);
    }

    /** Operations are read first: what one of them asks for is in the rows that are read after it. */
    Desired desired(ClusterRecord known) {
        List<Operation> open = host.store().operations().openOfCluster(clusterId);
        Optional<Operation> own = on(open, clusterId);
        List<DesiredPool> pools = new ArrayList<>();
        for (PoolRecord pool : host.store().pools().listOfCluster(clusterId)) {
            Optional<Operation> poolOwn = on(open, ArmId.pool(clusterId, pool.name()));
            pools.add(new DesiredPool(
                    pool.name(),
                    pool.desired().count(),
                    deletion(pool),
                    make(pool),
                    Labels.given(pool.desired()).text(),
                    replacing(pool),
                    pool.desired().onUntrusted() == OnUntrusted.REPLACE,
                    poolOwn,
                    poolOwn.filter(operation -> operation.kind() != OperationKind.DELETE_MACHINES)
                            .or(() -> own)
                            .map(Operation::startedAt),
                    ProvisioningState.isEnd(pool.provisioningState()),
                    ProvisioningState.isAtRest(pool.provisioningState())));
        }
        ClusterRecord cluster = host.store().clusters().byId(clusterId).orElse(known);
        return new Desired(
                cluster.deleting(),
                cluster.desired().isStopped(),
                own.filter(operation -> operation.kind() == OperationKind.ROTATE_CERTIFICATES)
                        .map(Operation::id)
                        .filter(id -> !KeyRotation.isDone(host.store(), clusterId, id)),
                ProvisioningState.isEnd(cluster.provisioningState()),
                ProvisioningState.isAtRest(cluster.provisioningState()),
                own,
                pools);
    }

    private Deletion deletion(PoolRecord pool) {
        if (pool.deleting()) {
            return pool.heedsBudgets() ? Deletion.HEEDING : Deletion.FORCED;
        }
        return PoolEmptying.hasFailed(host.store(), pool) ? Deletion.FAILED : Deletion.NONE;
    }

    /** Of an image that is not there nothing can be made: then any will do. */
    private Make make(PoolRecord pool) {
        Optional<NodeImage> image = host.images().find(pool.desired().nodeImageVersion());
        return new Make(
                new BootMode(pool.desired().secureBoot(), pool.desired().vtpm()),
                image.map(NodeImage::version).orElse(Make.ANY_IMAGE),
                pool.desired().osDiskGib());
    }

    private static Replacing replacing(PoolRecord pool) {
        UpgradeSettings settings = pool.desired().upgrade();
        return new Replacing(
                settings.surge(pool.desired().count()), settings.drain(), settings.soak(), settings.cordons());
    }

    private static Optional<Operation> on(List<Operation> open, String resourceId) {
        return open.stream()
                .filter(operation -> ArmId.same(operation.resourceId(), resourceId))
                .findFirst();
    }

    Observed observed(ClusterRecord cluster) {
        steps.grace().looks();
        List<MachineRecord> rows = host.store().machines().listOfCluster(clusterId);
        Map<MachineId, MachineState> states = host.engine().states();
        if (cluster.deleting()) {
            return new Observed(false, false, false, false, false, machines(rows, states, Map.of()), List.of());
        }
        Optional<NetworkView> network = host.engine().network(new NetworkId(cluster.shortId()));
        Optional<Plane> plane = network.map(view -> steps.attach(cluster, view).plane());
        boolean alive = plane.flatMap(Plane::incarnation).isPresent();
        boolean ready = alive && plane.orElseThrow().ready();
        unready = ready ? 0 : unready + 1;
        boolean stale = alive && plane.orElseThrow().stale();
        boolean prepared = ready && !stale && steps.prepared();
        if (!steps.prepared()) { // one that merely does not answer keeps nobody from the door
            steps.grace().nobodyCan();
        }
        Map<String, NodeView> seen = prepared
                ? plane.orElseThrow().nodes().stream().collect(Collectors.toMap(NodeView::name, Function.identity()))
                : Map.of();
        Map<String, SeenNode> ofMachines = new HashMap<>();
        Set<String> standing = new HashSet<>();
        for (MachineRecord row : rows) {
            if (row.phase() != Phase.FAILED && row.phase() != Phase.LOST) { // one in quarantine is to be seen
                standing.add(row.nodeName());
            }
            Optional.ofNullable(seen.get(row.nodeName()))
                    .filter(node -> node.providerId().equals(Labels.providerId(cluster, row.machineId())))
                    .ifPresent(node -> ofMachines.put(row.nodeName(), node(plane.orElseThrow(), row, node)));
        }
        if (prepared) {
            nodes = Set.copyOf(ofMachines.keySet());
        }
        return new Observed(
                network.isPresent(),
                alive && unready < UNREADY && !stale && !renewalDue(plane.orElseThrow()),
                ready,
                prepared,
                steps.complete(),
                machines(rows, states, ofMachines),
                strangers(seen, standing));
    }

    private boolean renewalDue(Plane plane) {
        Instant now = host.clock().instant();
        if (now.isBefore(lookedForRenewal.plus(RENEWAL_LOOK))) {
            return false;
        }
        lookedForRenewal = now;
        return plane.renewalDue();
    }

    private SeenNode node(Plane plane, MachineRecord row, NodeView node) {
        boolean withdrawn = row.withdrawnAt().isPresent();
        boolean answers = !withdrawn && answers(plane, row, node);
        String waitsFor = withdrawn
                ? "its trust is withdrawn"
                : node.ready() ? "the API server does not reach its kubelet" : node.readiness();
        Duration lasting = Duration.between(node.since(), host.clock().instant());
        return new SeenNode(
                answers,
                answers ? "" : waitsFor,
                lasting,
                node.given(),
                overtrusted(plane, row, node),
                node.setAside());
    }

    /** Ready for a pod, and for those who want its logs: asked of the kubelet only until it was so once. */
    private static boolean answers(Plane plane, MachineRecord row, NodeView node) {
        return node.ready() && (row.phase() != Phase.ADMITTED || plane.kubeletAnswers(row.nodeName()));
    }

    private boolean overtrusted(Plane plane, MachineRecord row, NodeView node) {
        if (row.withdrawnAt().isPresent()) {
            return !Labels.withoutTrust(node) || !plane.pods(row.nodeName()).isEmpty() || steps.isSilentForGood(row);
        }
        return node.labels().containsKey(Labels.SECURITY_TYPE) && lapses(row);
    }

    private boolean lapses(MachineRecord row) {
        Instant now = host.clock().instant();
        return row.trustEnds().filter(end -> end.isBefore(now)).isPresent()
                && steps.grace().isOver()
                && host.onUntrusted(row) != OnUntrusted.ALERT_ONLY;
    }

    private List<SeenMachine> machines(
            List<MachineRecord> rows, Map<MachineId, MachineState> states, Map<String, SeenNode> nodes) {
        return rows.stream()
                .map(row -> machine(
                        row,
                        Optional.ofNullable(states.get(new MachineId(row.machineId()))),
                        Optional.ofNullable(nodes.get(row.nodeName()))))
                .toList();
    }

    private SeenMachine machine(MachineRecord row, Optional<MachineState> state, Optional<SeenNode> node) {
        boolean running = state.filter(MachineState.RUNNING::equals).isPresent();
        String console = state.isPresent() && (row.phase() == Phase.STARTED || row.phase() == Phase.ADMITTED)
                ? host.engine().console(new MachineId(row.machineId()), CONSOLE_TAIL)
                : "";
        return new SeenMachine(
                row.machineId(),
                row.nodeName(),
                row.pool(),
                new Make(new BootMode(row.secureBoot(), row.vtpm()), row.imageVersion(), row.osDiskGib()),
                row.phase(),
                state.isPresent(),
                running,
                node,
                row.createdAt(),
                row.attempt(),
                row.failure(),
                BootWatch.trouble(
                        row,
                        console,
                        running,
                        node.map(SeenNode::waitsFor).orElse(""),
                        host.clock().instant()));
    }

    private static List<Stranger> strangers(Map<String, NodeView> seen, Set<String> standing) {
        return seen.values().stream()
                .filter(node -> !standing.contains(node.name()))
                // Only what Sigillo made: a user may have virtual nodes of another kind.
                .filter(node -> node.labels().containsKey(Labels.AGENT_POOL)
                        || node.providerId().startsWith(Labels.PROVIDER))
                .map(node -> new Stranger(node.name(), node.labels().getOrDefault(Labels.AGENT_POOL, "")))
                .toList();
    }
}
