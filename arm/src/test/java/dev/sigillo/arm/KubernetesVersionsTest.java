package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Versions of Kubernetes")
class KubernetesVersionsTest {
    private final KubernetesVersions versions =
            new KubernetesVersions(List.of("1.9.2", "1.8.1", "1.10.1", "1.9.10", "1.11.0"));
    private final UpgradeRules rules = new UpgradeRules(() -> versions);

    @Test
    @DisplayName("are ordered by number, the default first; a minor stands for its newest patch")
    void order() {
        assertThat(versions.supported()).containsExactly("1.9.2", "1.11.0", "1.10.1", "1.9.10", "1.8.1");
        assertThat(versions.resolve("")).contains("1.9.2");
        assertThat(versions.resolve("1.9")).contains("1.9.10");
        assertThat(versions.resolve("1.9.2")).contains("1.9.2");
        assertThat(versions.resolve("1.9.3")).isEmpty();
        assertThat(versions.resolve("1")).isEmpty();
        assertThatThrownBy(() -> new KubernetesVersions(List.of("1.9"))).hasMessageContaining("no full version");
    }

    @Test
    @DisplayName("lead to newer patches and to the next minor, also from one that is not to be had any more")
    void upgrades() {
        assertThat(versions.upgradesOf("1.9.2")).containsExactly("1.9.10", "1.10.1");
        assertThat(versions.upgradesOf("1.8.0")).containsExactly("1.8.1", "1.9.2", "1.9.10");
        assertThat(versions.upgradesOf("1.11.0")).isEmpty();
        assertThat(versions.upgradesOf("1.9.2", "1.9.10")).containsExactly("1.9.10");
    }

    @Test
    @DisplayName("of a node are no newer than its control plane, and at most three minors older")
    void nodes() {
        assertThat(versions.ofNodes("1.10.1")).containsExactly("1.9.2", "1.10.1", "1.9.10", "1.8.1");
        assertThat(versions.ofNodes("1.11.0")).containsExactly("1.9.2", "1.11.0", "1.10.1", "1.9.10", "1.8.1");
        assertThat(versions.ofNodes("1.12.0")).containsExactly("1.9.2", "1.11.0", "1.10.1", "1.9.10");
    }

    @ParameterizedTest
    @CsvSource({
        "1.9.2,  '',     1.9.2",
        "1.9.2,  1.9,    1.9.2",
        "1.9.2,  1.9.2,  1.9.2",
        "1.9.2,  1.9.10, 1.9.10",
        "1.9.10, 1.10,   1.10.1",
        "1.7.9,  1.7.9,  1.7.9"
    })
    @DisplayName("are gone to as asked; a minor that it is of already, or the same version, keeps it as it is")
    void allowed(String now, String asked, String then) {
        assertThat(rules.next("pool np", now, asked, ArmError.K8S_VERSION_NOT_SUPPORTED, "t"))
                .isEqualTo(then);
    }

    @ParameterizedTest
    @CsvSource({
        "1.9.2,  1.11.0, OperationNotAllowed,    minor versions cannot be skipped. Available upgrades: [1.9.10 1.10.1]",
        "1.9.10, 1.9.2,  OperationNotAllowed,    Downgrading the Kubernetes version of pool np from 1.9.10 to 1.9.2",
        "1.10.1, 1.9,    OperationNotAllowed,    Downgrading",
        "1.9.2,  1.9.3,  K8sVersionNotSupported, 'here: 1.9.2, 1.11.0, 1.10.1, 1.9.10, 1.8.1'",
        "1.9.2,  latest, K8sVersionNotSupported, latest"
    })
    @DisplayName("are refused backwards, past a minor and where they are not to be had, with what there is")
    void refused(String now, String asked, String code, String words) {
        assertThatThrownBy(() -> rules.next("pool np", now, asked, ArmError.K8S_VERSION_NOT_SUPPORTED, "t"))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.body().code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource({
        "1.10.1, 1.10.1, true",
        "1.10.1, 1.7.0,  true",
        "1.10.1, 1.6.9,  false",
        "1.10.1, 1.10.2, false",
        "1.10.1, 1.11.0, false"
    })
    @DisplayName("of a pool are at most three minors behind its control plane and never ahead")
    void skew(String controlPlane, String pool, boolean fits) {
        Map<String, String> pools = Map.of("np", pool);
        if (fits) {
            UpgradeRules.requireCompatible(controlPlane, pools);
        } else {
            assertThatThrownBy(() -> UpgradeRules.requireCompatible(controlPlane, pools))
                    .isInstanceOfSatisfying(
                            ArmException.class,
                            e -> assertThat(e.body().code()).isEqualTo("NodePoolMcVersionIncompatible"))
                    .hasMessageContaining("np");
        }
    }
}
