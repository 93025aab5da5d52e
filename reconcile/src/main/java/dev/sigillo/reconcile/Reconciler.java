package dev.sigillo.reconcile;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.enrolment.ClusterAccess;
import dev.sigillo.enrolment.EnrolmentRefused;
import dev.sigillo.enrolment.JoinSettings;
import dev.sigillo.kubernetes.Access;
import dev.sigillo.kubernetes.IssuedCertificate;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineView;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.pki.Pem;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.PoolRecord;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Runs one worker for each cluster and one for the commands in them, and answers for clusters and machines to the nodes' door and to the API. */
public final class Reconciler implements ClusterAccess, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());
    private static final Duration LAST_STEPS = Duration.ofSeconds(5);

    /** A look takes seconds, also where an API server does not answer. */
    private static final Duration BEHIND = Duration.ofMinutes(2);

    private final Host host;
    private final Map<String, ClusterLoop> loops = new ConcurrentHashMap<>();
    private final CommandRuns commands;
    private volatile boolean closed;

    public Reconciler(Host host) {
        this.host = host;
        this.commands = new CommandRuns(
                host, clusterId -> Optional.ofNullable(loops.get(clusterId)).flatMap(ClusterLoop::preparedPlane));
    }

    /** Removes what no record names, then starts a worker for every cluster there is. */
    public void start() {
        host.engine().sweep().forEach(line -> LOG.log(System.Logger.Level.INFO, "swept: {0}", line));
        host.store().clusters().list().forEach(cluster -> wake(cluster.id()));
        commands.start();
    }

    /** Something about the cluster changed: look now. Starts its worker if it has none. */
    public void wake(String clusterId) {
        ClusterLoop loop = loops.compute(clusterId, (id, running) -> {
            if (running != null) {
                running.wake();
                return running;
            }
            return closed ? null : begin(id);
        });
        stopIfClosed(loop);
        commands.wake();
    }

    private ClusterLoop begin(String clusterId) {
        ClusterLoop loop = new ClusterLoop(host, clusterId);
        Thread.ofVirtual().name("cluster-" + clusterId).start(() -> {
            try {
                loop.run();
            } finally {
                end(clusterId, loop);
            }
        });
        return loop;
    }

    /** A cluster of the same name may have been asked for since the worker last looked: it gets a new one. */
    private void end(String clusterId, ClusterLoop loop) {
        stopIfClosed(loops.compute(clusterId, (id, present) -> {
            if (present != loop) {
                return present;
            }
            return !closed && host.store().clusters().byId(id).isPresent() ? begin(id) : null;
        }));
    }

    /** A worker that began while {@link #close} went through the others was not seen there. */
    private void stopIfClosed(@Nullable ClusterLoop loop) {
        if (closed && loop != null) {
            loop.stop();
        }
    }

    /** Stops the workers; machines and control planes live on. */
    @Override
    public void close() {
        closed = true;
        commands.close();
        List<ClusterLoop> all = List.copyOf(loops.values());
        all.forEach(ClusterLoop::stop);
        try {
            for (ClusterLoop loop : all) {
                loop.await(LAST_STEPS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The kubeconfig of the cluster.
     *
     * @return empty while its network is not open
     */
    public Optional<String> kubeconfig(ClusterRecord cluster, Access access) {
        return attached(cluster.id())
                .map(Attached::plane)
                .or(() -> host.engine()
                        .network(new NetworkId(cluster.shortId()))
                        .map(network -> host.planes().apply(cluster, network)))
                .map(plane -> plane.kubeconfig(access, cluster.resourceGroup(), cluster.name()));
    }

    /** The end of a machine's console: of the machine, or of what was kept when it failed. */
    public String console(MachineRecord machine, int maxBytes) {
        MachineId id = new MachineId(machine.machineId());
        return host.engine().look(id).isPresent()
                ? host.engine().console(id, maxBytes)
                : Remains.console(host, machine, maxBytes);
    }

    /** Whether the machine's node is being emptied, or the machine removed, at this moment. */
    public boolean isRetiring(MachineRecord machine) {
        return Optional.ofNullable(loops.get(machine.clusterId()))
                .filter(loop -> loop.isRetiring(machine))
                .isPresent();
    }

    /** How the workers keep up. */
    public Workers workers() {
        List<ClusterLoop> all = List.copyOf(loops.values());
        int missing = (int) host.store().clusters().list().stream()
                .filter(cluster -> !loops.containsKey(cluster.id()))
                .count();
        int behind = (int) all.stream().filter(loop -> loop.isBehind(BEHIND)).count();
        return new Workers(
                missing,
                behind,
                all.stream().mapToInt(ClusterLoop::stepsUnderWay).sum(),
                closed);
    }

    /** The authority of each cluster whose network is open. */
    public Map<ClusterRecord, X509Certificate> clusterAuthorities() {
        Map<ClusterRecord, X509Certificate> authorities = new HashMap<>();
        host.store()
                .clusters()
                .list()
                .forEach(cluster -> attached(cluster.id())
                        .ifPresent(
                                known -> authorities.put(cluster, known.plane().clusterCa())));
        return authorities;
    }

    private Optional<Attached> attached(String clusterId) {
        return Optional.ofNullable(loops.get(clusterId)).flatMap(ClusterLoop::attached);
    }

    private Attached required(MachineRecord machine) {
        return attached(machine.clusterId())
                .orElseThrow(() -> new IllegalStateException("the cluster of " + machine.nodeName() + " is not open"));
    }

    @Override
    public void requireReady(MachineRecord machine) throws EnrolmentRefused {
        Optional<ClusterLoop> loop = Optional.ofNullable(loops.get(machine.clusterId()));
        if (loop.filter(running -> running.readyFor(machine.nodeName())).isEmpty()) {
            throw new EnrolmentRefused(503, "NotReady", "the cluster's API server is not prepared yet; try again");
        }
    }

    @Override
    public Optional<MachineView> look(String machineId) {
        return host.engine().look(new MachineId(machineId));
    }

    @Override
    public Issued issue(MachineRecord machine, Bytes request, Duration validity) {
        IssuedCertificate issued = required(machine).plane().issue(machine.nodeName(), request.toByteArray(), validity);
        return new Issued(issued.pem(), issued.expires());
    }

    @Override
    public String kubeProxyToken(MachineRecord machine, Duration validity) {
        return required(machine).plane().kubeProxyToken(machine.nodeName(), validity);
    }

    @Override
    public JoinSettings settings(MachineRecord machine) {
        ClusterRecord cluster =
                host.store().clusters().byId(machine.clusterId()).orElseThrow();
        PoolRecord pool =
                host.store().pools().find(machine.clusterId(), machine.pool()).orElseThrow();
        Attached attached = required(machine);
        return new JoinSettings(
                "https://" + attached.network().gateway() + ":6443",
                Pem.of(attached.plane().clusterCa()),
                machine.podCidr(),
                cluster.desired().podCidr(),
                cluster.desired().serviceCidr(),
                cluster.desired().dnsServiceIp(),
                Resolvers.ofHost(),
                Map.of(
                        "clusterDNS", List.of(cluster.desired().dnsServiceIp()),
                        "maxPods", pool.desired().maxPods()),
                host.archives().get());
    }

    @Override
    public void reopen(MachineRecord machine) {
        host.engine().isolate(new MachineId(machine.machineId()), false);
    }

    @Override
    public void admitted(MachineRecord machine) {
        Plane plane = required(machine).plane();
        plane.quarantine();
        plane.setTrust(machine.nodeName(), Labels.trust(machine), List.of());
        wake(machine.clusterId());
    }

    /** At once, in the caller's thread; what fails of it is the worker's to repeat. */
    @Override
    public void refused(MachineRecord machine, String why) {
        Optional<ClusterLoop> loop = Optional.ofNullable(loops.get(machine.clusterId()));
        boolean prepared =
                loop.filter(running -> running.readyFor(machine.nodeName())).isPresent();
        new Withdrawal(host)
                .carryOut(
                        machine,
                        attached(machine.clusterId()).map(Attached::plane),
                        prepared,
                        "AttestationFailed",
                        why);
        wake(machine.clusterId());
    }
}
