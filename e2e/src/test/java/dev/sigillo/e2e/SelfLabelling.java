package dev.sigillo.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a hostile kubelet would try, with its own name and group (impersonated by the cluster's admin). */
final class SelfLabelling {
    private static final String TRUST =
            "{\"metadata\":{\"labels\":{\"kubernetes.azure.com/trusted-launch\":\"true\"}}}";

    private final Installation sigillo;
    private final String node;

    SelfLabelling(Installation sigillo, String node) {
        this.sigillo = sigillo;
        this.node = node;
    }

    List<Shell.Output> all() {
        return List.of(
                as("patch", "node", node, "--type=merge", "-p", TRUST),
                as("patch", "node", node, "--type=merge", "--subresource=status", "-p", TRUST),
                as("create", "-f", forged(), "--dry-run=server"));
    }

    private Shell.Output as(String... words) {
        String[] all = java.util.stream.Stream.concat(
                        java.util.Arrays.stream(words),
                        java.util.stream.Stream.of("--as=system:node:" + node, "--as-group=system:nodes"))
                .toArray(String[]::new);
        return sigillo.kubectl(all);
    }

    private String forged() {
        try {
            Path file = Files.createTempFile("node", ".json");
            Files.writeString(
                    file,
                    "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"" + node
                            + "\",\"labels\":{\"kubernetes.azure.com/security-type\":\"TrustedLaunch\"}}}");
            return file.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
