package dev.sigillo.enrolment;

import java.util.List;
import java.util.Map;

/**
 * What a node is told of its cluster over the attested channel.
 *
 * @param apiServer URL of the API server as nodes reach it
 * @param clusterCa PEM
 * @param clusterCidr all pod addresses
 * @param nameservers IPv4 addresses of resolvers that the host uses and a node can reach
 * @param kubeletConfig overrides of the agent's KubeletConfiguration
 * @param preload archives that the node imports, in order
 */
public record JoinSettings(
        String apiServer,
        String clusterCa,
        String podCidr,
        String clusterCidr,
        String serviceCidr,
        String dnsServiceIp,
        List<String> nameservers,
        Map<String, Object> kubeletConfig,
        List<Archive> preload) {

    /** One OCI archive to import. */
    public record Archive(String name, String sha256) {}
}
