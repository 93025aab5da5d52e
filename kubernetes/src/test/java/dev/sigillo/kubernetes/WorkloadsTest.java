package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.kubernetes.PodView.Hold;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What runs where")
class WorkloadsTest {

    private static PodView pod(String meta, String spec, String status, PodDisruptionBudget... budgets) {
        Pod pod = Serialization.unmarshal("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"p","uid":"u",
                 "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"a"} %s},
                 "spec":{%s},"status":{%s}}""".formatted(meta, spec, status), Pod.class);
        return Workloads.pod(pod, List.of(budgets));
    }

    private static PodDisruptionBudget budget(String selector, int allowed) {
        return Serialization.unmarshal("""
                {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"namespace":"default","name":"b"},
                 "spec":{"selector":%s},"status":{"disruptionsAllowed":%d}}""".formatted(selector, allowed), PodDisruptionBudget.class);
    }

    private static final String OWNED =
            ",\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":\"r\",\"uid\":\"x\",\"controller\":true}]";
    private static final String WAITS =
            "\"phase\":\"Pending\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\",\"reason\":\"Unschedulable\"}]";

    @Test
    @DisplayName("a pod waits when the scheduler has found no node for it, and at no other time")
    void waits() {
        assertThat(pod("", "", WAITS).waiting()).isTrue();
        assertThat(pod("", "\"nodeName\":\"n\"", WAITS).waiting()).isFalse();
        assertThat(pod(",\"deletionTimestamp\":\"2026-01-01T00:00:01Z\"", "", WAITS)
                        .waiting())
                .isFalse();
        assertThat(pod("", "", WAITS + ",\"nominatedNodeName\":\"n\"").waiting())
                .isFalse();
        assertThat(pod("", "", "\"phase\":\"Pending\"").waiting()).isFalse();
        assertThat(pod("", "", WAITS.replace("Unschedulable", "SchedulingGated"))
                        .waiting())
                .isFalse();
    }

    @Test
    @DisplayName(
            "a pod requests what its containers do together, its init containers at most, sidecars and overhead besides")
    void requests() {
        PodView pod = pod("", """
                "containers":[{"name":"a","resources":{"requests":{"cpu":"100m","memory":"1Gi"}}},
                              {"name":"b","resources":{"requests":{"cpu":"0.2","example.com/gpu":"1"}}}],
                "initContainers":[{"name":"s","restartPolicy":"Always","resources":{"requests":{"cpu":"50m"}}},
                                  {"name":"i","resources":{"requests":{"cpu":"1","memory":"1Mi"}}}],
                "overhead":{"cpu":"5m"}""", "");
        assertThat(pod.requests().of("cpu")).isEqualByComparingTo("1.055");
        assertThat(pod.requests().of("memory")).isEqualByComparingTo(BigDecimal.valueOf(1L << 30));
        assertThat(pod.requests().of("example.com/gpu")).isEqualByComparingTo("1");
        assertThat(pod.requests().of("pods")).isEqualByComparingTo("1");
        assertThat(pod("", "\"resources\":{\"requests\":{\"cpu\":\"3\"}}", "")
                        .requests()
                        .of("cpu"))
                .isEqualByComparingTo("3");
    }

    @Test
    @DisplayName(
            "what holds a pod's node: no controller, a wish, a disk, kube-system, a budget; a wish may free all but the last")
    void holds() {
        assertThat(pod("", "", "").holds()).containsExactly(Hold.UNREPLICATED);
        assertThat(pod(OWNED, "", "").holds()).isEmpty();
        String annotated = ",\"annotations\":{\"cluster-autoscaler.kubernetes.io/safe-to-evict\":\"%s\"}";
        assertThat(pod(OWNED + annotated.formatted("false"), "", "").holds()).containsExactly(Hold.ASKED);
        assertThat(pod(annotated.formatted("true"), "", "").holds()).isEmpty();
        String disk = "\"volumes\":[{\"name\":\"v\",\"emptyDir\":{}}]";
        assertThat(pod(OWNED, disk, "").holds()).containsExactly(Hold.LOCAL_STORAGE);
        assertThat(pod(OWNED, disk.replace("{}", "{\"medium\":\"Memory\"}"), "").holds())
                .isEmpty();
        assertThat(pod(OWNED, disk.replace("emptyDir\":{}", "hostPath\":{\"path\":\"/\"}"), "")
                        .holds())
                .containsExactly(Hold.LOCAL_STORAGE);
        assertThat(pod(OWNED + ",\"namespace\":\"kube-system\"", "", "").holds())
                .containsExactly(Hold.SYSTEM);
        String all = "{\"matchLabels\":{\"app\":\"a\"}}";
        assertThat(pod(OWNED, "", "", budget(all, 1)).holds()).isEmpty();
        assertThat(pod(OWNED, "", "", budget("{}", 0)).holds()).containsExactly(Hold.BUDGET);
        assertThat(pod(OWNED, "", "", budget(all, 1), budget(all, 1)).holds()).containsExactly(Hold.BUDGET);
        assertThat(pod(OWNED, "", "", budget(all.replace("\"a\"", "\"z\""), 0)).holds())
                .isEmpty();
        assertThat(pod(annotated.formatted("true"), "", "", budget(all, 0)).holds())
                .containsExactly(Hold.BUDGET);
    }

    @ParameterizedTest
    @CsvSource({"DaemonSet", "Node"})
    @DisplayName("a pod of a DaemonSet and a static pod go with their node and hold nothing")
    void daemons(String kind) {
        PodView pod = pod(OWNED.replace("ReplicaSet", kind), "\"volumes\":[{\"name\":\"v\",\"emptyDir\":{}}]", "");
        assertThat(pod.daemon()).isTrue();
        assertThat(pod.holds()).isEmpty();
    }

    @Test
    @DisplayName("where a pod may be is what its selector, affinity and tolerations say")
    void placement() {
        PodView pod = pod("", """
                "nodeSelector":{"pool":"np"},"tolerations":[{"key":"k","operator":"Exists"}],
                "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
                  {"matchExpressions":[{"key":"cores","operator":"Gt","values":["3"]}]},
                  {"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]},{}]}}},
                "containers":[{"name":"a","ports":[{"containerPort":80,"hostPort":80}]}]""", "");
        assertThat(pod.hostPorts()).containsExactly("TCP/80");
        Map<String, String> pool = Map.of("pool", "np");
        Map<String, String> large = Map.of("pool", "np", "cores", "4");
        List<Taint> tainted = List.of(new Taint("k", "v", "NoSchedule"));
        assertThat(pod.placement().allows("n1", pool, tainted)).isTrue();
        assertThat(pod.placement().allows("n2", pool, List.of())).isFalse();
        assertThat(pod.placement().allows("n2", large, List.of())).isTrue();
        assertThat(pod.placement().allows("n1", Map.of("cores", "4"), List.of()))
                .isFalse();
        assertThat(pod.placement().allows("n1", pool, List.of(new Taint("x", "", "NoExecute"))))
                .isFalse();
        assertThat(pod.placement().allows("n1", pool, List.of(new Taint("x", "", "PreferNoSchedule"))))
                .isTrue();
    }

    @Test
    @DisplayName(
            "what a pod asks of other pods: its own namespace if none is named, and nothing of what is only preferred")
    void others() {
        PodView pod = pod("", """
                "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
                    {"topologyKey":"t","labelSelector":{"matchLabels":{"app":"a"}}}],
                  "preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{"topologyKey":"t"}}]},
                 "podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
                    {"topologyKey":"t","namespaceSelector":{}}]}},
                "topologySpreadConstraints":[
                  {"maxSkew":2,"topologyKey":"t","whenUnsatisfiable":"DoNotSchedule","labelSelector":{}},
                  {"maxSkew":1,"topologyKey":"t","whenUnsatisfiable":"ScheduleAnyway"}]""", "");
        assertThat(pod.apart()).hasSize(1).allMatch(term -> term.matches(pod));
        assertThat(pod.apart().getFirst().namespaces()).containsExactly("default");
        // A selector that is not there selects no pod.
        assertThat(pod.together()).hasSize(1).noneMatch(term -> term.matches(pod));
        assertThat(pod.spreads()).hasSize(1);
        assertThat(pod.spreads().getFirst().maxSkew()).isEqualTo(2);
    }
}
