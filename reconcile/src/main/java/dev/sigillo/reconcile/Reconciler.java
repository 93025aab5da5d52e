package dev.sigillo.reconcile;

import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.enrolment.ClusterAccess;
import dev.sigillo.enrolment.EnrolmentRefused;
import dev.sigillo.enrolment.JoinSettings;
import dev.sigillo.kubernetes.Access;
import dev.sigillo.kubernetes.ControlPlane;
import dev.sigillo.kubernetes.KubernetesCluster;
import dev.sigillo.kubernetes.NodeView;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineView;
import dev.sigillo.machine.NetworkView;
import dev.sigillo.pki.Pem;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Runs one worker for each cluster, and answers for clusters and machines to the nodes' door and to the API. */
public final class Reconciler implements ClusterAccess, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());
    private static final Duration READY_WAIT = Duration.ofSeconds(45);

    private final Host host;
    private final References references;
    private final Map<String, ClusterLoop> loops = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public Reconciler(Host host) {
        this.host = host;
        this.references = new References(host);
    }

    /** Removes what no record names, then starts a worker for every cluster there is. */
    public void start() {
        host.engine().sweep().forEach(line -> LOG.log(System.Logger.Level.INFO, "swept: {0}", line));
        host.store().clusters().list().forEach(cluster -> wake(cluster.id()));
    }

    /** Something about the cluster changed: look now. Starts its worker if it has none. */
    public void wake(String clusterId) {
        if (closed) {
            return;
        }
        loops.compute(clusterId, (id, running) -> {
            if (running != null) {
                running.wake();
                return running;
            }
            ClusterLoop loop = new ClusterLoop(host, id);
            Thread.ofVirtual().name("cluster-" + id).start(() -> {
                loop.run();
                loops.remove(id, loop);
            });
            return loop;
        });
    }

    /** Stops the workers; machines and control planes live on. */
    @Override
    public void close() {
        closed = true;
        loops.values().forEach(ClusterLoop::stop);
    }

    /**
     * The kubeconfig of the cluster.
     *
     * @return empty until its control plane has been prepared
     */
    public Optional<String> kubeconfig(ClusterRecord cluster, Access access) {
        return plane(cluster.id()).map(plane -> plane.kubeconfig(access, cluster.resourceGroup(), cluster.name()));
    }

    /** The end of a machine's console: of the machine, or of what was kept when it failed. */
    public String console(MachineRecord machine, int maxBytes) {
        MachineId id = new MachineId(machine.machineId());
        return host.engine().look(id).isPresent()
                ? host.engine().console(id, maxBytes)
                : Remains.console(host, machine, maxBytes);
    }

    private Optional<ControlPlane> plane(String clusterId) {
        return Optional.ofNullable(loops.get(clusterId))
                .flatMap(loop -> loop.steps().plane());
    }

    @Override
    public KubernetesCluster ready(MachineRecord machine) throws EnrolmentRefused {
        Instant until = host.clock().instant().plus(READY_WAIT);
        while (host.clock().instant().isBefore(until)) {
            Optional<ClusterLoop> loop = Optional.ofNullable(loops.get(machine.clusterId()));
            Optional<KubernetesCluster> client = loop.filter(
                            running -> running.steps().addonsInstalled())
                    .flatMap(running -> running.steps().plane())
                    .map(ControlPlane::client);
            if (client.isPresent() && nodeExists(client.get(), machine)) {
                return client.get();
            }
            loop.ifPresent(ClusterLoop::wake);
            try {
                Thread.sleep(Duration.ofMillis(300));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new EnrolmentRefused(503, "NotReady", "the cluster's API server is not ready yet; try again");
    }

    private static boolean nodeExists(KubernetesCluster client, MachineRecord machine) {
        return client.nodes().stream().map(NodeView::name).anyMatch(machine.nodeName()::equals);
    }

    @Override
    public ReferenceManifest reference(MachineRecord machine, BootMode boot) {
        String vmSize = host.store()
                .pools()
                .find(machine.clusterId(), machine.pool())
                .orElseThrow()
                .desired()
                .vmSize();
        return references.of(machine.imageVersion(), boot, host.shapes().apply(vmSize));
    }

    @Override
    public Optional<MachineView> look(String machineId) {
        return host.engine().look(new MachineId(machineId));
    }

    @Override
    public JoinSettings settings(MachineRecord machine) {
        ClusterRecord cluster =
                host.store().clusters().byId(machine.clusterId()).orElseThrow();
        ControlPlane plane = plane(machine.clusterId()).orElseThrow();
        NetworkView network = Optional.ofNullable(loops.get(machine.clusterId()))
                .flatMap(loop -> loop.steps().network())
                .orElseThrow();
        return new JoinSettings(
                "https://" + network.gateway() + ":6443",
                Pem.of(plane.clusterCa()),
                machine.podCidr(),
                cluster.desired().podCidr(),
                cluster.desired().serviceCidr(),
                cluster.desired().dnsServiceIp(),
                Resolvers.ofHost(),
                Map.of("clusterDNS", List.of(cluster.desired().dnsServiceIp())),
                host.archives().get());
    }

    @Override
    public void admitted(MachineRecord machine) {
        KubernetesCluster client = plane(machine.clusterId()).orElseThrow().client();
        client.setTrust(
                machine.nodeName(), Labels.trust(new BootMode(machine.secureBoot(), machine.vtpm())), List.of());
        MachineRecord now = host.store().machines().find(machine.machineId()).orElse(machine);
        if (now.phase().equals(Phase.STARTED.name())) {
            host.store().machines().setPhase(machine.machineId(), now.etag(), Phase.ADMITTED.name());
        }
        wake(machine.clusterId());
    }

    /** First cuts the port and writes the reason down, then tells the cluster: that may take long or fail. */
    @Override
    public void refused(MachineRecord machine, String why) {
        host.engine().isolate(new MachineId(machine.machineId()), true);
        host.store().machines().fail(machine.machineId(), Phase.FAILED.name(), why);
        try {
            plane(machine.clusterId()).map(ControlPlane::client).ifPresent(client -> {
                if (nodeExists(client, machine)) {
                    client.setTrust(machine.nodeName(), Labels.noTrust(), List.of(Labels.UNTRUSTED));
                    client.event(machine.nodeName(), "AttestationFailed", why);
                }
            });
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "node " + machine.nodeName() + " could not be marked untrusted", e);
        }
        wake(machine.clusterId());
    }
}
