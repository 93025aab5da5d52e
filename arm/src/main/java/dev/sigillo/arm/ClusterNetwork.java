package dev.sigillo.arm;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code properties.networkProfile}: defaults, what its networks must be, and how many nodes they have room for. */
public final class ClusterNetwork {
    private static final String PATH = "properties.networkProfile.";

    /**
     * Networks that neither pods nor Services can have: the nodes of all clusters (10.224.INDEX.0/24) with the addresses
     * at which machines enrol (10.239.0.0/16), and what means something to every host (RFC 6890).
     */
    private static final List<String> TAKEN =
            List.of("10.224.0.0/12", "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3");

    /** Each node takes as much of the pod network. */
    private static final int POD_BITS_PER_NODE = 24;

    /** The hosts 4 to 223 of a cluster's /24; those above are of Services of type LoadBalancer. */
    private static final int NODE_ADDRESSES = 220;

    private ClusterNetwork() {}

    /** Fills in what is left out and refuses what cannot be. */
    static void complete(ObjectNode network) {
        Fields.fill(network, "networkPlugin", "kubenet");
        Fields.fill(network, "podCidr", "10.244.0.0/16");
        Fields.fill(network, "serviceCidr", "10.0.0.0/16");
        single(network, "podCidr", "podCidrs");
        single(network, "serviceCidr", "serviceCidrs");
        for (String family : Fields.strings(network.path("ipFamilies"))) {
            Unsupported.refuse(
                    !ArmId.same(family, "IPv4"), "networkProfile.ipFamilies", "the networks here are IPv4 alone");
        }
        String pods = PATH + "podCidr";
        String services = PATH + "serviceCidr";
        Cidr podCidr = Cidr.parse(pods, network.path("podCidr").asString(""));
        Cidr serviceCidr = Cidr.parse(services, network.path("serviceCidr").asString(""));
        size(pods, podCidr, 8, 22, "every node takes a /24 of it");
        size(services, serviceCidr, 12, 27, "Kubernetes wants at most 20 bits of service addresses");
        apart(pods, podCidr, services, serviceCidr);
        for (String taken : TAKEN) {
            apart(pods, podCidr, taken + ", which is taken", Cidr.parse("taken", taken));
            apart(services, serviceCidr, taken + ", which is taken", Cidr.parse("taken", taken));
        }
        dns(network, serviceCidr);
        Fields.fill(network, "outboundType", "loadBalancer");
        Fields.fill(network, "loadBalancerSku", "standard");
    }

    /** The service's own spelling of the fields that hold one of a few words, and a refusal of all other words. */
    static void spell(ObjectNode network) {
        Fields.spell(PATH, network, "networkPlugin", List.of("kubenet", "azure"));
        String outbound = Fields.text(network, "outboundType").orElse("");
        Unsupported.refuse(
                List.of("userdefinedrouting", "none", "block").contains(ArmId.key(outbound)),
                "networkProfile.outboundType",
                "nodes here reach out through the host, and nothing would keep them from it as " + outbound
                        + " promises");
        Fields.spell(
                PATH, network, "outboundType", List.of("loadBalancer", "managedNATGateway", "userAssignedNATGateway"));
        Fields.spell(PATH, network, "loadBalancerSku", List.of("standard", "basic"));
    }

    /**
     * Refuses more nodes than the cluster's networks have addresses for.
     *
     * @param nodes of all pools together, those that still leave included
     * @throws ArmException INSUFFICIENT_SUBNET_SIZE
     */
    public static void requireRoom(String podCidr, int nodes) {
        Cidr pods = Cidr.parse(PATH + "podCidr", podCidr);
        long room = Math.min(NODE_ADDRESSES, 1L << Math.max(0, POD_BITS_PER_NODE - pods.bits()));
        if (nodes > room) {
            throw ArmError.INSUFFICIENT_SUBNET_SIZE.at(
                    PATH + "podCidr",
                    "The cluster would have %d nodes, and its networks have room for %d: every node takes a /24 of the pod network %s and an address of the cluster's /24. Ask for fewer nodes, or make a cluster with a larger --pod-cidr.",
                    nodes,
                    room,
                    podCidr);
        }
    }

    /** The list form may say the same again, and nothing else. */
    private static void single(ObjectNode network, String one, String list) {
        JsonNode given = network.path(list);
        boolean same = given.isMissingNode()
                || given.isNull()
                || (given.isArray() && given.size() <= 1 && given.valueStream().allMatch(network.path(one)::equals));
        if (!same) {
            throw ArmError.INVALID_PARAMETER.at(
                    PATH + list,
                    "The value of parameter %s%s is invalid: it can only hold the %s %s, and is %s.",
                    PATH,
                    list,
                    one,
                    network.path(one).asString(""),
                    Fields.clip(Json.text(given)));
        }
    }

    private static void dns(ObjectNode network, Cidr serviceCidr) {
        if (Fields.text(network, "dnsServiceIP").isEmpty()) {
            long tenth = serviceCidr.network() + 10;
            network.put(
                    "dnsServiceIP",
                    "%d.%d.%d.%d".formatted(tenth >> 24 & 255, tenth >> 16 & 255, tenth >> 8 & 255, tenth & 255));
        }
        String given = network.path("dnsServiceIP").asString("");
        long address = Cidr.addressOf(given);
        if (address < 0 || !serviceCidr.contains(address) || address - serviceCidr.network() < 2) {
            throw ArmError.INVALID_PARAMETER.at(
                    PATH + "dnsServiceIP",
                    "The value of parameter %sdnsServiceIP is invalid: '%s' must be an address of %s and not its first or second.",
                    PATH,
                    Fields.clip(given),
                    network.path("serviceCidr").asString(""));
        }
    }

    private static void size(String parameter, Cidr cidr, int shortest, int longest, String why) {
        if (cidr.bits() < shortest || cidr.bits() > longest) {
            throw ArmError.INVALID_PARAMETER.at(
                    parameter,
                    "The value of parameter %s is invalid: its prefix is /%d and must be from /%d to /%d, as %s.",
                    parameter,
                    cidr.bits(),
                    shortest,
                    longest,
                    why);
        }
    }

    private static void apart(String parameter, Cidr one, String what, Cidr other) {
        if (one.overlaps(other)) {
            throw ArmError.INVALID_PARAMETER.at(
                    parameter, "The value of parameter %s is invalid: it overlaps with %s.", parameter, what);
        }
    }
}
