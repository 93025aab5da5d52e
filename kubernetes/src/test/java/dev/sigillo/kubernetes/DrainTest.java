package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Emptying a node, at the real API server; the pods run nowhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
class DrainTest {

    private final TestPlane test;

    DrainTest(TestPlane test) {
        this.test = test;
    }

    private void pod(String name, String node, String owner) {
        assertThat(test.admin().apply("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%1$s","namespace":"default","labels":{"app":"%1$s"}%3$s},
                 "spec":{"nodeName":"%2$s","terminationGracePeriodSeconds":0,"automountServiceAccountToken":false,
                 "tolerations":[{"operator":"Exists"}],"containers":[{"name":"c","image":"x"}]}}
                """.formatted(name, node, owner))).startsWith("0 ");
        // A budget heeds running pods only.
        String running =
                "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}";
        String[] patch = {"patch", "pod", name, "-n", "default", "--subresource=status", "--type=merge", "-p", running};
        assertThat(test.admin().says(patch)).startsWith("0 ");
    }

    private void budget(String name, String pod) {
        assertThat(test.admin().apply("""
                {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"%s","namespace":"default"},
                 "spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"%s"}}}}""".formatted(name, pod))).startsWith("0 ");
    }

    /** Of which the controller makes no pod, since no node fits; its uid. */
    private String daemonSet() {
        assertThat(test.admin().apply("""
                {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"drain","namespace":"default"},
                 "spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},
                 "spec":{"nodeSelector":{"nowhere":"yes"},"containers":[{"name":"c","image":"x"}]}}}}""")).startsWith("0 ");
        return test.user()
                .says("get", "daemonset", "drain", "-n", "default", "-o", "jsonpath={.metadata.uid}")
                .substring(2);
    }

    private String pods() {
        return test.user().says("get", "pods", "-n", "default", "-o", "name");
    }

    @BeforeEach
    void serviceAccount() {
        test.admin().says("create", "serviceaccount", "default", "-n", "default");
    }

    @Test
    @DisplayName("An absent node is nothing to cordon, to drain or to delete")
    void absent() {
        test.cluster().cordon("n-nowhere");
        test.cluster().deleteNode("n-nowhere");
        assertThat(test.cluster().drain("n-nowhere", false)).isEmpty();
        assertThat(test.cluster().drain("n-nowhere", true)).isEmpty();
    }

    @Test
    @DisplayName("A node that is set aside is cordoned, has AKS's label and says by what; uncordoned it is as before")
    void setsAside() {
        String node = test.node("n-aside");
        test.cluster().setAside("n-nowhere", "x");
        test.cluster().setAside(node, "2026-11-27T10:00:00Z");
        NodeView aside = view(node);
        assertThat(aside.setAside()).isEqualTo("2026-11-27T10:00:00Z");
        assertThat(aside.labels()).containsEntry("kubernetes.azure.com/upgrade-status", "Quarantined");
        assertThat(test.user().says("get", "node", node)).contains("SchedulingDisabled");
        test.cluster().uncordon(node);
        assertThat(view(node).setAside()).isEmpty();
        assertThat(view(node).labels()).doesNotContainKey("kubernetes.azure.com/upgrade-status");
        assertThat(test.user().says("get", "node", node)).doesNotContain("SchedulingDisabled");
    }

    private NodeView view(String node) {
        return test.cluster().nodes().stream()
                .filter(each -> each.name().equals(node))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("A look cordons and evicts without waiting; what a budget holds back stays until it is forced")
    void looks() throws Exception {
        String node = test.node("n-drain");
        pod("drain-free", node, "");
        pod("drain-kept", node, "");
        pod("drain-twice", node, "");
        pod("drain-daemon", node, """
                ,"ownerReferences":[{"apiVersion":"apps/v1","kind":"DaemonSet","name":"drain","uid":"%s"}]""".formatted(daemonSet()));
        budget("kept", "drain-kept");
        // Two budgets over one pod: the eviction API answers 500.
        budget("twice-1", "drain-twice");
        budget("twice-2", "drain-twice");
        Instant begun = Instant.now();
        assertThat(test.cluster().drain(node, false)).isNotEmpty();
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
        assertThat(test.user().says("get", "node", node)).contains("SchedulingDisabled");
        Instant end = Instant.now().plusSeconds(20);
        while (pods().contains("drain-free") && Instant.now().isBefore(end)) {
            assertThat(test.cluster().drain(node, false)).isNotEmpty();
            Thread.sleep(300);
        }
        assertThat(pods()).doesNotContain("drain-free").contains("drain-kept", "drain-twice", "drain-daemon");
        assertThat(test.cluster().drain(node, true)).isEmpty();
        assertThat(pods()).doesNotContain("drain-kept", "drain-twice");
        assertThat(test.cluster().drain(node, false)).isEmpty();
    }
}
