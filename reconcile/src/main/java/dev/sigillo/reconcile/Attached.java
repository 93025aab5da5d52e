package dev.sigillo.reconcile;

import dev.sigillo.machine.NetworkView;

/** A cluster whose network is open: its control plane can be asked. */
record Attached(NetworkView network, Plane plane) {}
