package dev.sigillo.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Pods with the article's nodeSelectors, and one that no node may take. */
final class Workload {
    private final Installation sigillo;

    Workload(Installation sigillo) {
        this.sigillo = sigillo;
    }

    void apply() {
        String pods = pod("trusted", "kubernetes.azure.com/security-type: TrustedLaunch", "sleep 100000")
                + pod("secureboot", "kubernetes.azure.com/secure-boot: \"true\"", "sleep 100000")
                + pod(
                        "ordinary",
                        "agentpool: plain",
                        "mkdir /w; echo hello from ordinary > /w/index.html; echo serving; exec httpd -f -p 8080 -h /w")
                + pod("nowhere", "{agentpool: plain, kubernetes.azure.com/trusted-launch: \"true\"}", "sleep 100000")
                + """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec:
                  selector: {app: ordinary}
                  ports: [{port: 80, targetPort: 8080}]
                """;
        try {
            Path file = Files.createTempFile("workload", ".yaml");
            Files.writeString(file, pods);
            sigillo.kubectl("apply", "-f", file.toString()).ok();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pod(String name, String selector, String script) {
        String inline = selector.startsWith("{") ? selector : "{" + selector + "}";
        return """
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {app: %s}}
                spec:
                  nodeSelector: %s
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: main
                    image: registry.local/busybox:1
                    imagePullPolicy: Never
                    command: [/bin/busybox, sh, -c]
                    args: ["/bin/busybox --install -s /bin; %s"]
                """.formatted(name, name, inline, script);
    }

    void waitRunning(Duration limit) {
        sigillo.kubectl(
                        "wait",
                        "--for=condition=Ready",
                        "pod/trusted",
                        "pod/secureboot",
                        "pod/ordinary",
                        "--timeout=" + limit.toSeconds() + "s")
                .ok();
    }

    JsonNode nodeOf(String pod) {
        String node = sigillo.kubectl("get", "pod", pod, "-o", "jsonpath={.spec.nodeName}")
                .ok();
        return sigillo.kubectlJson("get", "node", node);
    }

    String address(String pod) {
        return sigillo.kubectl("get", "pod", pod, "-o", "jsonpath={.status.podIP}")
                .ok();
    }

    Shell.Output exec(String pod, String... words) {
        List<String> line = new ArrayList<>(List.of("exec", pod, "--", "/bin/busybox"));
        line.addAll(List.of(words));
        return sigillo.kubectl(line.toArray(String[]::new));
    }
}
