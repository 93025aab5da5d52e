package dev.sigillo.machine;

/**
 * A cluster's network as it is.
 *
 * @param id the cluster's short id
 * @param namespace the network namespace in which bridge, taps and the hosted control plane live
 * @param nodeSubnet the nodes' subnet, such as 10.224.1.0/24
 * @param gateway the namespace's address in it, also the API server's
 * @param enrolmentAddress the host's address at the other end of the veth pair: the only address of the host that nodes
 *     reach
 * @param enrolmentPort the only port there
 * @param serverAddress an address of the host's end that its root alone may use: from there the API server is reached also
 *     when the host is not admitted to it
 */
public record NetworkView(
        NetworkId id,
        String namespace,
        String nodeSubnet,
        String gateway,
        String enrolmentAddress,
        int enrolmentPort,
        String serverAddress) {

    /** Whether the interface is the host's end of a network's link, of this home or another. */
    public static boolean isHostEnd(String interfaceName) {
        return NetworkPlan.HOST_END.matcher(interfaceName).matches();
    }
}
