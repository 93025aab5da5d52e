package dev.sigillo.kubernetes;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The control planes that this host runs. */
public final class HostedControlPlanes {

    private static final Duration GRACE = Duration.ofSeconds(3);

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

    /**
     * Ends processes of control planes that no cluster owns any more, as a crash in the middle of a deletion leaves them.
     *
     * @param namespaces the network namespaces of the clusters that there are
     * @param prefix how the names of all namespaces of this home start, such as {@code sg-ab12-}; others' are left alone
     * @return a line for each process that was ended
     */
    public List<String> sweep(Set<String> namespaces, String prefix) {
        List<String> ended = new ArrayList<>();
        for (Map.Entry<String, ChildId> child : children.named(prefix).entrySet()) {
            String name = child.getKey();
            int slash = name.indexOf('/');
            if (slash > 0 && !namespaces.contains(name.substring(0, slash))) {
                children.stop(child.getValue(), GRACE);
                ended.add("process " + name + " (" + child.getValue().pid() + ")");
            }
        }
        return ended;
    }
}
