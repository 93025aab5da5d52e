package dev.sigillo.kubernetes;

import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One cluster's etcd, API server, controller manager and scheduler, as processes without privileges inside the
 * cluster's network namespace. They outlive this object and the server.
 *
 * <p>Safe for use by several threads; none of them waits for another's start. Once stopped or deleted it stays so:
 * {@link HostedControlPlanes#open} gives another one.
 */
public final class ControlPlane {

    private static final String KEYS = "keys";

    private final ClusterSpec spec;
    private final ClusterKeys keys;
    private final ClusterFiles files;
    private final ComponentProcesses processes;
    private final ApiReader api;
    private final ReadyProbe probe;
    private final Patience patience;

    /** Held while processes are started or ended, never while something is waited for that may take long. */
    private final Object life = new Object();

    private volatile boolean closed;
    private Optional<Client> client = Optional.empty();

    private record Client(KubernetesCluster cluster, X509Certificate identity) {}

    ControlPlane(ClusterSpec spec, Children children, InstantSource clock) {
        this(spec, children, clock, Patience.usual());
    }

    ControlPlane(ClusterSpec spec, Children children, InstantSource clock, Patience patience) {
        this.spec = spec;
        this.keys = new ClusterKeys(spec.dir().resolve(KEYS), spec, clock);
        this.files = new ClusterFiles(spec, keys);
        this.processes = new ComponentProcesses(spec, files, children);
        this.api = new ApiReader(spec, keys);
        this.probe = new ReadyProbe(spec, api);
        this.patience = patience;
    }

    /**
     * Starts what does not run, restarts what runs with other flags or files than wanted, and waits until the API server
     * is ready. In this order, each in place of its former self: etcd, API server, and once that is ready controller
     * manager and scheduler; so another version of Kubernetes takes over with all data, and a server that was killed in
     * the middle of it goes on. Certificates near their end are renewed, and what reads them is restarted. An API server that lives but
     * has not been well for four minutes is restarted together with etcd, counted over calls. Takes some 10 ms when all
     * is well.
     *
     * <p>The network namespace must exist, and the guard must answer: without it not even Sigillo gets in.
     *
     * @throws KubernetesException if the programs are not there, a process ends at once, the API server is not ready within 3 minutes, or the control
     *     plane was stopped or deleted meanwhile; then nothing that this call started is left
     */
    public void ensureRunning() {
        requirePrograms();
        boolean fresh = whileOpen(() -> {
            files.write();
            processes.loopbackUp();
            return processes.ensure(Component.ETCD, Component.API_SERVER);
        });
        boolean restarted = (fresh || !probe.ready()) && awaitReady();
        whileOpen(() -> {
            if (fresh || restarted) {
                // Left without an API server they wait for up to half a minute before they look again.
                processes.end(Component.LOCAL_PATH, Component.SCHEDULER, Component.CONTROLLER_MANAGER);
            }
            // These give up when there is no API server, so they come after it.
            return processes.ensure(Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.LOCAL_PATH);
        });
    }

    private void requirePrograms() {
        if (!hasPrograms()) {
            throw new KubernetesException(
                    "Kubernetes %s of cluster %s is not on this host: sigillo image build --kubernetes-version %s builds it, or takes it from its release with --kubernetes-archive"
                            .formatted(spec.version(), spec.id(), spec.version()));
        }
    }

    private boolean hasPrograms() {
        return Stream.of(Component.values())
                .allMatch(component -> Files.isExecutable(spec.binaries().resolve(component.program())));
    }

    /**
     * Whether a component that runs has other programs, flags or files than it should: then it is time for {@link
     * #ensureRunning}. Never so while the programs that it should have are not there. Changes nothing.
     */
    public boolean stale() {
        return !closed && hasPrograms() && (processes.stale() || files.guardChanged());
    }

    /**
     * Brings what the API server denies in line with {@link ClusterSpec#quarantined}, which it follows within seconds and
     * without a restart, also one that starts later; does nothing where there are no files yet or no more. Cheap when
     * nothing has changed.
     */
    public void quarantine() {
        if (!closed) {
            files.quarantine();
        }
    }

    /** @return whether etcd and the API server had to be restarted meanwhile */
    private boolean awaitReady() {
        Patience.Wait wait = patience.begin();
        boolean restarted = false;
        while (true) {
            ReadyProbe.Health health = probe.ask();
            switch (health) {
                case ReadyProbe.Health.Ready _ -> {
                    patience.well();
                    return restarted;
                }
                case ReadyProbe.Health.ShutOut shut -> {
                    whileOpen(() -> true);
                    wait.requireTime(spec, shut.says());
                }
                case ReadyProbe.Health.Unready unready -> {
                    restarted |= whileOpen(() -> {
                        processes.requireAlive(Component.ETCD, Component.API_SERVER);
                        return patience.unwell(generation(), unready.says()) && restart();
                    });
                    wait.requireTime(spec, unready.says());
                }
            }
            Pause.of(Patience.POLL);
        }
    }

    private boolean restart() {
        processes.end(Component.API_SERVER, Component.ETCD);
        return processes.ensure(Component.ETCD, Component.API_SERVER);
    }

    /** Nothing is started after {@link #stop} has begun, so that what it ends is all there is. */
    private boolean whileOpen(Supplier<Boolean> step) {
        synchronized (life) {
            if (closed) {
                throw stopped();
            }
            return step.get();
        }
    }

    private KubernetesException stopped() {
        return new KubernetesException("the control plane of cluster " + spec.id() + " was stopped");
    }

    /** Whether all its processes run and the API server says within 5 seconds that it is ready; changes nothing. */
    public boolean ready() {
        return !closed && processes.running().size() == Component.values().length && probe.ready();
    }

    /**
     * Which etcd and API server run, and of which version they should be: another text when one of the two is another
     * process, which then may lack what the former one had proved. Empty while any of the four does not run. Asks nobody.
     */
    public Optional<String> incarnation() {
        Map<Component, ChildId> running = processes.running();
        return running.size() == Component.values().length
                ? Optional.of(spec.version() + " " + generation(running))
                : Optional.empty();
    }

    private String generation() {
        return generation(processes.running());
    }

    private static String generation(Map<Component, ChildId> running) {
        return running.get(Component.ETCD) + "+" + running.get(Component.API_SERVER);
    }

    /**
     * Whether a certificate of a component is within 30 days of its end: then it is time for {@link #ensureRunning}, also
     * if all is ready. Changes nothing.
     */
    public boolean renewalDue() {
        return keys.componentNearEnd();
    }

    /** Ends the processes and keeps all data. Whoever waits in {@link #ensureRunning} is told by an exception. */
    public void stop() {
        closed = true;
        synchronized (life) {
            processes.stop();
        }
        closeClient();
        api.close();
    }

    /**
     * Ends the processes and removes all keys and certificates, those of the three authorities included; what etcd holds
     * stays. The next control plane of these files begins with new ones. Idempotent.
     */
    public void discardKeys() {
        stop();
        Folder.discard(spec.dir().resolve(KEYS));
    }

    /** Ends the processes and removes all data, keys included. Idempotent. */
    public void delete() {
        stop();
        Folder.remove(spec.dir());
    }

    private synchronized void closeClient() {
        client.map(Client::cluster).ifPresent(KubernetesCluster::close);
        client = Optional.empty();
    }

    /**
     * What Sigillo does in the cluster, as its own user. The same object at each call until Sigillo's certificate was
     * renewed.
     *
     * @throws KubernetesException after {@link #stop}
     */
    public synchronized KubernetesCluster client() {
        if (closed) {
            throw stopped();
        }
        X509Certificate identity = keys.sigillo().certificate();
        if (client.filter(present -> present.identity().equals(identity)).isEmpty()) {
            // One with an older certificate is not closed: somebody may be in the middle of a request.
            client = Optional.of(new Client(new KubernetesCluster(spec, keys, api, this::incarnation), identity));
        }
        return client.orElseThrow().cluster();
    }

    /**
     * The kubeconfig of a user, the same text at each call until its certificate is 30 days before its end (a year after
     * the first call).
     *
     * @param resourceGroup and {@code name} make the names that az shows: context {@code name}, user
     *     {@code clusterUser_resourceGroup_name}
     */
    public String kubeconfig(Access access, String resourceGroup, String name) {
        TlsIdentity identity = keys.user(access);
        String user = access.user() + "_" + resourceGroup + "_" + name;
        String context = access == Access.ADMIN ? name + "-admin" : name;
        return Kubeconfig.withCertificate(name, spec.apiServer(), keys.cluster().pem(), context, user, identity);
    }

    /** The authority of the API server's and of all nodes' certificates. */
    public X509Certificate clusterCa() {
        return keys.cluster().certificate();
    }
}
