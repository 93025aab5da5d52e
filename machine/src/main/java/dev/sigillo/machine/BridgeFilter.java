package dev.sigillo.machine;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * The nft rules on a network's bridge, as one text that replaces the table at once.
 *
 * <p>What leaves a tap has the machine's MAC address as source and is ARP in its own name, or IPv4 from its own address
 * or its pods. IPv6, VLANs, DHCP answers and all else are dropped, so is everything from a tap that no rule names. A cut
 * port passes only ARP with the gateway and TCP with the enrolment address, in both directions. The rules keep no state,
 * since connection tracking in the bridge family is not in every kernel.
 */
final class BridgeFilter {
    static final String TABLE = "bridge sigillo";

    private BridgeFilter() {}

    static String text(NetworkPlan network, Collection<Port> ports) {
        StringBuilder text = new StringBuilder();
        // Naming the table first makes the deletion succeed when it does not exist yet.
        text.append("table bridge sigillo\ndelete table bridge sigillo\ntable bridge sigillo {\n");
        for (Port port : ports) {
            chain(text, "from_" + name(port), port.cut() ? fromCut(network, port) : from(port));
            chain(text, "to_" + name(port), port.cut() ? toCut(network) : "accept");
        }
        text.append(verdicts("sources", "from_", ports));
        text.append(verdicts("targets", "to_", ports));
        chain(text, "prerouting", """
                type filter hook prerouting priority -200; policy drop;
                iifname vmap @sources""");
        chain(text, "postrouting", """
                type filter hook postrouting priority 200; policy drop;
                oifname vmap @targets""");
        return Mark.with(text.append("}\n").toString());
    }

    private static String from(Port port) {
        return """
                ether saddr != %1$s drop
                ether type arp arp saddr ether %1$s arp saddr ip %2$s accept
                ether type ip udp sport 67 drop
                ether type ip ip saddr %2$s accept
                ether type ip ip saddr %3$s accept
                %4$sdrop""".formatted(port.mac(), port.address(), port.pods(), services(port));
    }

    /** Answers of the services that are reached through the machine come in their names. */
    private static String services(Port port) {
        return port.services().isEmpty()
                ? ""
                : "ether type ip ip saddr { %s } accept\n".formatted(String.join(", ", port.services()));
    }

    private static String fromCut(NetworkPlan network, Port port) {
        return """
                ether saddr != %1$s drop
                ether type arp arp saddr ether %1$s arp saddr ip %2$s arp daddr ip %3$s accept
                ether type ip ip saddr %2$s ip daddr %4$s tcp dport %5$d accept
                drop""".formatted(
                port.mac(), port.address(), network.gateway(), network.enrolmentAddress(), NetworkPlan.ENROLMENT_PORT);
    }

    private static String toCut(NetworkPlan network) {
        return """
                ether type arp arp saddr ip %1$s accept
                ether type ip ip saddr %2$s tcp sport %3$d accept
                drop""".formatted(network.gateway(), network.enrolmentAddress(), NetworkPlan.ENROLMENT_PORT);
    }

    private static String verdicts(String map, String prefix, Collection<Port> ports) {
        StringBuilder text = new StringBuilder("map " + map + " {\ntype ifname : verdict\n");
        if (!ports.isEmpty()) {
            // One statement for all: of several, nft keeps a single one.
            text.append(ports.stream()
                    .map(port -> "\"%s\" : jump %s%s".formatted(port.tap(), prefix, name(port)))
                    .collect(Collectors.joining(", ", "elements = { ", " }\n")));
        }
        return text.append("}\n").toString();
    }

    private static void chain(StringBuilder text, String name, String rules) {
        text.append("chain ").append(name).append(" {\n").append(rules).append("\n}\n");
    }

    private static String name(Port port) {
        return port.tap().replace('-', '_');
    }
}
