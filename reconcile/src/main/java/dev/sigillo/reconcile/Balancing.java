package dev.sigillo.reconcile;

import dev.sigillo.kubernetes.BalancedService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which address each Service of type LoadBalancer has, and through which node it is reached: a function of what is, without
 * I/O. The node's kube-proxy spreads what comes over the Service's pods.
 *
 * @param addresses by the Service's key; a Service without one found none left
 * @param through node name by address; an address that no node can serve is not in it
 */
record Balancing(Map<String, String> addresses, Map<String, String> through) {

    /**
     * What has an address keeps it, and its node while that may serve it.
     *
     * @param pool all addresses there are
     * @param nodes names of the nodes that may be sent anything
     * @param present node name by address, as it is now
     */
    static Balancing of(
            Collection<BalancedService> services, List<String> pool, Set<String> nodes, Map<String, String> present) {
        List<BalancedService> ordered = services.stream()
                .sorted(Comparator.comparing(BalancedService::key))
                .toList();
        Map<String, String> addresses = addresses(ordered, pool);
        Map<String, String> through = new TreeMap<>();
        for (BalancedService service : ordered) {
            String address = addresses.get(service.key());
            if (address != null) {
                node(service, nodes, Optional.ofNullable(present.get(address)), through.values())
                        .ifPresent(node -> through.put(address, node));
            }
        }
        return new Balancing(addresses, through);
    }

    /** First those that have one, then those that name one, then the rest: nobody takes another's. */
    private static Map<String, String> addresses(List<BalancedService> services, List<String> pool) {
        Map<String, String> addresses = new HashMap<>();
        Set<String> taken = new HashSet<>();
        for (BalancedService service : services) {
            service.published()
                    .filter(address ->
                            service.asked().isEmpty() || service.asked().equals(service.published()))
                    .filter(address -> pool.contains(address) && taken.add(address))
                    .ifPresent(address -> addresses.put(service.key(), address));
        }
        for (BalancedService service : services) {
            if (!addresses.containsKey(service.key())) {
                service.asked()
                        .filter(address -> pool.contains(address) && taken.add(address))
                        .ifPresent(address -> addresses.put(service.key(), address));
            }
        }
        for (BalancedService service : services) {
            if (!addresses.containsKey(service.key()) && service.asked().isEmpty()) {
                pool.stream()
                        .filter(taken::add)
                        .findFirst()
                        .ifPresent(address -> addresses.put(service.key(), address));
            }
        }
        return addresses;
    }

    private static Optional<String> node(
            BalancedService service, Set<String> nodes, Optional<String> present, Collection<String> used) {
        List<String> able = new ArrayList<>(nodes);
        service.nodes().ifPresent(able::retainAll);
        if (present.filter(able::contains).isPresent()) {
            return present;
        }
        return able.stream()
                .min(Comparator.<String>comparingLong(
                                node -> used.stream().filter(node::equals).count())
                        .thenComparing(Comparator.naturalOrder()));
    }
}
