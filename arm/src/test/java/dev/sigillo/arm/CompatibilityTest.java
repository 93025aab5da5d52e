package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CompatibilityTest {

    @Test
    @DisplayName("docs/azure-compatibility.md names every field that is known or refused, and why it is refused")
    void everyField() throws IOException {
        String table = Files.readString(Path.of("../docs/azure-compatibility.md"));
        assertThat(Stream.concat(PoolFields.KNOWN.keySet().stream(), Unsupported.reasons().keySet().stream()))
                .allMatch(field -> table.contains("`" + field + "`") || table.contains("`" + field + "."));
        Unsupported.reasons()
                .forEach((field, why) -> assertThat(table.lines())
                        .as(field)
                        .anyMatch(line -> line.startsWith("| `" + field + "` | refused") && line.endsWith(why + " |")));
    }

    /** What azure-mgmt-containerservice, as az 2.91.0 brings it, can say of a pool. */
    private static final String OF_A_POOL = """
            eTag count vmSize osDiskSizeGB osDiskType kubeletDiskType workloadRuntime messageOfTheDay vnetSubnetID
            podSubnetID podIPAllocationMode maxPods osType osSKU maxCount minCount enableAutoScaling scaleDownMode type
            mode orchestratorVersion currentOrchestratorVersion nodeImageVersion upgradeSettings provisioningState
            powerState availabilityZones enableNodePublicIP nodePublicIPPrefixID scaleSetPriority
            scaleSetEvictionPolicy spotMaxPrice tags nodeLabels nodeTaints proximityPlacementGroupID kubeletConfig
            linuxOSConfig enableEncryptionAtHost enableUltraSSD enableFIPS gpuInstanceProfile creationData
            capacityReservationGroupID hostGroupID networkProfile windowsProfile securityProfile gpuProfile
            gatewayProfile artifactStreamingProfile virtualMachinesProfile virtualMachineNodesStatus status
            localDNSProfile""";

    /** … and of a cluster, its network last. */
    private static final String OF_A_CLUSTER = """
            provisioningState powerState maxAgentPools kubernetesVersion currentKubernetesVersion dnsPrefix
            fqdnSubdomain fqdn privateFQDN azurePortalFQDN agentPoolProfiles linuxProfile windowsProfile
            servicePrincipalProfile addonProfiles podIdentityProfile oidcIssuerProfile nodeResourceGroup
            nodeResourceGroupProfile enableRBAC supportPlan networkProfile aadProfile autoUpgradeProfile
            upgradeSettings autoScalerProfile apiServerAccessProfile diskEncryptionSetID identityProfile
            privateLinkResources disableLocalAccounts httpProxyConfig securityProfile storageProfile ingressProfile
            publicNetworkAccess workloadAutoScalerProfile azureMonitorProfile serviceMeshProfile resourceUID
            metricsProfile nodeProvisioningProfile bootstrapProfile aiToolchainOperatorProfile schedulerProfile
            hostedSystemProfile status
            networkPlugin networkPluginMode networkPolicy networkMode networkDataplane advancedNetworking podCidr
            serviceCidr dnsServiceIP outboundType loadBalancerSku loadBalancerProfile natGatewayProfile
            staticEgressGatewayProfile podCidrs serviceCidrs ipFamilies""";

    @Test
    @DisplayName("docs/azure-compatibility.md has every field of az 2.91's models in a row of its own section")
    void everyFieldOfAz() throws IOException {
        String[] sections = Files.readString(Path.of("../docs/azure-compatibility.md"))
                .split("\n## (Fields of a cluster|Fields of a pool|Keys of autoScalerProfile)\n");
        assertThat(sections).hasSize(4);
        assertThat(OF_A_CLUSTER.split("\\s+")).allMatch(field -> names(sections[1], field));
        assertThat(OF_A_POOL.split("\\s+")).allMatch(field -> names(sections[2], field));
    }

    private static boolean names(String section, String field) {
        return section.contains("`" + field + "`")
                || section.contains("`" + field + ".")
                || section.contains("`networkProfile." + field + "`");
    }
}
