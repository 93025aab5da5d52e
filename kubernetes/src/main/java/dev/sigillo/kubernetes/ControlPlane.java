package dev.sigillo.kubernetes;

import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.process.Children;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One cluster's etcd, API server, controller manager and scheduler, as processes without privileges inside the
 * cluster's network namespace. They outlive this object and the server.
 *
 * <p>Safe for use by several threads.
 */
public final class ControlPlane {

    private static final Duration START = Duration.ofMinutes(3);

    private final ClusterSpec spec;
    private final ClusterKeys keys;
    private final ClusterFiles files;
    private final ComponentProcesses processes;
    private final ReadyProbe probe;
    private Optional<KubernetesCluster> client = Optional.empty();

    ControlPlane(ClusterSpec spec, Children children, InstantSource clock) {
        this.spec = spec;
        this.keys = new ClusterKeys(spec.dir().resolve("keys"), spec, clock);
        this.files = new ClusterFiles(spec, keys);
        this.processes = new ComponentProcesses(spec, files, children);
        this.probe = new ReadyProbe(spec, keys);
    }

    /**
     * Starts what does not run, restarts what runs with other flags or files than wanted, and waits until the API server
     * is ready. Takes some 10 ms when all is well.
     *
     * <p>The network namespace must exist, and the guard must answer: without it not even Sigillo gets in.
     *
     * @throws KubernetesException if a process ends at once, or the API server is not ready within 3 minutes
     */
    public synchronized void ensureRunning() {
        files.write();
        processes.loopbackUp();
        boolean fresh = processes.ensure(Component.ETCD);
        fresh |= processes.ensure(Component.API_SERVER);
        if (fresh || !probe.ready()) {
            probe.await(START, () -> processes.requireAlive(Component.ETCD, Component.API_SERVER));
        }
        // These two give up when there is no API server, so they come after it.
        processes.ensure(Component.CONTROLLER_MANAGER);
        processes.ensure(Component.SCHEDULER);
    }

    /** Whether all four processes run and the API server says that it is ready. */
    public boolean ready() {
        return processes.allAlive() && probe.ready();
    }

    /** Ends the processes and keeps all data. */
    public synchronized void stop() {
        client.ifPresent(KubernetesCluster::close);
        client = Optional.empty();
        processes.stop();
    }

    /** Ends the processes and removes all data, keys included. Idempotent. */
    public synchronized void delete() {
        stop();
        remove(spec.dir());
    }

    /** What Sigillo does in the cluster, as its own user. */
    public synchronized KubernetesCluster client() {
        KubernetesCluster present = client.orElseGet(() -> new KubernetesCluster(spec, keys));
        client = Optional.of(present);
        return present;
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

    private static void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed)
                        throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException undeletable) {
            throw new KubernetesException("cannot remove " + folder, undeletable);
        }
    }
}
