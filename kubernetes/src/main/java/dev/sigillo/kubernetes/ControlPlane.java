package dev.sigillo.kubernetes;

import dev.sigillo.process.Children;
import java.security.cert.X509Certificate;
import java.time.InstantSource;

/** One cluster's etcd, API server, controller manager and scheduler. */
public final class ControlPlane {

    ControlPlane(ClusterSpec spec, Children children, InstantSource clock) {}

    /** Starts what does not run and waits until the API server is ready; quick when all is well. */
    public void ensureRunning() {
        Object _ = Pending.value();
    }

    /** Whether all four processes run and the API server says that it is ready. */
    public boolean ready() {
        return Pending.value();
    }

    /** Ends the processes and keeps all data. */
    public void stop() {
        Object _ = Pending.value();
    }

    /** Ends the processes and removes all data. */
    public void delete() {
        Object _ = Pending.value();
    }

    /** What Sigillo does in the cluster, as its own user. */
    public KubernetesCluster client() {
        return Pending.value();
    }

    /**
     * The kubeconfig of a user, the same text at each call.
     *
     * @param resourceGroup and {@code name} make the names that az shows: context {@code name}, user
     *     {@code clusterUser_resourceGroup_name}
     */
    public String kubeconfig(Access access, String resourceGroup, String name) {
        return Pending.value();
    }

    public X509Certificate clusterCa() {
        return Pending.value();
    }
}
