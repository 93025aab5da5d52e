package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Order(4)
@DisplayName("az aks nodepool update --enable-secure-boot: new machines first, then the old ones go")
class B2RollTest {
    /** vTPM alone. */
    static final String POOL = "tpmpool";

    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    @Test
    @Order(1)
    @DisplayName("a Deployment of three with a disruption budget serves on: not one request fails")
    void serves() {
        // The main job's pool of this kind, if it ran before: a machine less to boot.
        if (cluster.nodes(POOL).isEmpty()) {
            cluster.pool("add", POOL, "--node-count", "1", "--enable-vtpm").ok();
        }
        JsonNode before = cluster.nodes(POOL).getFirst();
        assertThat(Cluster.label(before, "kubernetes.azure.com/secure-boot")).isEqualTo("-");
        ServingWorkload workload = new ServingWorkload(sigillo, POOL);
        workload.apply(Duration.ofMinutes(3));

        Instant began = Instant.now();
        JsonNode pool = cluster.poolJson("update", POOL, "--enable-secure-boot");
        Timings.say("az aks nodepool update --enable-secure-boot, one node", began);
        assertThat(pool.path("provisioningState").asString()).isEqualTo("Succeeded");
        assertThat(pool.path("securityProfile").path("enableSecureBoot").asBoolean())
                .isTrue();

        List<JsonNode> nodes = cluster.nodes(POOL);
        assertThat(nodes).hasSize(1);
        assertThat(Cluster.name(nodes.getFirst())).isNotEqualTo(Cluster.name(before));
        assertThat(Cluster.ready(nodes.getFirst())).isTrue();
        assertThat(Cluster.label(nodes.getFirst(), "kubernetes.azure.com/secure-boot"))
                .isEqualTo("true");
        workload.requireServed("roll");
    }

    @Test
    @Order(2)
    @DisplayName("the same update again changes nothing")
    void again() {
        String node = cluster.node(POOL);
        JsonNode pool = cluster.poolJson("update", POOL, "--enable-secure-boot");
        assertThat(pool.path("provisioningState").asString()).isEqualTo("Succeeded");
        assertThat(cluster.node(POOL)).isEqualTo(node);
        sigillo.kubectl("delete", "deployment/shop", "pod/customer").ok();
        cluster.pool("delete", POOL).ok();
    }
}
