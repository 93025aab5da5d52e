package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may say of a node that it is trusted, at the real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
class NodeTrustTest {

    private static final String TRUSTED = "kubernetes.azure.com/trusted-launch";
    private static final String POLICY = "ValidatingAdmissionPolicy '" + TrustPolicy.NAME + "'";
    private static final Taint UNTRUSTED = new Taint("sigillo.dev/untrusted", "", "NoExecute");

    private final TestPlane test;

    NodeTrustTest(TestPlane test) {
        this.test = test;
    }

    @Test
    @DisplayName(
            "No user changes trust labels, identity labels, our taint and annotations: at create, update and status")
    void users() {
        Kubectl user = test.user();
        String node = test.node("n-trust");
        for (String key : GuardedKeys.LABELS) {
            String patch = "{\"metadata\":{\"labels\":{\"" + key + "\":\"mine\"}}}";
            assertThat(user.says("label", "node", node, "--overwrite", key + "=mine"))
                    .as(key)
                    .startsWith("1 ")
                    .contains(POLICY, "only Sigillo may change the label " + key);
            assertThat(user.says("patch", "node", node, "--subresource=status", "--type=merge", "-p", patch))
                    .as(key)
                    .startsWith("1 ")
                    .contains(POLICY);
            assertThat(user.apply("""
                            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n-new","labels":{"%s":"mine"}}}""".formatted(key))).as(key).startsWith("1 ").contains(POLICY);
        }
        for (String label :
                List.of("agentpool-", "kubernetes.azure.com/agentpool-", "sigillo.dev/x=y", TRUSTED + "=")) {
            assertThat(user.says("label", "node", node, label)).as(label).contains(POLICY);
        }
        assertThat(user.says("annotate", "node", node, "sigillo.dev/verdict=pass"))
                .contains(POLICY);
        assertThat(user.says("taint", "node", node, "sigillo.dev/untrusted:NoExecute-"))
                .contains(POLICY);
        assertThat(user.says("taint", "node", node, "sigillo.dev/other=x:NoSchedule"))
                .contains(POLICY);
        assertThat(test.view(node).labels()).containsEntry("agentpool", "np").doesNotContainKey(TRUSTED);
    }

    @Test
    @DisplayName("A node is given its pool's mode, which is ours, and another one later; it never goes without")
    void mode() {
        String node = test.node("n-mode");
        String mode = "kubernetes.azure.com/mode";
        test.cluster().give(node, LabelsAndTaints.of(Map.of(mode, "user"), List.of()));
        test.cluster().give(node, LabelsAndTaints.of(Map.of(mode, "system"), List.of()));
        assertThat(test.view(node).labels()).containsEntry(mode, "system");
        assertThat(test.user().says("label", "node", node, mode + "=user", "--overwrite"))
                .contains(POLICY);
        test.cluster().give(node, LabelsAndTaints.of(Map.of(), List.of()));
        assertThat(test.view(node).labels()).containsEntry(mode, "system");
    }

    @Test
    @DisplayName("What a node is given replaces what it was given before; what others put there, and our own, stays")
    void given() {
        String node = test.node("n-given");
        Kubectl user = test.user();
        assertThat(user.says("label", "node", node, "mine=1")).startsWith("0 ");
        assertThat(user.says("taint", "node", node, "mine=x:NoSchedule")).startsWith("0 ");
        Taint dedicated = new Taint("dedicated", "a", "NoSchedule");
        test.cluster().give(node, LabelsAndTaints.of(Map.of("team", "red", "tier", "one"), List.of(dedicated)));
        test.cluster()
                .give(
                        node,
                        LabelsAndTaints.of(Map.of("team", "blue"), List.of(new Taint("dedicated", "b", "NoSchedule"))));
        NodeView view = test.view(node);
        assertThat(view.labels())
                .containsEntry("team", "blue")
                .containsEntry("mine", "1")
                .containsEntry("agentpool", "np")
                .doesNotContainKey("tier");
        assertThat(view.taints())
                .contains(UNTRUSTED, new Taint("dedicated", "b", "NoSchedule"), new Taint("mine", "x", "NoSchedule"))
                .doesNotContain(dedicated);
        assertThat(view.given()).isEqualTo("team=blue\n\ndedicated=b:NoSchedule");
        assertThat(user.says("annotate", "node", node, "sigillo.dev/given=agentpool=x", "--overwrite"))
                .contains(POLICY);
        test.cluster().give(node, LabelsAndTaints.of(Map.of(), List.of()));
        assertThat(test.view(node).labels()).doesNotContainKey("team").containsKey("agentpool");
        assertThat(test.view(node).taints())
                .contains(UNTRUSTED, new Taint("mine", "x", "NoSchedule"))
                .noneMatch(taint -> taint.key().equals("dedicated"));
    }

    @Test
    @DisplayName("All other keys of a node stay its users' own")
    void otherKeys() {
        Kubectl user = test.user();
        String node = test.node("n-free");
        assertThat(user.says("label", "node", node, "team=red", "kubernetes.azure.com/scalesetpriority=spot"))
                .startsWith("0 ");
        assertThat(user.says("taint", "node", node, "dedicated=x:NoSchedule")).startsWith("0 ");
        assertThat(user.says("annotate", "node", node, "a=b")).startsWith("0 ");
        assertThat(user.says("cordon", node)).startsWith("0 ");
        String patch = "{\"metadata\":{\"labels\":{\"team\":\"blue\"}}}";
        assertThat(user.says("patch", "node", node, "--subresource=status", "--type=merge", "-p", patch))
                .startsWith("0 ");
        assertThat(user.apply("""
                        {"apiVersion":"v1","kind":"Node","metadata":{"name":"n-own","labels":{"team":"red"}}}""")).startsWith("0 ");
        test.cluster().deleteNode("n-own");
    }

    @Test
    @DisplayName("A kubelet with a valid certificate cannot label itself: not its node, nor its status, nor at create")
    void kubelet() {
        String node = test.node("n-self");
        TestKubelet kubelet = TestKubelet.of(test, node);
        String path = "/api/v1/nodes/" + node;
        for (String key : GuardedKeys.LABELS) {
            String patch = "{\"metadata\":{\"labels\":{\"" + key + "\":\"mine\"}}}";
            assertThat(kubelet.request("PATCH", path, patch))
                    .as(key)
                    .startsWith("403")
                    .contains(POLICY);
            assertThat(kubelet.request("PATCH", path + "/status", patch))
                    .as(key)
                    .startsWith("403")
                    .contains(POLICY);
        }
        String whole = test.user()
                .says("get", "node", node, "-o", "json")
                .substring(2)
                .replaceFirst("\"labels\": \\{", "\"labels\": {\"" + TRUSTED + "\": \"true\",");
        assertThat(whole).contains(TRUSTED);
        for (String written : List.of(path, path + "/status")) {
            assertThat(kubelet.request("PUT", written, whole)).startsWith("403").contains(POLICY);
        }
        String free = "{\"metadata\":{\"labels\":{\"node.kubernetes.io/mine\":\"yes\"}},"
                + "\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}";
        assertThat(kubelet.request("PATCH", path + "/status", free)).startsWith("200");
        test.cluster().deleteNode(node);
        for (String key : GuardedKeys.LABELS) {
            assertThat(kubelet.request("POST", "/api/v1/nodes", """
                            {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s","labels":{"%s":"true"}}}""".formatted(node, key)))
                    .as(key)
                    .startsWith("403")
                    .contains(POLICY);
        }
        assertThat(test.auditLog().lines())
                .as("the attack is in the audit log")
                .anyMatch(line -> line.contains("\"system:node:" + node + "\"")
                        && line.contains("\"subresource\":\"status\"")
                        && line.contains("\"code\":403"));
    }

    @Test
    @DisplayName("Sigillo sets and withdraws trust, and leaves other labels and taints alone")
    void sigillo() {
        Kubectl user = test.user();
        String node = test.node("n-ours");
        assertThat(user.says("taint", "node", node, "dedicated=x:NoSchedule")).startsWith("0 ");
        test.cluster().setTrust(node, Map.of(TRUSTED, Optional.of("true")), List.of());
        NodeView trusted = test.view(node);
        assertThat(trusted.labels()).containsEntry(TRUSTED, "true").containsEntry("agentpool", "np");
        assertThat(trusted.taints().stream().map(Taint::key))
                .contains("dedicated")
                .doesNotContain("sigillo.dev/untrusted");
        test.cluster().setTrust(node, Map.of(TRUSTED, Optional.empty()), List.of(UNTRUSTED));
        assertThat(test.view(node).labels()).doesNotContainKey(TRUSTED);
        assertThat(test.view(node).taints()).contains(UNTRUSTED);
        test.cluster().event(node, "TrustWithdrawn", "kernel command line differs");
        assertThat(user.says("describe", "node", node))
                .contains("TrustWithdrawn")
                .contains("kernel command line");
        test.cluster().deleteNode(node);
        test.cluster().deleteNode(node);
        assertThat(user.says("get", "node", node)).contains("NotFound");
        assertThatThrownBy(() -> test.cluster().setTrust(node, Map.of(), List.of()))
                .hasMessageContaining("no node n-ours");
    }

    @Test
    @DisplayName("A Node that was there before its creation loses trust that it had, and gets labels and taint")
    void createdAgain() {
        test.node("n-was");
        assertThat(test.user().says("label", "node", "n-was", "team=red")).startsWith("0 ");
        test.cluster().setTrust("n-was", Map.of(TRUSTED, Optional.of("true")), List.of());
        test.node("n-was");
        assertThat(test.view("n-was").labels())
                .containsEntry("team", "red")
                .containsEntry("agentpool", "np")
                .doesNotContainKey(TRUSTED);
        assertThat(test.view("n-was").taints()).contains(UNTRUSTED);
    }

    @Test
    @DisplayName("A Node that somebody else made under the name is replaced: it stands for no machine")
    void madeByAnother() {
        assertThat(test.user().apply("""
                        {"apiVersion":"v1","kind":"Node","metadata":{"name":"n-other","labels":{"team":"red"}}}""")).startsWith("0 ");
        test.node("n-other");
        assertThat(test.view("n-other").providerId()).isEqualTo("sigillo://c1/n-other");
        assertThat(test.view("n-other").labels())
                .containsEntry("agentpool", "np")
                .doesNotContainKey("team");
        assertThat(test.view("n-other").taints()).contains(UNTRUSTED);
    }

    private static String add(String key, String value) {
        return "[{\"op\":\"add\",\"path\":\"/metadata/labels/" + key.replace("/", "~1") + "\",\"value\":\"" + value
                + "\"}]";
    }

    private static final String PROBE =
            "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"probe\",\"labels\":{\"a\":\"b\"}}}";

    private void withWebhook(String patch, Runnable attack) throws IOException {
        try (TestWebhook webhook = new TestWebhook(
                        test.namespace.host(),
                        "x",
                        object -> object.path("metadata")
                                        .path("name")
                                        .asString("")
                                        .startsWith("n-forged")
                                ? patch
                                : "");
                TestWebhook.Registered _ = webhook.registered(test.admin(), "", "nodes", webhook.byUrl(), PROBE)) {
            attack.run();
        }
    }

    @Test
    @DisplayName("A Node that a mutating webhook made trusted, or untainted, at its creation does not stay")
    void forgedAtCreate() throws IOException {
        withWebhook(
                add(TRUSTED, "true"),
                () -> assertThatThrownBy(() -> test.node("n-forged-1"))
                        .isInstanceOf(KubernetesException.class)
                        .hasMessageContaining(TRUSTED + " = true instead of (absent)")
                        .hasMessageContaining("the node was deleted"));
        withWebhook(
                "[{\"op\":\"remove\",\"path\":\"/spec/taints\"}]",
                () -> assertThatThrownBy(() -> test.node("n-forged-2"))
                        .hasMessageContaining("sigillo.dev/untrusted")
                        .hasMessageContaining("the node was deleted"));
        withWebhook(
                add("agentpool", "other"),
                () -> assertThatThrownBy(() -> test.node("n-forged-3"))
                        .hasMessageContaining("agentpool = other instead of np")
                        .hasMessageContaining("the node was deleted"));
        assertThat(test.user().says("get", "nodes", "-o", "name"))
                .doesNotContain("n-forged-1", "n-forged-2", "n-forged-3");
    }

    @Test
    @DisplayName(
            "Trust that a webhook adds to a later write of Sigillo deletes the Node; trust that it takes away does not")
    void forgedLater() throws IOException {
        String cordoned = test.node("n-forged-4");
        String granted = test.node("n-forged-5");
        String stripped = test.node("n-forged-6");
        withWebhook(add(TRUSTED, "true"), () -> {
            assertThatThrownBy(() -> test.cluster().cordon(cordoned)).hasMessageContaining("the node was deleted");
            assertThatThrownBy(() -> test.cluster().setTrust(granted, Map.of(), List.of(UNTRUSTED)))
                    .hasMessageContaining("the node was deleted");
        });
        withWebhook(
                "[{\"op\":\"remove\",\"path\":\"/metadata/labels/agentpool\"}]",
                () -> assertThatThrownBy(() ->
                                test.cluster().setTrust(stripped, Map.of(TRUSTED, Optional.of("true")), List.of()))
                        .hasMessageContaining("agentpool = (absent) instead of np"));
        assertThat(test.user().says("get", "nodes", "-o", "name"))
                .doesNotContain(cordoned, granted)
                .contains(stripped);
    }
}
