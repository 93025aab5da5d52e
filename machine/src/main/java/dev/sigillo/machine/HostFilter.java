package dev.sigillo.machine;

import java.util.Collection;

/**
 * The nft rules of the host itself, one table per home, as one text that replaces it at once.
 *
 * <p>From a network's veth only the enrolment port of that network's own address is reached on the host; other
 * networks, of this home or another, and link-local addresses (a cloud's metadata service) are not; the rest of the
 * world is, masqueraded. Into a network nothing is forwarded but answers.
 */
final class HostFilter {
    static final String LINKS = "10.239.0.0/16";
    private static final String NODES = "10.224.0.0/16";

    private HostFilter() {}

    static String table(String tag) {
        return "sigillo_" + tag;
    }

    /**
     * @param onlyOurs forwarding was off before Sigillo turned it on, so that it stays off for everybody else
     */
    static String text(String tag, Collection<NetworkPlan> networks, boolean onlyOurs) {
        StringBuilder text = new StringBuilder("table inet %1$s\ndelete table inet %1$s\n".formatted(table(tag)));
        if (networks.isEmpty()) {
            return text.toString();
        }
        StringBuilder input = new StringBuilder("type filter hook input priority -10; policy accept;\n");
        StringBuilder forward = new StringBuilder("type filter hook forward priority -10; policy accept;\n");
        StringBuilder output = new StringBuilder("type filter hook output priority -10; policy accept;\n");
        StringBuilder nat = new StringBuilder("type nat hook postrouting priority 90; policy accept;\n");
        text.append("table inet %s {\n".formatted(table(tag)));
        for (NetworkPlan network : networks) {
            String end = network.hostEnd();
            text.append("""
                    chain input_%1$d {
                    ip saddr != { %2$s, %3$s } drop
                    ct state established,related accept
                    ip daddr %4$s tcp dport %5$d accept
                    ip daddr %4$s icmp type echo-request accept
                    drop
                    }
                    chain forward_%1$d {
                    ip saddr != { %2$s, %3$s } drop
                    ip daddr { %6$s, %7$s, 169.254.0.0/16, 127.0.0.0/8 } drop
                    oifname "%8$s" drop
                    meta nfproto ipv6 drop
                    accept
                    }
                    """.formatted(
                            network.index(),
                            network.nodes(),
                            network.uplinkAddress(),
                            network.enrolmentAddress(),
                            NetworkPlan.ENROLMENT_PORT,
                            NODES,
                            LINKS,
                            NetworkPlan.ANY_HOST_END));
            input.append("iifname \"%s\" jump input_%d\n".formatted(end, network.index()));
            output.append("ip saddr %s meta skuid != 0 drop\n".formatted(network.serverAddress()));
            // What comes from another network, its own table keeps from here. Not said in terms of this network's end
            // alone: a table that was left by a killed home would stand in the way of the next one with these
            // addresses.
            input.append("iifname != \"lo\" iifname != \"%s\" ip daddr %s drop\n"
                    .formatted(NetworkPlan.ANY_HOST_END, network.enrolmentAddress()));
            // The way out may carry smaller packets than the machines' network: TCP learns it from the handshake.
            forward.append("%s \"%s\" tcp flags syn tcp option maxseg size set rt mtu\n".formatted("oifname", end));
            forward.append("%s \"%s\" tcp flags syn tcp option maxseg size set rt mtu\n".formatted("iifname", end));
            forward.append("iifname \"%s\" jump forward_%d\n".formatted(end, network.index()));
            forward.append("oifname \"%s\" ct state established,related accept\n".formatted(end));
            forward.append("oifname \"%s\" drop\n".formatted(end));
            nat.append("ip saddr { %s, %s } oifname != \"%s\" masquerade\n"
                    .formatted(network.nodes(), network.uplinkAddress(), NetworkPlan.ANY_HOST_END));
        }
        if (onlyOurs) {
            forward.append("iifname != \"%1$s\" oifname != \"%1$s\" drop\n".formatted(NetworkPlan.ANY_HOST_END));
        }
        text.append("chain input {\n").append(input).append("}\n");
        text.append("chain forward {\n").append(forward).append("}\n");
        text.append("chain output {\n").append(output).append("}\n");
        text.append("chain postrouting {\n").append(nat).append("}\n");
        return Mark.with(text.append("}\n").toString());
    }
}
