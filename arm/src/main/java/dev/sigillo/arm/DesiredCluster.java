package dev.sigillo.arm;

import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * What the reconciler needs to know of a cluster, read from its stored body (every default is filled in there).
 *
 * @param version full Kubernetes version, e.g. {@code 1.35.4}
 * @param podCidr addresses of all pods; each node gets a part
 * @param autoscaler how its pools are scaled by themselves
 * @param authorized who, besides its nodes, may reach its API server
 * @param attestationInterval from one attestation of a node to the next
 * @param power whether it is to have machines and a control plane that runs
 */
public record DesiredCluster(
        String location,
        String version,
        String podCidr,
        String serviceCidr,
        String dnsServiceIp,
        String dnsPrefix,
        AutoscalerProfile autoscaler,
        AuthorizedRanges authorized,
        Duration attestationInterval,
        PowerState power) {

    public boolean isStopped() {
        return power == PowerState.STOPPED;
    }

    /** Reads a stored body, which was checked when it was accepted. */
    public static DesiredCluster of(String body) {
        JsonNode cluster = Json.object(body);
        JsonNode properties = cluster.path("properties");
        JsonNode network = properties.path("networkProfile");
        return new DesiredCluster(
                cluster.path("location").asString(""),
                properties.path("currentKubernetesVersion").asString(""),
                network.path("podCidr").asString(""),
                network.path("serviceCidr").asString(""),
                network.path("dnsServiceIP").asString(""),
                properties.path("dnsPrefix").asString(""),
                AutoscalerProfile.of(properties.path(AutoscalerProfile.FIELD)),
                AuthorizedRanges.of(properties),
                TrustTags.interval(cluster.path("tags")),
                PowerState.of(properties));
    }
}
