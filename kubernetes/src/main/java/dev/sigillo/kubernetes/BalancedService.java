package dev.sigillo.kubernetes;

import java.util.Optional;
import java.util.Set;

/**
 * A Service of type LoadBalancer that is nobody else's (it has no {@code loadBalancerClass}).
 *
 * @param uid of this Service and no later one of its name
 * @param asked {@code spec.loadBalancerIP}
 * @param published the address in its status
 * @param nodes those that have a ready endpoint of it; empty if any node will do ({@code externalTrafficPolicy: Cluster})
 */
public record BalancedService(
        String namespace,
        String name,
        String uid,
        Optional<String> asked,
        Optional<String> published,
        Optional<Set<String>> nodes) {
    public BalancedService {
        nodes = nodes.map(Set::copyOf);
    }

    /** {@code namespace/name}. */
    public String key() {
        return namespace + "/" + name;
    }
}
