package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Order(5)
@Tag("long")
@DisplayName("az aks update --api-server-authorized-ip-ranges")
class B4AuthorizedRangesTest {
    private static final String CLUSTER =
            "/subscriptions/{subscriptionId}/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/c1"
                    + "?api-version=2026-06-01";
    private static final String LOOPBACK =
            "{\"location\":\"eastus\",\"properties\":{\"apiServerAccessProfile\":{\"authorizedIPRanges\":[\"127.0.0.0/8\"]}}}";

    private final Installation sigillo = Installation.shared();

    private Shell.Output authorize(String ranges) {
        return sigillo.az("aks", "update", "-g", "rg1", "-n", "c1", "--api-server-authorized-ip-ranges", ranges);
    }

    private Shell.Output kubectl() {
        return sigillo.kubectl("get", "nodes", "--request-timeout=5s");
    }

    @AfterEach
    void opens() {
        authorize("").ok();
    }

    @Test
    @DisplayName(
            "without an address of this host shuts kubectl out, not the nodes nor Sigillo; with one, or none, it is let in")
    void honoured() {
        sigillo.ensureCluster();
        assertThat(kubectl().code()).isZero();

        authorize("20.37.194.0/24,20.42.226.7").ok();
        assertThat(sigillo.az(
                                "aks",
                                "show",
                                "-g",
                                "rg1",
                                "-n",
                                "c1",
                                "--query",
                                "apiServerAccessProfile.authorizedIpRanges",
                                "-o",
                                "tsv")
                        .ok()
                        .lines())
                .containsExactly("20.37.194.0/24", "20.42.226.7/32");
        Shell.Output refused = kubectl();
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("was refused");
        assertThat(sigillo.sigillo("nodes", "-g", "rg1", "--cluster", "c1", "--output", "table")
                        .ok())
                .as("Sigillo sees the cluster's nodes, which reach their API server")
                .containsPattern("nodepool1 +Ready +passing");
        assertThat(sigillo.az("aks", "command", "invoke", "-g", "rg1", "-n", "c1", "--command", "kubectl get nodes")
                        .ok())
                .as("a pod of the cluster is not shut out")
                .contains("Ready");

        // az itself takes public ranges only, and this host may have no public address.
        sigillo.az("rest", "--method", "put", "--url", CLUSTER, "--body", LOOPBACK)
                .ok();
        sigillo.az("aks", "wait", "-g", "rg1", "-n", "c1", "--updated", "--interval", "2")
                .ok();
        assertThat(kubectl().code()).isZero();
        authorize("20.37.194.0/24").ok();
        assertThat(kubectl().code()).isNotZero();
        authorize("").ok();
        assertThat(kubectl().code()).isZero();
    }
}
