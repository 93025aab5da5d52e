package dev.sigillo.e2e;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a hostile kubelet would try: with the key and certificate that root of a node finds there. */
final class SelfLabelling {
    private static final String NODES = "/api/v1/nodes";

    private final Installation sigillo;
    private final String node;
    private final Path kubeconfig;

    SelfLabelling(Installation sigillo, String node) throws IOException {
        this.sigillo = sigillo;
        this.node = node;
        this.kubeconfig = written(stolen());
    }

    /** The admin's kubeconfig with the kubelet's certificate and key in place of the admin's. */
    private ObjectNode stolen() throws IOException {
        JsonNode status = Json.object(Guest.on(sigillo, node)
                        .host("/bin/cat", "/run/sigillo/credential.json")
                        .ok())
                .path("status");
        ObjectNode config = (ObjectNode) sigillo.kubectlJson("config", "view", "--minify", "--raw");
        ObjectNode user = (ObjectNode) config.path("users").get(0).path("user");
        user.removeAll();
        user.put("client-certificate-data", base64(status.path("clientCertificateData")))
                .put("client-key-data", base64(status.path("clientKeyData")));
        return config;
    }

    private static String base64(JsonNode pem) {
        return Base64.getEncoder().encodeToString(pem.asString().getBytes(StandardCharsets.UTF_8));
    }

    /** Who it is: it must succeed, or the refusals say nothing. */
    Shell.Output name() {
        return as("auth", "whoami");
    }

    /** Whether a kubelet's first need is met: its own Node. */
    Shell.Output readsItself() {
        return as("get", "--raw", NODES + "/" + node);
    }

    /** That it may write its Node: one field that nobody guards. */
    Shell.Output harmless() throws IOException {
        return as(
                "replace",
                "--raw",
                NODES + "/" + node,
                "-f",
                written(labelled("example.com/note", "x")).toString());
    }

    List<Shell.Output> all() throws IOException {
        String trusted =
                written(labelled("kubernetes.azure.com/trusted-launch", "true")).toString();
        String typed = written(labelled("kubernetes.azure.com/security-type", "TrustedLaunch"))
                .toString();
        String moved = written(labelled("agentpool", "tlpool")).toString();
        String untainted = written(changed(object -> ((ObjectNode) object.path("spec"))
                        .putArray("taints")
                        .addObject()
                        .put("key", "sigillo.dev/untrusted")
                        .put("effect", "NoSchedule")))
                .toString();
        return List.of(
                as("replace", "--raw", NODES + "/" + node, "-f", trusted),
                as("replace", "--raw", NODES + "/" + node, "-f", typed),
                as("replace", "--raw", NODES + "/" + node, "-f", moved),
                as("replace", "--raw", NODES + "/" + node, "-f", untainted),
                as("replace", "--raw", NODES + "/" + node + "/status", "-f", trusted),
                // What kubelet --node-labels would register.
                as("create", "--raw", NODES, "-f", trusted));
    }

    private ObjectNode labelled(String label, String value) {
        return changed(object -> ((ObjectNode) object.path("metadata").path("labels")).put(label, value));
    }

    /** The Node as it is, and one thing changed. */
    private ObjectNode changed(Consumer<ObjectNode> change) {
        ObjectNode present = (ObjectNode) sigillo.kubectlJson("get", "node", node);
        ((ObjectNode) present.path("metadata")).remove("resourceVersion");
        change.accept(present);
        return present;
    }

    private Shell.Output as(String... words) {
        return sigillo.kubectl(Stream.concat(Stream.of("--kubeconfig", kubeconfig.toString()), Arrays.stream(words))
                .toArray(String[]::new));
    }

    private static Path written(ObjectNode object) throws IOException {
        Path file = Files.createTempFile("sigillo-e2e", ".json");
        file.toFile().deleteOnExit();
        Files.writeString(file, Json.text(object));
        return file;
    }
}
