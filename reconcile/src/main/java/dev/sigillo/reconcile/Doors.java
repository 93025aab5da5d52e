package dev.sigillo.reconcile;

import dev.sigillo.machine.NetworkView;
import dev.sigillo.store.ClusterRecord;
import java.security.cert.X509Certificate;

/** Where the nodes of a cluster enrol; the server listens there as long as the cluster's network is open. */
public interface Doors {

    /** Listens on the network's enrolment address; nothing happens if it does already. */
    void open(ClusterRecord cluster, NetworkView network, X509Certificate clusterCa);

    /** Stops listening; nothing happens if it does not. */
    void close(String clusterId);
}
