package dev.sigillo.image;

/** Names of the container images that every node comes with, in containerd's namespace k8s.io. */
public final class Archives {
    /** Holds a pod's namespaces; containerd's sandbox image. */
    public static final String PAUSE = "registry.local/pause:1";

    public static final String COREDNS = "registry.local/coredns:1.15.0";

    private Archives() {}
}
