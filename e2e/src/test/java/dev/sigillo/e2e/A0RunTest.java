package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@Order(1)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("./run --detach, and its cluster's end under kill -9")
class A0RunTest {
    private final Installation sigillo = Installation.shared();

    @Test
    @Order(1)
    @DisplayName("ends with 0, a node that is Ready and trusted, its verdict, and how to go on")
    void run() {
        System.out.println(sigillo.said());
        assertThat(sigillo.said())
                .contains("node image and its reference manifests", "server answers at https://localhost:")
                .containsPattern("aks-nodepool1-\\S+ +demo +nodepool1 +Ready +passing +on +on ")
                .contains(": passing, ", "sigillo login-az", "az aks nodepool add");
    }

    @Test
    @Order(2)
    @DisplayName("a second one changes nothing: the same node, Ready and trusted")
    void again() {
        String before = sigillo.sigillo("nodes", "--output", "names").ok();
        Instant began = Instant.now();
        sigillo.runDetached().ok();
        Timings.say("a second ./run --detach, server running", began);
        assertThat(sigillo.sigillo("nodes", "--output", "names").ok()).isEqualTo(before);
    }

    @Test
    @Order(3)
    @DisplayName(
            "kill -9 of the server during the deletion of its cluster: after the restart it ends, and nothing is left")
    void deletion() throws Exception {
        assertThat(Leftovers.of(sigillo).all()).isNotEmpty();
        sigillo.az("aks", "delete", "-g", "demo", "-n", "demo", "--yes", "--no-wait")
                .ok();
        Thread.sleep(700);
        sigillo.killServer();
        sigillo.up();
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .until(() ->
                        sigillo.az("aks", "show", "-g", "demo", "-n", "demo").code() == 3);
        assertThat(Leftovers.of(sigillo).all()).isEmpty();
    }
}
