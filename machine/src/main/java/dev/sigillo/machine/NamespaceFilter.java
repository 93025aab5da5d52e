package dev.sigillo.machine;

/**
 * The nft rules of a network's own namespace, as one text that replaces the table at once. Nodes, and the host through
 * the uplink if it is admitted, reach the API server there and no other of the control plane's ports. Pods never reach
 * the host's end of the link: what comes from there in the control plane's name is the API server's.
 */
final class NamespaceFilter {
    static final String TABLE = "inet sigillo";

    private NamespaceFilter() {}

    static String text(NetworkPlan network) {
        return Mark.with("""
                table inet sigillo
                delete table inet sigillo
                table inet sigillo {
                chain input {
                type filter hook input priority 0; policy drop;
                iifname "lo" accept
                ct state established,related accept
                iifname "%2$s" tcp dport %1$d accept
                iifname "%3$s" ip saddr %8$s tcp dport %1$d accept
                iifname "%3$s" tcp dport %1$d %9$s
                icmp type echo-request accept
                }
                chain forward {
                type filter hook forward priority 0; policy drop;
                ct state established,related accept
                iifname "%2$s" oifname "%2$s" accept
                iifname "%2$s" oifname "%3$s" ip saddr %4$s accept
                iifname "%2$s" oifname "%3$s" ip daddr != %5$s accept
                iifname "%3$s" oifname "%2$s" ip saddr %6$s accept
                }
                chain postrouting {
                type nat hook postrouting priority 100; policy accept;
                oifname "%3$s" ip saddr != { %4$s, %7$s } masquerade
                }
                }
                """.formatted(
                        NetworkPlan.API_PORT,
                        NetworkPlan.BRIDGE,
                        NetworkPlan.UPLINK,
                        network.nodes(),
                        HostFilter.LINKS,
                        network.enrolmentAddress(),
                        network.uplinkAddress(),
                        network.serverAddress(),
                        network.hostAdmitted() ? "accept" : "reject with tcp reset"));
    }
}
