package dev.sigillo.reconcile;

import dev.sigillo.kubernetes.BalancedService;
import dev.sigillo.machine.MachineId;
import dev.sigillo.reconcile.Observed.SeenMachine;
import dev.sigillo.store.Phase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Services of type LoadBalancer of one cluster: an address of the cluster's own subnet each, routed to a node that is let in
 * and Ready. What the nodes serve is kept with the machines; a fresh one asks for it once by setting all of it.
 */
final class Balancer {
    private final Host host;
    private final Map<String, List<String>> served = new HashMap<>();
    private final Set<String> warned = new HashSet<>();

    Balancer(Host host) {
        this.host = host;
    }

    /** One look, and what follows from it. */
    void look(Observed seen, Attached known) {
        List<BalancedService> services = known.plane().balancedServices();
        Map<String, String> machines = new TreeMap<>();
        seen.machines().stream()
                .filter(Balancer::mayServe)
                .forEach(machine -> machines.put(machine.name(), machine.id()));
        List<String> pool = Addresses.services(known.network().nodeSubnet());
        Balancing wanted = Balancing.of(services, pool, machines.keySet(), present(seen));
        serve(seen, wanted);
        for (BalancedService service : services) {
            Optional<String> address = Optional.ofNullable(wanted.addresses().get(service.key()));
            if (!service.published().equals(address)) {
                known.plane().publish(service, address);
            }
            if (address.isPresent()) {
                warned.remove(service.key());
            } else if (warned.add(service.key())) {
                known.plane().warn(service, "NoAddress", none(service, pool));
            }
        }
    }

    private static String none(BalancedService service, List<String> pool) {
        String range = pool.getFirst() + " to " + pool.getLast();
        return service.asked()
                .map(asked -> "loadBalancerIP " + asked + " is taken or none of this cluster's: " + range
                        + ". Leave it out, or name another.")
                .orElse("all addresses of this cluster are taken (" + range
                        + "). Delete a Service of type LoadBalancer, or use another type.");
    }

    private static boolean mayServe(SeenMachine machine) {
        return machine.phase() == Phase.READY
                && machine.running()
                && machine.node()
                        .filter(node -> node.ready() && !node.overtrusted())
                        .isPresent();
    }

    private Map<String, String> present(Observed seen) {
        Map<String, String> present = new HashMap<>();
        for (SeenMachine machine : seen.machines()) {
            served.getOrDefault(machine.id(), List.of()).forEach(address -> present.put(address, machine.name()));
        }
        return present;
    }

    /** An address is taken from one machine before another gets it. */
    private void serve(Observed seen, Balancing wanted) {
        Map<String, List<String>> next = new HashMap<>();
        for (SeenMachine machine : seen.machines()) {
            next.put(
                    machine.id(),
                    wanted.through().entrySet().stream()
                            .filter(entry -> entry.getValue().equals(machine.name()))
                            .map(Map.Entry::getKey)
                            .toList());
        }
        served.keySet().retainAll(next.keySet());
        for (boolean giving : new boolean[] {false, true}) {
            next.forEach((machine, addresses) -> {
                List<String> before = served.get(machine);
                boolean gives = before == null || !before.containsAll(addresses);
                if (gives == giving && !addresses.equals(before)) {
                    host.engine().serve(new MachineId(machine), addresses);
                    served.put(machine, addresses);
                }
            });
        }
    }
}
