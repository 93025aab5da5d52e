package dev.sigillo.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Pods with the article's nodeSelectors, a Service, and a pod that no node may take. */
final class Workload {
    private static final String SLEEP = "wait";

    private final Installation sigillo;

    Workload(Installation sigillo) {
        this.sigillo = sigillo;
    }

    void apply() {
        String pods = pod(
                        "trusted",
                        "{kubernetes.azure.com/trusted-launch: \"true\", kubernetes.azure.com/secure-boot: \"true\"}",
                        SLEEP)
                + pod("secureboot", "{kubernetes.azure.com/secure-boot: \"true\", agentpool: sbpool}", SLEEP)
                + pod("typed", "{kubernetes.azure.com/security-type: TrustedLaunch}", SLEEP)
                + pod("ordinary", "{agentpool: plain}", "serve, \":8080\", hello from ordinary")
                + pod("nowhere", "{agentpool: plain, kubernetes.azure.com/trusted-launch: \"true\"}", SLEEP)
                + """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec:
                  selector: {app: ordinary}
                  ports: [{port: 80, targetPort: 8080}]
                """;
        apply(pods).ok();
    }

    /** The article's example to the letter: a label's value as a bare boolean. */
    Shell.Output article() {
        return apply(pod("article", "{kubernetes.azure.com/trusted-launch: true}", SLEEP));
    }

    private Shell.Output apply(String yaml) {
        try {
            Path file = Files.createTempFile("workload", ".yaml");
            Files.writeString(file, yaml);
            return sigillo.kubectl("apply", "-f", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pod(String name, String selector, String arguments) {
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
                    image: registry.local/web:1
                    imagePullPolicy: Never
                    command: [/web, %s]
                """.formatted(name, name, selector, arguments);
    }

    void waitRunning(Duration limit) {
        sigillo.kubectl(
                        "wait",
                        "--for=condition=Ready",
                        "pod/trusted",
                        "pod/secureboot",
                        "pod/typed",
                        "pod/ordinary",
                        "--timeout=" + limit.toSeconds() + "s")
                .ok();
    }

    JsonNode nodeOf(String pod) {
        return sigillo.kubectlJson(
                "get",
                "node",
                sigillo.kubectl("get", "pod", pod, "-o", "jsonpath={.spec.nodeName}")
                        .ok());
    }

    String address(String pod) {
        return sigillo.kubectl("get", "pod", pod, "-o", "jsonpath={.status.podIP}")
                .ok();
    }

    /** What a pod gets from a URL. */
    String fetch(String pod, String url) {
        return sigillo.kubectl("exec", pod, "--", "/web", "get", url).ok();
    }

    /** What comes through {@code kubectl port-forward}. */
    String forwarded(String pod, int port) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Installation.required("SIGILLO_KUBERNETES") + "/kubectl",
                        "port-forward",
                        "--address",
                        "127.0.0.1",
                        "pod/" + pod,
                        ":" + port))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(sigillo.environment());
        Process process = builder.start();
        try (var out = process.inputReader();
                HttpClient http = HttpClient.newHttpClient()) {
            String line = out.readLine(); // Forwarding from 127.0.0.1:40123 -> 8080
            String local = line.replaceAll(".*127\\.0\\.0\\.1:(\\d+) .*", "$1");
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + local + "/"))
                                    .timeout(Duration.ofSeconds(30))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroy();
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
