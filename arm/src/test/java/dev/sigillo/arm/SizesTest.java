package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SizesTest {
    private static final String ONE = """
            default: A
            sizes:
              - {name: A, family: f, cores: 1, memoryGiB: 1, resourceDiskGiB: 0, maxDataDisks: 1, azure: {HyperVGenerations: V2}}
            """;

    private static Sizes read(String yaml) {
        return Sizes.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    @DisplayName("seven machines of the default size fit 24 GiB")
    void sevenFit() {
        Size.Here here = Sizes.shipped().byDefault().here().orElseThrow();
        assertThat(7 * here.memoryMiB()).isLessThan(24 * 1024);
    }

    @Test
    @DisplayName("the default size can do Trusted Launch, and names are found in any case")
    void defaultSize() {
        Size size = Sizes.shipped().find("standard_d2S_V5").orElseThrow();
        assertThat(size).isEqualTo(Sizes.shipped().byDefault());
        assertThat(size.isGeneration1Only() || size.isArm64() || size.isTrustedLaunchDisabled())
                .isFalse();
    }

    @Test
    @DisplayName("a catalogue with an unknown key, a twin or a default that is not there does not start")
    void strict() {
        assertThat(read(ONE).all()).hasSize(1);
        assertThatThrownBy(() -> read(ONE.replace("cores", "kores"))).hasMessageContaining("kores");
        assertThatThrownBy(() -> read(ONE.replace("default: A", "default: B"))).hasMessageContaining("default B");
        String entry = ONE.substring(ONE.indexOf("  - "));
        assertThatThrownBy(() -> read(ONE + entry)).hasMessageContaining("twice");
    }
}
