package dev.sigillo.server;

import dev.sigillo.store.ClusterRecord;
import java.util.Optional;

/** How users reach a cluster's API server. */
public interface Credentials {
    /**
     * A kubeconfig, the same text at each call while the cluster lives.
     *
     * @param admin the administrator's (context user {@code clusterAdmin_…}) instead of the user's
     * @throws dev.sigillo.arm.ArmException when the control plane is not there yet
     */
    String kubeconfig(ClusterRecord cluster, boolean admin);

    /** Host name or address of the API server, once known. */
    Optional<String> apiAddress(ClusterRecord cluster);
}
