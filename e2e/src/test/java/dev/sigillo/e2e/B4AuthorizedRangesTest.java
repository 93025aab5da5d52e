package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(5)
@DisplayName("az aks update --api-server-authorized-ip-ranges")
class B4AuthorizedRangesTest {
    private final Installation sigillo = Installation.shared();

    private Shell.Output authorize(String ranges) {
        return sigillo.az("aks", "update", "-g", "rg1", "-n", "c1", "--api-server-authorized-ip-ranges", ranges);
    }

    private Shell.Output kubectl() {
        return sigillo.kubectl("get", "nodes", "--request-timeout=5s");
    }

    @Test
    @DisplayName("without an address of this host shuts kubectl out, not the nodes nor Sigillo; with one, or none, it is let in")
    void honoured() {
        sigillo.ensureCluster();
        assertThat(kubectl().code()).isZero();

        authorize("198.18.99.4/30,198.18.99.77").ok();
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
                .containsExactly("198.18.99.4/30", "198.18.99.77/32");
        Shell.Output refused = kubectl();
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).containsAnyOf("connection refused", "timeout", "timed out");
        assertThat(sigillo.sigillo("nodes", "-g", "rg1", "--cluster", "c1").ok())
                .as("Sigillo sees the cluster's nodes, which reach their API server")
                .contains("Ready")
                .doesNotContain("NotReady");
        assertThat(sigillo.az("aks", "command", "invoke", "-g", "rg1", "-n", "c1", "--command", "kubectl get nodes")
                        .ok())
                .as("a pod of the cluster is not shut out")
                .contains("Ready");

        authorize("127.0.0.0/8").ok();
        assertThat(kubectl().code()).isZero();
        authorize("198.18.99.4/30").ok();
        assertThat(kubectl().code()).isNotZero();
        authorize("").ok();
        assertThat(kubectl().code()).isZero();
    }
}
