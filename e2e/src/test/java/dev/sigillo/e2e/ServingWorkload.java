package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Deployment of three on one pool with a disruption budget, its Service, and a pod elsewhere that asks it all the time. */
final class ServingWorkload {
    private final Installation sigillo;
    private final String pool;

    ServingWorkload(Installation sigillo, String pool) {
        this.sigillo = sigillo;
        this.pool = pool;
    }

    /**
     * What became of the requests.
     *
     * @param failures a line each
     */
    private record Served(int good, List<String> failures) {}

    /** Opens the shop, and when it is open lets the customer in. */
    void apply(Duration limit) {
        String timeout = "--timeout=" + limit.toSeconds() + "s";
        apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: shop}}
                  template:
                    metadata: {labels: {app: shop}}
                    spec:
                      nodeSelector: {agentpool: %s}
                      containers:
                      - name: main
                        image: registry.local/web:1
                        imagePullPolicy: Never
                        command: [/web, serve, ":8080", open]
                        readinessProbe: {httpGet: {port: 8080, path: /}, periodSeconds: 1}
                ---
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: shop}
                spec: {minAvailable: 2, selector: {matchLabels: {app: shop}}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: shop}
                spec: {selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
                """.formatted(pool));
        sigillo.kubectl("rollout", "status", "deployment/shop", timeout).ok();
        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: customer}
                spec:
                  nodeSelector: {agentpool: nodepool1}
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: main
                    image: registry.local/web:1
                    imagePullPolicy: Never
                    command: [/web, load, "http://shop/"]
                """);
        sigillo.kubectl("wait", "--for=condition=Ready", "pod/customer", timeout)
                .ok();
    }

    private void apply(String yaml) {
        try {
            Path file = Files.createTempFile("serving", ".yaml");
            Files.writeString(file, yaml);
            sigillo.kubectl("apply", "-f", file.toString()).ok();
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not one request failed since the customer came in, and there were many. */
    void requireServed(String during) {
        Served served = served();
        assertThat(served.failures()).isEmpty();
        assertThat(served.good()).isGreaterThan(100);
        System.out.printf("TIMING requests served during the %s: %d, failed: 0%n", during, served.good());
    }

    private Served served() {
        List<String> lines = sigillo.kubectl("logs", "customer").ok().lines().toList();
        int good = lines.stream()
                .filter(line -> line.startsWith("good "))
                .mapToInt(line -> Integer.parseInt(line.split(" ", -1)[1]))
                .max()
                .orElse(0);
        return new Served(
                good, lines.stream().filter(line -> line.startsWith("failed ")).toList());
    }
}
