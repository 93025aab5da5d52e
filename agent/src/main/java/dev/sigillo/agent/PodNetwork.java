package dev.sigillo.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Pods' network on this node: a bridge with the node's pod range and no daemon. Pods reach pods of other nodes by the
 * cluster's gateway, which has a route to each node, so their traffic keeps its source address; only what leaves the
 * cluster's own ranges is masqueraded by the node's address. CNI's own ipMasq would masquerade pod-to-pod traffic too,
 * hence the rule here.
 */
final class PodNetwork {

    /** Which packet filter the node's kernel and programs offer. */
    enum Filter {
        NFTABLES,
        IPTABLES
    }

    private static final String TABLE = "sigillo";
    private static final List<String> SYSCTLS = List.of("net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables");

    private final Path root;
    private final Programs programs;

    PodNetwork(Path root, Programs programs) {
        this.root = root;
        this.programs = programs;
    }

    /** Forwarding on, rules in place. A node without working nftables falls back to CNI's masquerading. */
    Filter open(ConfigDrive drive, JoinData data) throws IOException {
        for (String sysctl : SYSCTLS) {
            Path file = root.resolve("proc/sys").resolve(sysctl);
            if (Files.exists(file)) { // the bridge's exists when br_netfilter is loaded, which the image does
                Files.writeString(file, "1\n");
            }
        }
        try {
            programs.run(rules(drive, data), List.of("nft", "-f", "-"));
            return Filter.NFTABLES;
        } catch (IOException e) {
            Console.say("nftables does not work here, using iptables: " + e.getMessage());
            return Filter.IPTABLES;
        }
    }

    /** One transaction; making and deleting the table first makes it repeatable. */
    static String rules(ConfigDrive drive, JoinData data) {
        String pods = "ip saddr " + data.podCidr().network();
        StringBuilder rules = new StringBuilder()
                .append("table ip ")
                .append(TABLE)
                .append("\n")
                .append("delete table ip ")
                .append(TABLE)
                .append("\n")
                .append("table ip ")
                .append(TABLE)
                .append(" {\n")
                .append("  chain postrouting {\n    type nat hook postrouting priority srcnat; policy accept;\n    ")
                .append(pods);
        for (Ipv4Network own : List.of(data.clusterCidr(), data.serviceCidr(), drive.address())) {
            rules.append(" ip daddr != ").append(own.network());
        }
        rules.append(" masquerade\n  }\n");
        String enrolment = drive.enrolment().getHost();
        if (Character.isDigit(enrolment.charAt(0))) {
            // The enrolment server knows a machine by its address, which masquerading would lend to every pod. A client
            // on
            // the host has that address, too: what answers it (a Service's load balancer) passes.
            String toHost = pods + " ip daddr " + enrolment;
            rules.append("  chain forward {\n    type filter hook forward priority filter; policy accept;\n    ")
                    .append(toHost)
                    .append(" ct direction reply accept\n    ")
                    .append(toHost)
                    .append(" drop\n  }\n");
        }
        return rules.append("}\n").toString();
    }

    /** The CNI network list that containerd reads. */
    static Json.Obj conflist(JoinData data, Filter filter) {
        Json.Obj range =
                Json.Obj.empty().with("subnet", data.podCidr().network().toString());
        Json.Obj addresses = Json.Obj.empty()
                .with("type", "host-local")
                .with("ranges", new Json.Array(List.of(new Json.Array(List.of(range)))))
                .with("routes", new Json.Array(List.of(Json.Obj.empty().with("dst", "0.0.0.0/0"))));
        Json.Obj bridge = Json.Obj.empty()
                .with("type", "bridge")
                .with("bridge", "cni0")
                .with("isGateway", true)
                .with("ipMasq", filter == Filter.IPTABLES)
                .with("hairpinMode", true) // a pod reaches itself by its Service
                .with("mtu", 1500)
                .with("ipam", addresses);
        Json.Obj ports = Json.Obj.empty()
                .with("type", "portmap")
                .with("capabilities", Json.Obj.empty().with("portMappings", true));
        return Json.Obj.empty()
                .with("cniVersion", "1.0.0")
                .with("name", "pods")
                .with("plugins", new Json.Array(List.of(bridge, ports)));
    }
}
