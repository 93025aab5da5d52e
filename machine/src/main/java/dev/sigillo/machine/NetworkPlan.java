package dev.sigillo.machine;

import java.util.regex.Pattern;

/**
 * Names and addresses of a cluster's network: all follow from the home's tag and the network's index.
 *
 * @param tag the home's
 * @param id the cluster's short id
 * @param index 1 to 254
 * @param hostAdmitted whether anybody on the host may reach the API server; else Sigillo's server alone
 */
record NetworkPlan(String tag, NetworkId id, int index, boolean hostAdmitted) {
    static final int ENROLMENT_PORT = 9443;
    static final int API_PORT = 6443;
    static final String BRIDGE = "br0";
    static final String UPLINK = "up0";
    /** All host ends of all homes match this nft wildcard. */
    static final String ANY_HOST_END = "sg*";

    static final Pattern HOST_END = Pattern.compile("sg[0-9a-f]{4}[0-9]{1,3}h");

    /** @throws IllegalArgumentException outside 1 to 254 */
    NetworkPlan {
        if (index < 1 || index > 254) {
            throw new IllegalArgumentException("a network's index is 1 to 254, not " + index);
        }
    }

    String namespace() {
        return "sg-" + tag + "-" + index;
    }

    /** The veth end in the host's own namespace; at most 10 of the 15 characters that Linux allows. */
    String hostEnd() {
        return "sg" + tag + index + "h";
    }

    Ipv4Block nodes() {
        return Ipv4Block.parse("10.224." + index + ".0/24");
    }

    String gateway() {
        return nodes().at(1);
    }

    Ipv4Block link() {
        return Ipv4Block.parse("10.239." + index + ".0/30");
    }

    String enrolmentAddress() {
        return link().at(1);
    }

    String uplinkAddress() {
        return link().at(2);
    }

    /** A second address of the host's end, for Sigillo's server alone: it reaches the API server whoever else may not. */
    String serverAddress() {
        return "10.239." + index + ".5";
    }

    /** Fixed, else the bridge's address would change with each tap that joins. */
    String bridgeMac() {
        return "02:51:%s:%s:%02x:01".formatted(tag.substring(0, 2), tag.substring(2), index);
    }

    NetworkView view() {
        return new NetworkView(
                id, namespace(), nodes().toString(), gateway(), enrolmentAddress(), ENROLMENT_PORT, serverAddress());
    }
}
