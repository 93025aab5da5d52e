package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.ErrorBody;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationKind;
import dev.sigillo.arm.OperationStatus;
import dev.sigillo.arm.PowerState;
import dev.sigillo.arm.ProvisioningState;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.image.NodeImage;
import dev.sigillo.kubernetes.ClusterCommand;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.FirmwareProbe;
import dev.sigillo.machine.FirmwareReference;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineState;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.machine.Shape;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.CommandRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that outlives a server: the database file, machines, networks, control planes, and nodes that enrol as real
 * ones do. Servers come and are killed.
 */
final class World implements AutoCloseable {
    static final String CLUSTER =
            "/subscriptions/s/resourceGroups/demo/providers/Microsoft.ContainerService/managedClusters/one";
    static final String BODY = """
            {"location":"eastus","properties":{"currentKubernetesVersion":"1.35.4","networkProfile":
            {"podCidr":"10.244.0.0/16","serviceCidr":"10.0.0.0/16","dnsServiceIP":"10.0.0.10"},
            "autoScalerProfile":{"scale-down-unneeded-time":"1m","scale-down-delay-after-add":"1m"}}}""";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final FakeEngine engine = new FakeEngine();
    final Map<String, FakePlane> planes = new HashMap<>();
    /** The reconciler's. */
    final LateClock clock = new LateClock();
    /** The database's: real, unless a test has it go with the reconciler's. */
    final LateClock storeClock = new LateClock();

    final Set<String> doors = ConcurrentHashMap.newKeySet();
    private final Path folder;
    private final List<NodeImage> images;
    boolean enrolling = true;
    /** Of servers that begin from now on. */
    Duration lapse = Duration.ofMillis(50);
    /** How many machines of a pool the host has room for. */
    volatile int room = 100;
    /** Of control planes that are made from now on. */
    int startFailures;

    private Killer killer = new Killer();
    private Store store;
    private Reconciler reconciler;

    World(Path folder) throws IOException {
        this.folder = folder;
        Path files = Files.createDirectories(folder.resolve("image"));
        for (String name : List.of("OVMF_CODE.fd", "disk.raw", "OVMF_VARS.secureboot.fd", "OVMF_VARS.plain.fd")) {
            Files.writeString(files.resolve(name), name);
        }
        images = List.of(image("img", "1.35.4", files), image("img-136", "1.36.3", files));
        store = Store.open(folder.resolve("sigillo.db"), storeClock);
        reconciler = begin();
        reconciler.start();
    }

    private static NodeImage image(String version, String kubernetes, Path files) {
        ReferenceManifest manifest = new ReferenceManifest(version, true, true, List.of(), List.of(), "", List.of());
        return new NodeImage(version, kubernetes, files, "6.12", "00", manifest, manifest);
    }

    Reconciler reconciler() {
        return reconciler;
    }

    Store store() {
        return store;
    }

    Killer killer() {
        return killer;
    }

    Workers workers() {
        return reconciler.workers();
    }

    /** A new server on what the killed one left. */
    void restart() {
        killer.kill();
        reconciler.close();
        store.close();
        killer = new Killer();
        store = Store.open(folder.resolve("sigillo.db"), storeClock);
        reconciler = begin();
        LostMachines.mark(store, engine.states());
        reconciler.start();
    }

    private Reconciler begin() {
        return new Reconciler(host());
    }

    /** By what new machines check the enrolment address; a test may change it. */
    volatile Host.EnrolmentCa enrolmentCa = new Host.EnrolmentCa("PEM", "sha256 of PEM");

    /** What a step works with. */
    Host host() {
        Killer mine = killer;
        Pace pace = new Pace(
                Duration.ZERO,
                Duration.ofMillis(2),
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                Duration.ofMillis(1),
                Duration.ofMillis(1),
                Duration.ofMillis(10),
                lapse);
        return new Host(
                store,
                engine.seenBy(mine),
                new Probe(),
                (cluster, _) -> plane(cluster).seenBy(mine, cluster.desired().version()),
                new Images() {
                    @Override
                    public Optional<NodeImage> find(String version) {
                        return images.stream()
                                .filter(image -> image.version().equals(version))
                                .findFirst();
                    }

                    @Override
                    public Optional<NodeImage> latest(String kubernetes) {
                        return images.stream()
                                .filter(image -> image.kubernetes().equals(kubernetes))
                                .findFirst();
                    }
                },
                _ -> new Shape(2, 2048, 8),
                List::of,
                new FakeDoors(),
                () -> enrolmentCa,
                (_, _, _, count) -> count <= room ? Optional.empty() : Optional.of("the host is full"),
                0,
                folder.resolve("remains"),
                pace,
                clock);
    }

    private synchronized FakePlane plane(ClusterRecord cluster) {
        return planes.computeIfAbsent(cluster.shortId(), id -> {
            FakePlane made = new FakePlane(
                    folder.resolve("keys-" + id), () -> store.machines().quarantined(cluster.id()));
            made.startFailures = startFailures;
            return made;
        });
    }

    FakePlane plane() {
        return plane(store.clusters().byId(CLUSTER).orElseThrow());
    }

    /** What a PUT of a cluster with these pools does once it is accepted. */
    Operation createCluster(Map<String, Integer> pools) {
        return accepted(tx -> {
            tx.resourceGroups().put("demo", "eastus", "null");
            tx.clusters().create(CLUSTER, "demo", "one", "eastus", BODY);
            pools.forEach((pool, count) -> tx.pools().create(CLUSTER, pool, pool(count)));
            return tx.operations().open(CLUSTER, CLUSTER, OperationKind.CREATE, "eastus");
        });
    }

    /** What a PUT of the pool that has it scaled by itself does once it is accepted. */
    Operation scaleByItself(String pool, int count, int min, int max) {
        return accepted(tx -> {
            ObjectNode body = Json.object(pool(count));
            body.put("enableAutoScaling", true).put("minCount", min).put("maxCount", max);
            long etag = tx.pools().find(CLUSTER, pool).orElseThrow().etag();
            tx.pools().update(CLUSTER, pool, etag, Json.text(body), ProvisioningState.UPDATING);
            return tx.operations().open(CLUSTER, ArmId.pool(CLUSTER, pool), OperationKind.UPDATE, "eastus");
        });
    }

    Operation addPool(String pool, int count) {
        return accepted(tx -> {
            tx.pools().create(CLUSTER, pool, pool(count));
            return tx.operations().open(CLUSTER, ArmId.pool(CLUSTER, pool), OperationKind.CREATE, "eastus");
        });
    }

    /** What a PUT of the pool with other flags does once it is accepted. */
    Operation updatePool(String pool, int count, boolean secureBoot) {
        return accepted(tx -> {
            long etag = tx.pools().find(CLUSTER, pool).orElseThrow().etag();
            tx.pools().update(CLUSTER, pool, etag, pool(count, secureBoot), ProvisioningState.UPDATING);
            return tx.operations().open(CLUSTER, ArmId.pool(CLUSTER, pool), OperationKind.UPDATE, "eastus");
        });
    }

    /** The same where a node that cannot be drained is to stay cordoned. */
    Operation updatePoolCordoning(String pool, int count, boolean secureBoot) {
        return accepted(tx -> {
            long etag = tx.pools().find(CLUSTER, pool).orElseThrow().etag();
            ObjectNode body = Json.object(pool(count, secureBoot));
            body.putObject("upgradeSettings").put("maxSurge", "1").put("undrainableNodeBehavior", "Cordon");
            tx.pools().update(CLUSTER, pool, etag, Json.text(body), ProvisioningState.UPDATING);
            return tx.operations().open(CLUSTER, ArmId.pool(CLUSTER, pool), OperationKind.UPDATE, "eastus");
        });
    }

    /** The same with these tags of the pool. */
    Operation updatePool(String pool, int count, Map<String, String> tags) {
        return accepted(tx -> {
            long etag = tx.pools().find(CLUSTER, pool).orElseThrow().etag();
            ObjectNode body = Json.object(pool(count));
            ObjectNode said = body.putObject("tags");
            tags.forEach(said::put);
            tx.pools().update(CLUSTER, pool, etag, Json.text(body), ProvisioningState.UPDATING);
            return tx.operations().open(CLUSTER, ArmId.pool(CLUSTER, pool), OperationKind.UPDATE, "eastus");
        });
    }

    /** What a PUT of the cluster and these of its pools with the other Kubernetes does once it is accepted. */
    Operation upgrade(Set<String> pools) {
        return accepted(tx -> {
            ClusterRecord cluster = tx.clusters().byId(CLUSTER).orElseThrow();
            tx.clusters()
                    .update(
                            CLUSTER,
                            cluster.etag(),
                            cluster.body().replace("1.35.4", "1.36.3"),
                            ProvisioningState.UPGRADING);
            for (String pool : pools) {
                PoolRecord row = tx.pools().find(CLUSTER, pool).orElseThrow();
                ObjectNode body = Json.object(row.body());
                body.put("nodeImageVersion", "img-136").put("currentOrchestratorVersion", "1.36.3");
                tx.pools().update(CLUSTER, pool, row.etag(), Json.text(body), ProvisioningState.UPGRADING);
            }
            return tx.operations().open(CLUSTER, CLUSTER, OperationKind.UPDATE, "eastus");
        });
    }

    /** What deleteMachines does once it is accepted. */
    Operation deleteMachine(String pool, String machineId, int left) {
        return deleteMachine(pool, machineId, left, true);
    }

    Operation deleteMachine(String pool, String machineId, int left, boolean secureBoot) {
        return accepted(tx -> {
            tx.machines().leave(machineId);
            long etag = tx.pools().find(CLUSTER, pool).orElseThrow().etag();
            tx.pools().update(CLUSTER, pool, etag, pool(left, secureBoot), ProvisioningState.DELETING_MACHINES);
            return tx.operations().open(CLUSTER, ArmId.pool(CLUSTER, pool), OperationKind.DELETE_MACHINES, "eastus");
        });
    }

    /** What an abort of the pool's operation does: so many machines stay, the others leave. */
    void abort(Operation operation, String pool, boolean secureBoot, List<String> staying) {
        store.useTransaction(tx -> {
            tx.operations().cancel(operation.id(), new ErrorBody("OperationPreempted", "aborted", pool));
            tx.machines().listOfPool(CLUSTER, pool).stream()
                    .filter(machine -> !staying.contains(machine.machineId()))
                    .forEach(machine -> tx.machines().leave(machine.machineId()));
            long etag = tx.pools().find(CLUSTER, pool).orElseThrow().etag();
            String body = pool(staying.size(), secureBoot);
            tx.pools().update(CLUSTER, pool, etag, body, ProvisioningState.CANCELED);
        });
        reconciler.wake(CLUSTER);
    }

    /** What a PUT of the pool with other labels and taints does once it is accepted. */
    Operation labelPool(String pool, int count, String labels, String taints) {
        ObjectNode body = Json.object(pool(count));
        body.set("nodeLabels", Json.object(labels));
        body.putArray("nodeTaints").add(taints);
        return putPool(pool, body);
    }

    Operation turnPool(String pool, int count, String mode) {
        return putPool(pool, Json.object(pool(count)).put("mode", mode));
    }

    private Operation putPool(String pool, ObjectNode body) {
        return accepted(tx -> {
            long etag = tx.pools().find(CLUSTER, pool).orElseThrow().etag();
            tx.pools().update(CLUSTER, pool, etag, Json.text(body), ProvisioningState.UPDATING);
            return tx.operations().open(CLUSTER, ArmId.pool(CLUSTER, pool), OperationKind.UPDATE, "eastus");
        });
    }

    /** What a DELETE of the pool does once it is accepted. */
    Operation deletePool(String pool) {
        return deletePool(pool, false);
    }

    Operation deletePool(String pool, boolean ignoringBudgets) {
        return accepted(tx -> {
            tx.pools().markDeleting(CLUSTER, pool, !ignoringBudgets);
            return tx.operations().open(CLUSTER, ArmId.pool(CLUSTER, pool), OperationKind.DELETE, "eastus");
        });
    }

    /** What a stop or a start of the cluster does once it is accepted. */
    Operation turn(PowerState to) {
        return accepted(tx -> {
            ClusterRecord cluster = tx.clusters().byId(CLUSTER).orElseThrow();
            boolean start = to == PowerState.RUNNING;
            ObjectNode body = Json.object(cluster.body());
            to.putInto((ObjectNode) body.path("properties"));
            tx.clusters()
                    .update(
                            CLUSTER,
                            cluster.etag(),
                            Json.text(body),
                            start ? ProvisioningState.STARTING : ProvisioningState.STOPPING);
            if (start) {
                tx.pools()
                        .listOfCluster(CLUSTER)
                        .forEach(pool -> tx.pools().setState(CLUSTER, pool.name(), ProvisioningState.UPDATING));
            }
            return tx.operations().open(CLUSTER, CLUSTER, start ? OperationKind.START : OperationKind.STOP, "eastus");
        });
    }

    /** What an update of the cluster's authorized ranges does once it is accepted. */
    Operation authorize(List<String> ranges) {
        return accepted(tx -> {
            ClusterRecord cluster = tx.clusters().byId(CLUSTER).orElseThrow();
            ObjectNode body = Json.object(cluster.body());
            ArrayNode list = ((ObjectNode) body.path("properties"))
                    .putObject("apiServerAccessProfile")
                    .putArray("authorizedIPRanges");
            ranges.forEach(list::add);
            tx.clusters().update(CLUSTER, cluster.etag(), Json.text(body), ProvisioningState.UPDATING);
            return tx.operations().open(CLUSTER, CLUSTER, OperationKind.UPDATE, "eastus");
        });
    }

    Operation rotateCertificates() {
        return accepted(tx -> {
            tx.pools()
                    .listOfCluster(CLUSTER)
                    .forEach(pool -> tx.pools().setState(CLUSTER, pool.name(), ProvisioningState.UPDATING));
            tx.clusters().setState(CLUSTER, OperationKind.ROTATE_CERTIFICATES.running());
            return tx.operations().open(CLUSTER, CLUSTER, OperationKind.ROTATE_CERTIFICATES, "eastus");
        });
    }

    Operation deleteCluster() {
        return accepted(tx -> {
            tx.clusters().markDeleting(CLUSTER);
            return tx.operations().open(CLUSTER, CLUSTER, OperationKind.DELETE, "eastus");
        });
    }

    /** What runCommand does once it is accepted. */
    void send(String id) {
        store.commands()
                .accept(
                        id,
                        CLUSTER,
                        CommandContent.text(new ClusterCommand("kubectl get pods", Map.of("a/b", "eA=="))));
        reconciler.wake(CLUSTER);
    }

    CommandRecord command(String id) {
        return store.commands().find(CLUSTER, id).orElseThrow();
    }

    private interface Acceptance {
        Operation by(Store tx);
    }

    /** Of all machines that there are rows of. */
    List<String> nodeNames() {
        return store.machines().list().stream().map(MachineRecord::nodeName).toList();
    }

    private Operation accepted(Acceptance acceptance) {
        Operation operation = store.inTransaction(acceptance::by);
        reconciler.wake(CLUSTER);
        return operation;
    }

    private static String pool(int count) {
        return pool(count, true);
    }

    private static String pool(int count, boolean secureBoot) {
        return """
                {"count":%d,"vmSize":"Standard_D2s_v5","mode":"System","nodeImageVersion":"img",
                 "upgradeSettings":{"maxSurge":"1"},
                 "securityProfile":{"enableVTPM":true,"enableSecureBoot":%s}}""".formatted(count, secureBoot);
    }

    /** Whether something is so by now. */
    interface Condition {
        boolean holds();
    }

    /** Lets nodes enrol, restarts a server that was killed, until it is so. */
    void until(String what, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0) {
            if (killer.dead()) {
                restart();
            }
            enrol();
            if (condition.holds()) {
                return;
            }
            Thread.sleep(2);
        }
        throw new AssertionError(what + ": not within " + PATIENCE.toSeconds() + " s; machines "
                + store.machines().list() + ", engine " + engine.states() + ", open operations "
                + store.operations().open());
    }

    /** The first machine of the pool that has been started and has not enrolled. */
    MachineRecord started(String pool) throws InterruptedException {
        until("a machine of " + pool + " starts", () -> ofPhaseStarted(pool).isPresent());
        return ofPhaseStarted(pool).orElseThrow();
    }

    private Optional<MachineRecord> ofPhaseStarted(String pool) {
        return store.machines().listOfPool(CLUSTER, pool).stream()
                .filter(row -> row.phase() == Phase.STARTED)
                .findFirst();
    }

    /** The operation once it has ended. */
    Operation await(Operation operation) throws InterruptedException {
        until(operation.kind() + " ends", () -> ended(operation).status() != OperationStatus.IN_PROGRESS);
        return ended(operation);
    }

    Operation ended(Operation operation) {
        return store.operations().find(operation.id()).orElseThrow();
    }

    /** So many machines are Ready, and no row is in any other phase. */
    void untilReady(int count) throws InterruptedException {
        until(count + " machines are Ready", () -> {
            List<MachineRecord> rows = store.machines().list();
            return rows.size() == count && rows.stream().allMatch(row -> row.phase() == Phase.READY);
        });
    }

    /** Each machine that runs and has its Node proves what it booted, and its kubelet comes up. */
    private void enrol() {
        if (!enrolling) {
            return;
        }
        for (MachineRecord row : store.machines().list()) {
            boolean running = engine.states().get(new MachineId(row.machineId())) == MachineState.RUNNING;
            FakePlane plane = plane(store.clusters().byId(row.clusterId()).orElseThrow());
            synchronized (plane) {
                if (running && row.phase() == Phase.STARTED && plane.nodes.containsKey(row.nodeName())) {
                    store.machines()
                            .admit(
                                    row.machineId(),
                                    Clock.systemUTC().instant().plus(Duration.ofMinutes(10)),
                                    Optional.empty());
                    plane.ready.add(row.nodeName());
                }
            }
        }
    }

    @Override
    public void close() {
        killer.kill();
        reconciler.close();
        store.close();
    }

    /** The real time and more. */
    static final class LateClock extends Clock {
        volatile Duration late = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(late);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Nothing is measured here. */
    private static final class Probe implements FirmwareProbe {
        @Override
        public FirmwareReference probe(Shape shape, BootMode boot, Path firmwareCode, Path varstore) {
            return new FirmwareReference(
                    List.of(new FirmwareReference.MeasuredEvent(0, "EV_SEPARATOR", Bytes.zeros(32), "firmware")), "k");
        }

        @Override
        public Optional<FirmwareReference> known(Shape shape, BootMode boot, Path firmwareCode, Path varstore) {
            return Optional.of(probe(shape, boot, firmwareCode, varstore));
        }

        @Override
        public Optional<FirmwareReference> known(MachineId id) {
            return Optional.empty();
        }
    }

    /** Nodes of these tests are let in by the test; only which doors are open counts. */
    private final class FakeDoors implements Doors {
        @Override
        public void open(ClusterRecord cluster, NetworkView network, X509Certificate clusterCa) {
            doors.add(cluster.id());
        }

        @Override
        public void close(String clusterId) {
            doors.remove(clusterId);
        }
    }
}
