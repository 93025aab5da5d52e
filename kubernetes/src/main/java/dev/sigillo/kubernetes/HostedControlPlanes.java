package dev.sigillo.kubernetes;

import dev.sigillo.process.Children;
import java.time.InstantSource;

/** The control planes that this host runs. */
public final class HostedControlPlanes {

    private final Children children;
    private final InstantSource clock;

    public HostedControlPlanes(Children children, InstantSource clock) {
        this.children = children;
        this.clock = clock;
    }

    /**
     * The control plane of the specification, with its keys and files made when absent; processes of an earlier server
     * are found again. Idempotent; starts nothing.
     */
    public ControlPlane open(ClusterSpec spec) {
        return new ControlPlane(spec, children, clock);
    }
}
