package dev.sigillo.arm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parts of the AKS API that Sigillo does not carry out and that promise something: protection, a place, a way of
 * running. A request that asks for one is refused, since its echo in the reply would read as done.
 *
 * <p>An object or list asks when anything in it does; false, null, empty, numbers and the words that mean "no" do not.
 */
final class Unsupported {
    private static final Set<String> NO = Set.of("", "none", "disabled", "false");
    private static final String SCALE_SETS_ALONE = "only agent pools of type VirtualMachineScaleSets can be made here";

    /**
     * One part.
     *
     * @param field dotted path below {@code properties}
     * @param harmless values, in lower case, that ask for what is so anyway
     */
    private record Part(String field, String why, Set<String> harmless) {}

    private static final List<Part> OF_CLUSTERS = List.of(
            part("aadProfile", "there is no Entra ID here"),
            part("aiToolchainOperatorProfile", "install what you need with kubectl"),
            part(
                    "apiServerAccessProfile",
                    "the API server listens on the cluster's own network of this host; only authorizedIPRanges can be given"),
            part("autoUpgradeProfile", "nothing upgrades by itself here", "unmanaged"),
            part("azureMonitorProfile", "there is no Azure Monitor here"),
            part("bootstrapProfile", "there is no registry cache here", "direct"),
            part("disableLocalAccounts", "local accounts are the only ones here"),
            part("diskEncryptionSetID", "there is no disk encryption set here"),
            part("fqdnSubdomain", "there are no private clusters here"),
            part("hostedSystemProfile", "what serves the cluster runs on its own nodes"),
            part("httpProxyConfig", "nodes here use no proxy"),
            part("ingressProfile", "install what you need with kubectl"),
            part("metricsProfile", "there is no cost analysis here"),
            part("networkProfile.advancedNetworking", "nothing here would enforce its policies"),
            part("networkProfile.networkDataplane", "kube-proxy is the only data plane here", "azure"),
            part("networkProfile.networkPolicy", "nothing here would enforce the policy"),
            part("networkProfile.staticEgressGatewayProfile", "there are no egress gateways here"),
            part("nodeProvisioningProfile", "pools have the size they are given here", "manual"),
            part("nodeResourceGroupProfile", "nobody but Sigillo changes the node resource group", "unrestricted"),
            part("oidcIssuerProfile", "the cluster's issuer is not published here"),
            part("podIdentityProfile", "there are no managed identities here"),
            part("privateLinkResources", "there are no private links here"),
            part("schedulerProfile", "the scheduler has Kubernetes' own settings here", "default"),
            part("securityProfile", "none of its parts is there", "unrestricted"),
            part("serviceMeshProfile", "install what you need with kubectl"),
            part("supportPlan", "there is one plan", "kubernetesofficial"),
            part("upgradeSettings", "an upgrade here has no protection of AKS's that could be overridden"),
            part("workloadAutoScalerProfile", "install what you need with kubectl"));

    private static final List<Part> OF_POOLS = List.of(
            part("artifactStreamingProfile", "nodes pull whole images"),
            part("availabilityZones", "all machines are on this one host"),
            part("capacityReservationGroupID", "all machines are on this one host"),
            part("creationData", "nodes are made from the node image alone"),
            part("enableEncryptionAtHost", "Sigillo does not encrypt the machines' disks"),
            part("enableFIPS", "there is no FIPS node image here"),
            part("enableNodePublicIP", "nodes here have no public addresses"),
            part("enableUltraSSD", "there are no ultra disks here"),
            part("gatewayProfile", "there are no egress gateways here"),
            part("gpuInstanceProfile", "there are no GPU partitions here"),
            part("hostGroupID", "all machines are on this one host"),
            part("kubeletConfig", "the kubelet's settings are part of the measured image"),
            part("linuxOSConfig", "the system's settings are part of the measured image"),
            part("localDNSProfile", "the cluster's DNS is the only one here"),
            part("messageOfTheDay", "nobody logs in to nodes here"),
            part("networkProfile", "nodes here have no public addresses"),
            part("nodeInitializationTaints", "use nodeTaints"),
            part("nodePublicIPPrefixID", "nodes here have no public addresses"),
            part("podIPAllocationMode", "every node here takes a part of the pod network"),
            part("podSubnetID", "every cluster here has a network of its own"),
            part("proximityPlacementGroupID", "all machines are on this one host"),
            part("securityProfile.sshAccess", "there is no ssh server in the node image", "localuser"),
            part("type", SCALE_SETS_ALONE, "virtualmachinescalesets"),
            part("virtualMachineNodesStatus", SCALE_SETS_ALONE),
            part("virtualMachinesProfile", SCALE_SETS_ALONE),
            part("vnetSubnetID", "every cluster here has a network of its own"),
            part("windowsProfile", "only Linux nodes can be made here"),
            part("workloadRuntime", "only OCIContainer runs here", "ocicontainer"));

    private Unsupported() {}

    /** Every part that is refused, with the reason. */
    static Map<String, String> reasons() {
        return Stream.concat(OF_CLUSTERS.stream(), OF_POOLS.stream())
                .collect(Collectors.toMap(Part::field, Part::why, (one, _) -> one));
    }

    /** @throws ArmException NOT_SUPPORTED naming the first part that is asked for */
    static void inCluster(ObjectNode properties) {
        Fields.object(properties, "addonProfiles")
                .properties()
                .forEach(addon -> refuse(
                        Fields.flag(addon.getValue(), "enabled"),
                        "addonProfiles." + Fields.clip(addon.getKey()),
                        "install what you need with kubectl"));
        check(properties, OF_CLUSTERS);
        refuse(
                Fields.text(properties, "publicNetworkAccess")
                        .filter(access -> !ArmId.same(access, "Enabled"))
                        .isPresent(),
                "publicNetworkAccess",
                "the API server listens on the cluster's own network of this host, and nothing closes that");
        refuse(
                properties.path("enableRBAC").isBoolean() && !Fields.flag(properties, "enableRBAC"),
                "enableRBAC",
                "a cluster without RBAC cannot keep its nodes apart, so it can only be true");
    }

    /** @throws ArmException NOT_SUPPORTED naming the first part that is asked for */
    static void inPool(ObjectNode properties) {
        check(properties, OF_POOLS);
    }

    /** @throws ArmException NOT_SUPPORTED when it is asked for */
    static void refuse(boolean asked, String field, String why) {
        if (asked) {
            throw ArmError.NOT_SUPPORTED.at(
                    "properties." + field, "properties.%s is not supported: %s. Leave it out.", field, why);
        }
    }

    private static void check(ObjectNode properties, List<Part> parts) {
        for (Part part : parts) {
            JsonNode value = properties;
            for (String name : part.field().split("\\.", -1)) {
                value = value.path(name);
            }
            Optional<String> asking = asking(part.field(), value, part.harmless());
            refuse(asking.isPresent(), asking.orElse(part.field()), part.why());
        }
    }

    /** The path of the first value that asks for something. */
    private static Optional<String> asking(String path, JsonNode value, Set<String> harmless) {
        if (path.equals(AuthorizedRanges.PATH)) {
            return Optional.empty(); // the one part of its profile that is carried out
        }
        if (value.isObject()) {
            return value.properties().stream()
                    .flatMap(
                            each -> asking(path + "." + Fields.clip(each.getKey()), each.getValue(), harmless).stream())
                    .findFirst();
        }
        if (value.isArray()) {
            return value.valueStream()
                    .flatMap(each -> asking(path, each, harmless).stream())
                    .findFirst();
        }
        String word = value.isString() ? ArmId.key(value.asString()) : "";
        boolean asks = value.isString()
                ? !NO.contains(word) && !harmless.contains(word)
                : value.isBoolean() && value.asBoolean();
        return asks ? Optional.of(path) : Optional.empty();
    }

    private static Part part(String field, String why, String... harmless) {
        return new Part(field, why, Set.of(harmless));
    }
}
