package dev.sigillo.machine;

import dev.sigillo.process.Command;
import dev.sigillo.process.Launch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * What of a network stands in the kernel: two short commands, since the reconciler asks at every pass.
 *
 * @param base namespace, veth pair, bridge, their addresses and routes, the namespace's and the host's own rules
 * @param filter the bridge's rules are those of exactly these ports
 * @param detached the ports without their tap on the bridge or one of their routes
 */
record NetworkLook(boolean base, boolean filter, List<Port> detached) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    NetworkLook {
        detached = List.copyOf(detached);
    }

    /** Nothing of it that could be used. */
    private static NetworkLook nothing(Collection<Port> ports) {
        return new NetworkLook(false, false, List.copyOf(ports));
    }

    /** Whether machines and servers may use the network: namespace and veth pair are there, the enrolment address is up. */
    static boolean usable(NetworkPlan network) {
        return hasAddress(network, network.enrolmentAddress()) && namespaceIsMounted(network.namespace());
    }

    /** Networks that were made before there was one lack it, and are usable all the same: what runs in them goes on. */
    static boolean hasServerAddress(NetworkPlan network) {
        return hasAddress(network, network.serverAddress());
    }

    private static boolean hasAddress(NetworkPlan network, String address) {
        try {
            NetworkInterface end = NetworkInterface.getByName(network.hostEnd());
            return end != null
                    && end.isUp()
                    && end.inetAddresses().map(InetAddress::getHostAddress).anyMatch(address::equals);
        } catch (SocketException gone) {
            return false;
        }
    }

    /** After a crash between its two steps the name may stand for an ordinary empty file. */
    private static boolean namespaceIsMounted(String name) {
        try {
            // Fields 1 to 5 are fixed, the fifth is the mount point; the type follows a lone dash:
            // proc_pid_mountinfo(5).
            return Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1).stream()
                    .anyMatch(line -> line.split(" ", 6)[4].equals("/run/netns/" + name) && line.contains(" - nsfs "));
        } catch (IOException unreadable) {
            throw new MachineException("cannot read " + MOUNTS, unreadable);
        }
    }

    static NetworkLook at(NetworkPlan network, Collection<Port> ports, String hostRules) {
        if (!usable(network)) {
            return nothing(ports);
        }
        String bridgeRules = BridgeFilter.text(network, ports);
        String outside = said(List.of("sh", "-u"), """
                ip -4 route show exact %1$s dev %2$s
                nft list chain inet %3$s %4$s > /dev/null && echo rules
                """.formatted(
                        network.nodes(), network.hostEnd(), HostFilter.table(network.tag()), Mark.in(hostRules)));
        String inside = said(Launch.inNetwork(network.namespace(), List.of("sh", "-u")), """
                ip -o link show | sed 's/^/link /'
                ip -4 -o addr show | sed 's/^/addr /'
                ip -4 route show | sed 's/^/route /'
                nft list chain %1$s %2$s > /dev/null && echo rules
                nft list chain %3$s %4$s > /dev/null && echo bridge rules
                """.formatted(
                        NamespaceFilter.TABLE,
                        Mark.in(NamespaceFilter.text(network)),
                        BridgeFilter.TABLE,
                        Mark.in(bridgeRules)));
        List<String> lines = inside.lines().toList();
        boolean base = hasServerAddress(network)
                && outside.contains("via " + network.uplinkAddress())
                && outside.contains("rules")
                && lines.contains("rules")
                && isUp(lines, NetworkPlan.BRIDGE + ":")
                && isUp(lines, NetworkPlan.UPLINK + "@")
                && any(lines, "addr ", line -> line.contains(" inet " + network.gateway() + "/24 "))
                && any(lines, "addr ", line -> line.contains(" inet " + network.uplinkAddress() + "/30 "))
                && any(lines, "route default via " + network.enrolmentAddress() + " ", _ -> true);
        return new NetworkLook(
                base,
                lines.contains("bridge rules"),
                ports.stream().filter(port -> !attached(lines, port)).toList());
    }

    private static boolean attached(List<String> lines, Port port) {
        return any(
                        lines,
                        "link ",
                        line -> line.contains(": " + port.tap() + ":")
                                && line.contains(",UP")
                                && line.contains(" master " + NetworkPlan.BRIDGE + " "))
                && routed(lines, port.pods().toString(), port)
                && port.services().stream().allMatch(service -> routed(lines, service, port));
    }

    private static boolean routed(List<String> lines, String to, Port port) {
        return any(lines, "route " + to + " via " + port.address() + " ", _ -> true);
    }

    private static boolean isUp(List<String> lines, String name) {
        return any(lines, "link ", line -> line.contains(": " + name) && line.contains(",UP"));
    }

    private static boolean any(List<String> lines, String start, Predicate<String> rest) {
        return lines.stream().anyMatch(line -> line.startsWith(start) && rest.test(line));
    }

    private static String said(List<String> command, String script) {
        return Command.attempt(PATIENCE, command, script.getBytes(StandardCharsets.UTF_8))
                .out();
    }
}
