package dev.sigillo.machine;

import java.util.List;

/** The shell scripts that make a network. Each line asks for a state, so that a script may be run again at any time. */
final class NetworkScripts {
    private NetworkScripts() {}

    /** IPv6 is off for all; br_netfilter would send bridged frames through the routing rules, so it is off too. */
    static String inside(NetworkPlan network) {
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

    /** The veth pair is made anew unless both ends are where they belong: one may be left in a namespace that is lost. */
    static String outside(NetworkPlan network) {
        return """
                if ! ip link show %1$s > /dev/null 2>&1 || ! ip -n %3$s link show %2$s > /dev/null 2>&1; then
                  ip link delete %1$s > /dev/null 2>&1 || true
                  ip -n %3$s link delete %2$s > /dev/null 2>&1 || true
                  ip link add %1$s type veth peer name %2$s netns %3$s
                fi
                [ ! -e /proc/sys/net/ipv6/conf/%1$s/disable_ipv6 ] || echo 1 > /proc/sys/net/ipv6/conf/%1$s/disable_ipv6
                ip addr replace %4$s/30 dev %1$s
                ip addr replace %7$s/32 dev %1$s
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
                        network.nodes(),
                        network.serverAddress());
    }

    /** The port's tap on the bridge, for its user only, and the routes to its pods and services. */
    static String attach(Port port) {
        return """
                ip link show %1$s > /dev/null 2>&1 || ip tuntap add dev %1$s mode tap user %2$d
                [ ! -e /proc/sys/net/ipv6/conf/%1$s/disable_ipv6 ] || echo 1 > /proc/sys/net/ipv6/conf/%1$s/disable_ipv6
                ip link set %1$s master %3$s up
                ip route replace %4$s via %5$s dev %3$s
                """.formatted(port.tap(), port.user(), NetworkPlan.BRIDGE, port.pods(), port.address()) + serve(port);
    }

    /** The routes to what is served through the port. */
    static String serve(Port port) {
        StringBuilder script = new StringBuilder();
        for (String address : port.services()) {
            script.append("ip route replace %s via %s dev %s\n".formatted(address, port.address(), NetworkPlan.BRIDGE));
        }
        return script.toString();
    }

    /** Takes the routes away that lead through this port, and no other. */
    static String unserve(Port port, List<String> addresses) {
        StringBuilder script = new StringBuilder();
        for (String address : addresses) {
            script.append("ip route delete %s via %s > /dev/null 2>&1 || true\n".formatted(address, port.address()));
        }
        return script.toString();
    }

    static String detach(Port port) {
        return """
                ip link delete %1$s > /dev/null 2>&1 || true
                ip route delete %2$s via %3$s > /dev/null 2>&1 || true
                """.formatted(port.tap(), port.pods(), port.address()) + unserve(port, port.services());
    }
}
