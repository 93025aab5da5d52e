package dev.sigillo.machine;

import dev.sigillo.process.Command;
import dev.sigillo.process.Folders;
import dev.sigillo.process.Launch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Network namespaces, bridges, taps and filters. Each step may be repeated: it is asked for as a state, not as a change,
 * and only when a look at the kernel says that something is not as it should be.
 */
final class Networks {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path INTERFACES = Path.of("/sys/class/net");

    private final EngineHome home;
    private final Forwarding forwarding;

    Networks(EngineHome home) {
        this(home, new Forwarding());
    }

    Networks(EngineHome home, Forwarding forwarding) {
        this.home = home;
        this.forwarding = forwarding;
    }

    /** The record on disk: {@code home/networks/ID.json}; in those of before it was said nobody is shut out. */
    record NetworkRecord(String id, int index, boolean hostShutOut) {}

    Optional<NetworkPlan> find(NetworkId id) {
        return Json.find(record(id), NetworkRecord.class).map(this::plan);
    }

    /** By index, so that rules for all of them are always the same text. */
    List<NetworkPlan> all() {
        List<NetworkPlan> plans = new ArrayList<>();
        if (!Files.isDirectory(home.networks())) {
            return plans;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(home.networks(), "*.json")) {
            for (Path file : files) {
                Json.find(file, NetworkRecord.class).map(this::plan).ifPresent(plans::add);
            }
        } catch (IOException unreadable) {
            throw new MachineException("cannot list " + home.networks(), unreadable);
        }
        plans.sort(Comparator.comparingInt(NetworkPlan::index));
        return plans;
    }

    private NetworkPlan plan(NetworkRecord record) {
        return new NetworkPlan(home.tag(), new NetworkId(record.id()), record.index(), !record.hostShutOut());
    }

    private Path record(NetworkId id) {
        return home.networks().resolve(id + ".json");
    }

    /**
     * Makes the network, or what is missing of it: taps of the ports too. The bridge's rules come before any tap.
     *
     * @param ports asked for once nobody else changes the network
     */
    synchronized NetworkPlan open(NetworkId id, int index, Supplier<Collection<Port>> ports) {
        NetworkPlan network = find(id).orElseGet(() -> define(id, index));
        if (network.index() != index) {
            throw new MachineException(
                    "network %s is open with index %d, not %d; close it first".formatted(id, network.index(), index));
        }
        Collection<Port> wanted = ports.get();
        NetworkLook look = NetworkLook.at(network, wanted, hostRules(all()));
        if (!look.base()) {
            makeBase(network);
        }
        if (!look.base() || !look.filter()) {
            load(network, BridgeFilter.text(network, wanted));
        }
        look.detached().forEach(port -> inside(network, NetworkScripts.attach(port)));
        return network;
    }

    private void makeBase(NetworkPlan network) {
        forwarding.turnOn();
        loadHostRules(all());
        if (!namespaceWorks(network)) {
            // The name may be left from a crash between its two steps, the veth end from a namespace that is lost.
            removeInterface(network.hostEnd());
            Command.attempt(PATIENCE, List.of("ip", "netns", "delete", network.namespace()), new byte[0]);
            Command.run(PATIENCE, List.of("ip", "netns", "add", network.namespace()));
        }
        inside(network, NetworkScripts.inside(network));
        Command.run(PATIENCE, List.of("sh", "-euc", NetworkScripts.outside(network)));
        load(network, NamespaceFilter.text(network));
    }

    /** Loads the bridge's rules for these ports, if the network is there; taps that are not listed pass nothing. */
    synchronized void filter(NetworkId id, Supplier<Collection<Port>> ports) {
        find(id).filter(Networks::namespaceWorks)
                .ifPresent(network -> load(network, BridgeFilter.text(network, ports.get())));
    }

    /** The bridge's rules of these ports, and of one of them the routes to its services instead of those it had before. */
    synchronized void serve(NetworkId id, Port port, List<String> before, Supplier<Collection<Port>> ports) {
        find(id).filter(Networks::namespaceWorks).ifPresent(network -> {
            load(network, BridgeFilter.text(network, ports.get()));
            List<String> gone = before.stream()
                    .filter(address -> !port.services().contains(address))
                    .toList();
            inside(network, NetworkScripts.unserve(port, gone) + NetworkScripts.serve(port));
        });
    }

    /** Whether anybody on the host may reach the network's API server; written down, and cheap when nothing changes. */
    synchronized void admitHost(NetworkId id, boolean admitted) {
        find(id).filter(network -> network.hostAdmitted() != admitted).ifPresent(network -> {
            Json.write(record(id), new NetworkRecord(id.value(), network.index(), !admitted));
            if (namespaceWorks(network)) {
                load(network, NamespaceFilter.text(find(id).orElse(network)));
            }
        });
        // One that was made before Sigillo had an address of its own there gets it, and its rules, with all that runs
        // in it.
        find(id).filter(network -> NetworkLook.usable(network) && !NetworkLook.hasServerAddress(network))
                .ifPresent(this::makeBase);
    }

    /** Takes the port's tap and route away; nothing happens if they, or the whole network, are gone already. */
    synchronized void detach(NetworkId id, Port port) {
        find(id).filter(Networks::namespaceWorks).ifPresent(network -> inside(network, NetworkScripts.detach(port)));
    }

    private NetworkPlan define(NetworkId id, int index) {
        NetworkPlan network = new NetworkPlan(home.tag(), id, index, true);
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
        Json.write(record(id), new NetworkRecord(id.value(), index, false));
        return network;
    }

    private static boolean namespaceWorks(NetworkPlan network) {
        return Files.exists(NAMESPACES.resolve(network.namespace()))
                && Command.attempt(PATIENCE, Launch.inNetwork(network.namespace(), List.of("true")), new byte[0])
                                .exit()
                        == 0;
    }

    synchronized void close(NetworkId id) {
        Optional<NetworkPlan> known = find(id);
        if (known.isEmpty()) {
            return;
        }
        remove(known.get());
        List<NetworkPlan> others =
                all().stream().filter(other -> !other.id().equals(id)).toList();
        loadHostRules(others);
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

    private String hostRules(Collection<NetworkPlan> networks) {
        return HostFilter.text(home.tag(), networks, forwarding.onlyOurs());
    }

    private void loadHostRules(Collection<NetworkPlan> networks) {
        Command.run(PATIENCE, List.of("nft", "-f", "-"), hostRules(networks).getBytes(StandardCharsets.UTF_8));
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

    private static void inside(NetworkPlan network, String script) {
        inside(network, List.of("sh", "-eu"), script);
    }

    /** Replaces the table that the text names. */
    private static void load(NetworkPlan network, String rules) {
        inside(network, List.of("nft", "-f", "-"), rules);
    }

    private static void inside(NetworkPlan network, List<String> command, String stdin) {
        Command.run(PATIENCE, Launch.inNetwork(network.namespace(), command), stdin.getBytes(StandardCharsets.UTF_8));
    }
}
