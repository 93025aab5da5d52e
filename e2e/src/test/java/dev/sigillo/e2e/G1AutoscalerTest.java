package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

@Tag("long")
@Order(10)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("az aks nodepool add --enable-cluster-autoscaler: a pool that is scaled by itself")
class G1AutoscalerTest {
    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    private int count() {
        return cluster.poolJson("show", "auto").path("count").asInt();
    }

    private long ready() {
        return cluster.nodes("auto").stream().filter(Cluster::ready).count();
    }

    private void await(String what, Duration limit, int nodes) {
        Awaitility.await(what)
                .atMost(limit)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> cluster.nodes("auto").size() == nodes && ready() == nodes);
    }

    /** Two pods, of which a node of two cores takes one. */
    private void deployment() throws IOException {
        Path file = Files.createTempFile("autoscaler", ".yaml");
        Files.writeString(file, """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: growing}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: growing}}
                  template:
                    metadata: {labels: {app: growing}}
                    spec:
                      nodeSelector: {agentpool: auto, kubernetes.azure.com/trusted-launch: "true"}
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: main
                        image: registry.local/web:1
                        imagePullPolicy: Never
                        command: [/web, wait]
                        resources: {requests: {cpu: 1200m}}
                """);
        sigillo.kubectl("apply", "-f", file.toString()).ok();
        Files.delete(file);
    }

    @Test
    @Order(1)
    @DisplayName(
            "a pod that waits makes it grow from 1 to 2, and the node that it needs no more goes after the profile's minute")
    void breathes() throws Exception {
        JsonNode profile = sigillo.azJson(
                "aks",
                "update",
                "-g",
                "rg1",
                "-n",
                "c1",
                "--cluster-autoscaler-profile",
                "scale-down-unneeded-time=1m",
                "scale-down-delay-after-add=1m");
        assertThat(profile.path("autoScalerProfile")
                        .path("scale-down-unneeded-time")
                        .asString(profile.path("autoScalerProfile")
                                .path("scaleDownUnneededTime")
                                .asString("")))
                .isEqualTo("1m");
        JsonNode pool = cluster.poolJson(
                "add",
                "auto",
                "--node-count",
                "1",
                "--enable-vtpm",
                "--enable-cluster-autoscaler",
                "--min-count",
                "1",
                "--max-count",
                "2");
        assertThat(pool.path("enableAutoScaling").asBoolean()).isTrue();
        String first = cluster.node("auto");

        Instant began = Instant.now();
        deployment();
        Awaitility.await("the pool is asked for two")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> count() == 2);
        Timings.say("autoscaler: from a pod that waits to the pool's count", began);
        await("the second node is Ready", Duration.ofMinutes(5), 2);
        sigillo.kubectl("rollout", "status", "deployment/growing", "--timeout=60s")
                .ok();
        Timings.say("autoscaler: from a pod that waits to its running", began);

        sigillo.kubectl("scale", "deployment/growing", "--replicas=3").ok();
        Thread.sleep(25_000); // two looks
        assertThat(count()).isEqualTo(2); // it may have no more

        Instant deleted = Instant.now();
        sigillo.kubectl("delete", "deployment/growing", "--wait=true").ok();
        await("one node is left", Duration.ofMinutes(4), 1);
        Timings.say("autoscaler: from the pods' deletion to the end of the node, unneeded time one minute", deleted);
        assertThat(Duration.between(deleted, Instant.now())).isGreaterThan(Duration.ofMinutes(1));
        assertThat(cluster.node("auto")).isEqualTo(first);
        assertThat(count()).isEqualTo(1);
        assertThat(cluster.poolJson("show", "auto").path("provisioningState").asString())
                .isEqualTo("Succeeded");
    }

    @Test
    @Order(2)
    @DisplayName("is not scaled by hand, its bounds change and end, and then it is")
    void byHand() {
        assertThat(cluster.pool("scale", "auto", "--node-count", "2").err())
                .contains("Cannot scale cluster autoscaler enabled node pool");
        JsonNode bounds = cluster.poolJson(
                "update", "auto", "--update-cluster-autoscaler", "--min-count", "1", "--max-count", "5");
        assertThat(bounds.path("maxCount").asInt()).isEqualTo(5);
        assertThat(bounds.path("count").asInt()).isEqualTo(1);
        JsonNode ended = cluster.poolJson("update", "auto", "--disable-cluster-autoscaler");
        assertThat(ended.path("enableAutoScaling").asBoolean()).isFalse();
        assertThat(ended.path("maxCount").isNull() || ended.path("maxCount").isMissingNode())
                .isTrue();
        JsonNode again = cluster.poolJson(
                "update", "auto", "--enable-cluster-autoscaler", "--min-count", "1", "--max-count", "2");
        assertThat(again.path("minCount").asInt()).isEqualTo(1);
        cluster.pool("delete", "auto").ok();
    }
}
