package dev.sigillo.kubernetes;

import java.util.List;

/**
 * What runs in every cluster beside the control plane.
 *
 * @param coreDnsImage image name as preloaded on every node; it is never pulled
 * @param resolvers IPv4 addresses that CoreDNS asks for names outside the cluster; none: such names do not resolve
 */
public record Addons(String coreDnsImage, List<String> resolvers) {

    /** The name under which the node image holds CoreDNS. */
    public static final String CORE_DNS_IMAGE = "registry.local/coredns:1.15.0";

    public Addons {
        resolvers = List.copyOf(resolvers);
    }
}
