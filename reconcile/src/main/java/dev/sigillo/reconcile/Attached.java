package dev.sigillo.reconcile;

import dev.sigillo.machine.NetworkView;

/**
 * A cluster's open network and the control plane in it.
 *
 * @param version of Kubernetes that the control plane should be of
 */
record Attached(NetworkView network, Plane plane, String version) {}
