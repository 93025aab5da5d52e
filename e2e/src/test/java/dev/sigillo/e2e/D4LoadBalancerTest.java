package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Order(5)
@DisplayName("A Service of type LoadBalancer")
class D4LoadBalancerTest {
    private static final String WORKLOAD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: balanced, labels: {app: balanced}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: registry.local/web:1
                imagePullPolicy: Never
                command: [/web, serve, ":8080", hello from balanced]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: balanced}
            spec:
              type: LoadBalancer
              selector: {app: balanced}
              ports: [{port: 80, targetPort: 8080}]
            """;

    private final Installation sigillo = Installation.shared();

    private static String fetch(HttpClient client, String address) throws InterruptedException {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://" + address + "/"))
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    @DisplayName("is reached from the host and from pods at its address, which goes with it")
    void reached(@TempDir Path folder) throws Exception {
        sigillo.ensureCluster();
        Path file = Files.writeString(folder.resolve("balanced.yaml"), WORKLOAD);
        Instant began = Instant.now();
        sigillo.kubectl("apply", "-f", file.toString()).ok();
        sigillo.kubectl(
                        "wait",
                        "--for=jsonpath={.status.loadBalancer.ingress[0].ip}",
                        "service/balanced",
                        "--timeout=120s")
                .ok();
        sigillo.kubectl("wait", "--for=condition=Ready", "pod/balanced", "--timeout=180s")
                .ok();
        String address = sigillo.kubectl(
                        "get", "service", "balanced", "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}")
                .ok();
        assertThat(address).matches("10\\.224\\.[0-9]+\\.2[2-5][0-9]");
        try (HttpClient client = HttpClient.newHttpClient()) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> fetch(client, address).contains("hello from balanced"));
            Timings.say("a Service of type LoadBalancer is reached", began);
            assertThat(sigillo.kubectl("exec", "balanced", "--", "/web", "get", "http://" + address + "/")
                            .ok())
                    .contains("hello from balanced");
            sigillo.kubectl("delete", "service", "balanced").ok();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> !fetch(client, address).contains("hello"));
        }
        sigillo.kubectl("delete", "pod", "balanced").ok();
    }
}
