package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** At the real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
@DisplayName("Services of type LoadBalancer at the API server")
class BalancedServicesTest {
    private final TestPlane test;

    BalancedServicesTest(TestPlane test) {
        this.test = test;
    }

    @AfterEach
    void gone() {
        test.admin().says("delete", "service,endpointslice", "-l", "test=balanced", "-n", "default");
    }

    private void service(String name, String spec) {
        assertThat(test.user().apply("""
                        apiVersion: v1
                        kind: Service
                        metadata: {name: %s, namespace: default, labels: {test: balanced}}
                        spec: {ports: [{port: 80}], %s}
                        """.formatted(name, spec))).startsWith("0 ");
    }

    private BalancedService only() {
        assertThat(test.cluster().balancedServices()).hasSize(1);
        return test.cluster().balancedServices().getFirst();
    }

    private String address() {
        return test.admin()
                .says("get", "service", "web", "-n", "default", "-o", "jsonpath={.status.loadBalancer.ingress[*].ip}");
    }

    @Test
    @DisplayName("are those of that type alone, and none that another load balancer is named for")
    void ours() {
        service("web", "type: LoadBalancer, loadBalancerIP: 10.224.1.230");
        service("plain", "type: ClusterIP");
        service("others", "type: LoadBalancer, loadBalancerClass: example.com/other");
        assertThat(only())
                .isEqualTo(new BalancedService(
                        "default",
                        "web",
                        only().uid(),
                        Optional.of("10.224.1.230"),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    @DisplayName("are told their address, keep it, and lose it")
    void published() {
        service("web", "type: LoadBalancer");
        test.cluster().publish(only(), Optional.of("10.224.1.224"));
        assertThat(address()).isEqualTo("0 10.224.1.224");
        assertThat(only().published()).contains("10.224.1.224");
        test.cluster().publish(only(), Optional.of("10.224.1.224"));
        assertThat(address()).isEqualTo("0 10.224.1.224");
        test.cluster().publish(only(), Optional.empty());
        assertThat(address()).isEqualTo("0 ");
        BalancedService before = only();
        gone();
        test.cluster().publish(before, Optional.of("10.224.1.224"));
    }

    @Test
    @DisplayName("of local traffic have the nodes of their ready endpoints")
    void local() {
        service("web", "type: LoadBalancer, externalTrafficPolicy: Local");
        assertThat(only().nodes()).contains(Set.of());
        assertThat(test.admin().apply("""
                        apiVersion: discovery.k8s.io/v1
                        kind: EndpointSlice
                        metadata:
                          {name: web-1, namespace: default, labels: {test: balanced, kubernetes.io/service-name: web}}
                        addressType: IPv4
                        ports: [{port: 80}]
                        endpoints:
                        - {addresses: [10.244.1.2], nodeName: a, conditions: {ready: true}}
                        - {addresses: [10.244.2.2], nodeName: b, conditions: {ready: false}}
                        """)).startsWith("0 ");
        assertThat(only().nodes()).contains(Set.of("a"));
    }

    @Test
    @DisplayName("without an address are told why where kubectl describe shows it")
    void warned() {
        service("web", "type: LoadBalancer");
        test.cluster().warn(only(), "NoAddress", "all are taken");
        assertThat(test.user().says("describe", "service", "web", "-n", "default"))
                .contains("Warning", "NoAddress", "all are taken");
    }
}
