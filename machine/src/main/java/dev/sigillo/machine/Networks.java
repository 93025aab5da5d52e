package dev.sigillo.machine;

import dev.sigillo.process.Command;
import dev.sigillo.process.Launch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Network namespaces, bridges, taps and filters. Each step may be repeated: it is asked for as a state, not as a change.
 */
final class Networks {
    static final String QEMU_USER = "sigillo-machine";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path INTERFACES = Path.of("/sys/class/net");

    private final EngineHome home;
    private final Forwarding forwarding = new Forwarding();

    Networks(EngineHome home) {
        this.home = home;
    }

    /** The record on disk: {@code home/networks/ID.json}. */
    record NetworkRecord(String id, int index) {}

    Optional<NetworkPlan> find(NetworkId id) {
        Path file = record(id);
        return Files.exists(file) ? Optional.of(plan(Json.read(file, NetworkRecord.class))) : Optional.empty();
    }

    List<NetworkPlan> all() {
        List<NetworkPlan> plans = new ArrayList<>();
        if (!Files.isDirectory(home.networks())) {
            return plans;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(home.networks(), "*.json")) {
            for (Path file : files) {
                plans.add(plan(Json.read(file, NetworkRecord.class)));
            }
        } catch (IOException unreadable) {
            throw new MachineException("cannot list " + home.networks(), unreadable);
        }
        return plans;
    }

    private NetworkPlan plan(NetworkRecord record) {
        return new NetworkPlan(home.tag(), new NetworkId(record.id()), record.index());
    }

    private Path record(NetworkId id) {
        return home.networks().resolve(id + ".json");
    }

    synchronized NetworkPlan open(NetworkId id, int index, Supplier<Collection<Port>> ports) {
        NetworkPlan network = find(id).orElseGet(() -> define(id, index));
        if (network.index() != index) {
            throw new MachineException(
                    "network %s is open with index %d, not %d; close it first".formatted(id, network.index(), index));
        }
        forwarding.turnOn();
        filterHost(all());
        if (!namespaceWorks(network)) {
            // The name may be left from a crash between its two steps: then it stands for nothing.
            Command.attempt(PATIENCE, List.of("ip", "netns", "delete", network.namespace()), new byte[0]);
            Command.run(PATIENCE, List.of("ip", "netns", "add", network.namespace()));
        }
        inside(network, insideScript(network));
        shell(outsideScript(network));
        inside(network, List.of("nft", "-f", "-"), NamespaceFilter.text(network));
        filterBridge(network, ports.get());
        return network;
    }

    private NetworkPlan define(NetworkId id, int index) {
        NetworkPlan network = new NetworkPlan(home.tag(), id, index);
        for (NetworkPlan other : all()) {
            if (other.index() == index) {
                throw new MachineException(
                        "index %d belongs to network %s; choose another one".formatted(index, other.id()));
            }
        }
        String route = Command.run(
                        PATIENCE,
                        List.of(
                                "ip",
                                "-4",
                                "route",
                                "show",
                                "exact",
                                network.nodes().toString()))
                .out()
                .strip();
        if (!route.isEmpty() && !route.contains("dev " + network.hostEnd())) {
            throw new MachineException("subnet %s is already routed on this host (%s); choose another index than %d"
                    .formatted(network.nodes(), route, index));
        }
        try {
            Folders.ensure(home.networks(), Folders.OWNER_ONLY);
        } catch (IOException failed) {
            throw new MachineException("cannot make " + home.networks(), failed);
        }
        Json.write(record(id), new NetworkRecord(id.value(), index));
        return network;
    }

    boolean present(NetworkPlan network) {
        return namespaceWorks(network);
    }

    private static boolean namespaceWorks(NetworkPlan network) {
        return Files.exists(NAMESPACES.resolve(network.namespace()))
                && Command.attempt(PATIENCE, Launch.inNetwork(network.namespace(), List.of("true")), new byte[0])
                                .exit()
                        == 0;
    }

    /** IPv6 is off for all; br_netfilter would send bridged frames through the routing rules, so it is off too. */
    private static String insideScript(NetworkPlan network) {
        return """
                set_to() { [ ! -e "/proc/sys/net/$1" ] || echo "$2" > "/proc/sys/net/$1"; }
                for i in all default; do
                  set_to ipv6/conf/$i/disable_ipv6 1
                  set_to ipv4/conf/$i/send_redirects 0
                  set_to ipv4/conf/$i/accept_redirects 0
                done
                for k in iptables ip6tables arptables; do set_to bridge/bridge-nf-call-$k 0; done
                set_to ipv4/ip_forward 1
                ip link set lo up
                ip link show %1$s > /dev/null 2>&1 || ip link add %1$s address %2$s type bridge stp_state 0 forward_delay 0 mcast_snooping 0
                ip addr replace %3$s/24 dev %1$s
                set_to ipv4/conf/%1$s/send_redirects 0
                ip link set %1$s up
                """.formatted(NetworkPlan.BRIDGE, network.bridgeMac(), network.gateway());
    }

    private static String outsideScript(NetworkPlan network) {
        return """
                ip link show %1$s > /dev/null 2>&1 || ip link add %1$s type veth peer name %2$s netns %3$s
                [ ! -e /proc/sys/net/ipv6/conf/%1$s/disable_ipv6 ] || echo 1 > /proc/sys/net/ipv6/conf/%1$s/disable_ipv6
                ip addr replace %4$s/30 dev %1$s
                ip -n %3$s addr replace %5$s/30 dev %2$s
                ip -n %3$s link set %2$s up
                ip link set %1$s up
                ip -n %3$s route replace default via %4$s
                ip route replace %6$s via %5$s dev %1$s
                """.formatted(
                        network.hostEnd(),
                        NetworkPlan.UPLINK,
                        network.namespace(),
                        network.enrolmentAddress(),
                        network.uplinkAddress(),
                        network.nodes());
    }

    synchronized void close(NetworkId id) {
        Optional<NetworkPlan> known = find(id);
        if (known.isEmpty()) {
            return;
        }
        remove(known.get());
        List<NetworkPlan> others =
                all().stream().filter(other -> !other.id().equals(id)).toList();
        filterHost(others);
        if (others.isEmpty()) {
            forwarding.turnOff(home.tag());
        }
        try {
            Files.deleteIfExists(record(id));
        } catch (IOException failed) {
            throw new MachineException("cannot delete " + record(id), failed);
        }
    }

    /** Interfaces and namespace; the routes go with the interfaces. */
    private static void remove(NetworkPlan network) {
        removeInterface(network.hostEnd());
        removeNamespace(network.namespace());
    }

    private static void removeInterface(String name) {
        if (Files.exists(INTERFACES.resolve(name))) {
            Command.attempt(PATIENCE, List.of("ip", "link", "delete", name), new byte[0]);
        }
    }

    private static void removeNamespace(String name) {
        if (Files.exists(NAMESPACES.resolve(name))) {
            Command.run(PATIENCE, List.of("ip", "netns", "delete", name));
        }
    }

    private void filterHost(Collection<NetworkPlan> networks) {
        String text = HostFilter.text(home.tag(), networks, forwarding.onlyOurs());
        Command.run(PATIENCE, List.of("nft", "-f", "-"), text.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces the bridge's rules: ports that are not listed can neither send nor receive. */
    void filterBridge(NetworkPlan network, Collection<Port> ports) {
        inside(network, List.of("nft", "-f", "-"), BridgeFilter.text(network, ports));
    }

    /** The port's tap on the bridge, and the route to its pods. The filter comes first. */
    void attach(NetworkPlan network, Port port) {
        inside(network, """
                ip link show %1$s > /dev/null 2>&1 || ip tuntap add dev %1$s mode tap user %2$s
                [ ! -e /proc/sys/net/ipv6/conf/%1$s/disable_ipv6 ] || echo 1 > /proc/sys/net/ipv6/conf/%1$s/disable_ipv6
                ip link set %1$s master %3$s up
                ip route replace %4$s via %5$s dev %3$s
                """.formatted(port.tap(), QEMU_USER, NetworkPlan.BRIDGE, port.pods(), port.address()));
    }

    /** Nothing happens if the namespace, the tap or the route is gone already. */
    void detach(NetworkPlan network, Port port) {
        if (namespaceWorks(network)) {
            inside(network, """
                    ip link delete %1$s > /dev/null 2>&1 || true
                    ip route delete %2$s via %3$s > /dev/null 2>&1 || true
                    """.formatted(port.tap(), port.pods(), port.address()));
        }
    }

    /** Taps, namespaces and veth ends of this home that no record names; says what it removed. */
    synchronized List<String> sweep(Supplier<Collection<String>> taps) {
        List<String> removed = new ArrayList<>();
        List<NetworkPlan> networks = all();
        for (NetworkPlan network : networks) {
            if (!namespaceWorks(network)) {
                continue;
            }
            List<String> present = tapsIn(network); // first: a machine's record is older than its tap
            Collection<String> known = taps.get();
            for (String tap : present) {
                if (!known.contains(tap)) {
                    inside(network, "ip link delete " + tap);
                    removed.add("tap " + tap);
                }
            }
        }
        for (String name : names(NAMESPACES, "sg-" + home.tag() + "-[0-9]*")) {
            if (networks.stream().noneMatch(network -> network.namespace().equals(name))) {
                removeNamespace(name);
                removed.add("network namespace " + name);
            }
        }
        for (String name : names(INTERFACES, "sg" + home.tag() + "[0-9]*h")) {
            if (networks.stream().noneMatch(network -> network.hostEnd().equals(name))) {
                removeInterface(name);
                removed.add("interface " + name);
            }
        }
        return removed;
    }

    private static List<String> tapsIn(NetworkPlan network) {
        return Command.run(PATIENCE, List.of("ip", "-n", network.namespace(), "-o", "link", "show", "type", "tun"))
                .out()
                .lines()
                .map(line -> line.split(": ", 3))
                .filter(fields -> fields.length == 3 && MachineId.matches(fields[1]))
                .map(fields -> fields[1])
                .toList();
    }

    private static List<String> names(Path folder, String glob) {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
                entries.forEach(entry -> names.add(entry.getFileName().toString()));
            } catch (IOException unreadable) {
                throw new MachineException("cannot list " + folder, unreadable);
            }
        }
        return names;
    }

    private static void shell(String script) {
        Command.run(PATIENCE, List.of("sh", "-euc", script));
    }

    private static void inside(NetworkPlan network, String script) {
        inside(network, List.of("sh", "-eu"), script);
    }

    private static void inside(NetworkPlan network, List<String> command, String stdin) {
        Command.run(PATIENCE, Launch.inNetwork(network.namespace(), command), stdin.getBytes(StandardCharsets.UTF_8));
    }
}
