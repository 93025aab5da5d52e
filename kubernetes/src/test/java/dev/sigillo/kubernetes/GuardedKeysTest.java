package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GuardedKeysTest {

    private static GuardedKeys keys(Map<String, String> labels, String... taints) {
        NodeBuilder node = new NodeBuilder()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .endSpec();
        for (String taint : taints) {
            node.editSpec().addNewTaint("NoExecute", taint, null, null).endSpec();
        }
        return GuardedKeys.of(node.build());
    }

    @Test
    @DisplayName("Guarded are trust labels, identity labels and what is under sigillo.dev/, and nothing else")
    void guarded() {
        GuardedKeys keys = keys(
                Map.of("agentpool", "np", "team", "red", "sigillo.dev/x", "y", "kubernetes.azure.com/role", "agent"),
                "sigillo.dev/untrusted",
                "dedicated");
        assertThat(keys.labels()).containsOnlyKeys("agentpool", "sigillo.dev/x");
        assertThat(keys.taints()).containsExactly("sigillo.dev/untrusted=:NoExecute");
        assertThat(keys(Map.of()).differences(keys(Map.of("team", "red"), "dedicated")))
                .isEmpty();
    }

    @Test
    @DisplayName("A Node claims more by a label too many or another one, or by a taint too few")
    void claims() {
        GuardedKeys sent = keys(Map.of("agentpool", "np"), "sigillo.dev/untrusted");
        GuardedKeys trusted =
                keys(Map.of("agentpool", "np", GuardedKeys.TRUSTED_LAUNCH, "true"), "sigillo.dev/untrusted");
        GuardedKeys moved = keys(Map.of("agentpool", "other"), "sigillo.dev/untrusted");
        GuardedKeys untainted = keys(Map.of("agentpool", "np"));
        for (GuardedKeys more : new GuardedKeys[] {trusted, moved, untainted}) {
            assertThat(sent.differences(more)).hasSize(1);
            assertThat(sent.claimsNoMore(more)).isFalse();
        }
        GuardedKeys stripped = keys(Map.of(), "sigillo.dev/untrusted", "sigillo.dev/more");
        assertThat(sent.differences(stripped)).hasSize(2);
        assertThat(sent.claimsNoMore(stripped)).isTrue();
        assertThat(sent.differences(sent)).isEmpty();
    }
}
