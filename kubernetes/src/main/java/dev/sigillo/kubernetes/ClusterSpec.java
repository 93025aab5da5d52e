package dev.sigillo.kubernetes;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a hosted control plane is made of.
 *
 * @param id the cluster's short id, such as {@code c1}
 * @param dir where its keys, database and logs live; made when absent
 * @param binaries folder with the programs of the control plane and {@code kubectl}
 * @param version Kubernetes version of the binaries, such as {@code 1.35.4}
 * @param namespace name of its network namespace; also what its processes are found by, so unique on the host
 * @param apiAddress IPv4 address inside the namespace that nodes and users reach the API server by
 * @param apiPort the API server's port, 6443 by habit
 * @param podCidr IPv4 range of all pods, such as {@code 10.244.0.0/16}
 * @param serviceCidr IPv4 range of Services; its first address is that of {@code kubernetes.default}
 * @param dnsServiceIp address of the cluster's DNS Service, inside {@code serviceCidr}
 * @param guard where the API server asks {@link Guard} by HTTPS
 * @param guardCa PEM of the authorities of the guard's server certificate, asked whenever files are written or compared
 * @param quarantined names of the nodes whose every request the API server is to deny, asked as {@code guardCa} is
 * @param clientAddress the address that Sigillo connects to the API server from; empty for any
 * @param sigilloUser the user name that only Sigillo holds, such as {@code sigillo:controller}
 */
public record ClusterSpec(
        String id,
        Path dir,
        Path binaries,
        String version,
        String namespace,
        String apiAddress,
        int apiPort,
        String podCidr,
        String serviceCidr,
        String dnsServiceIp,
        URI guard,
        Supplier<String> guardCa,
        Supplier<Set<String>> quarantined,
        Optional<InetAddress> clientAddress,
        String sigilloUser) {

    public ClusterSpec {
        // The name goes into CEL expressions and certificate subjects as it is.
        if (!sigilloUser.matches("sigillo:[a-z0-9:-]{1,40}")) {
            throw new IllegalArgumentException("Sigillo's user name is \"" + sigilloUser
                    + "\"; it must look like sigillo:controller (lower case letters, digits, ':' and '-')");
        }
        dir = dir.toAbsolutePath().normalize();
        binaries = binaries.toAbsolutePath().normalize();
    }

    /** The API server's address as nodes and users write it. */
    public String apiServer() {
        return "https://" + apiAddress + ":" + apiPort;
    }
}
