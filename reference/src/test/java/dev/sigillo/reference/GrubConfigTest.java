package dev.sigillo.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GrubConfigTest {

    private static final String PLAIN = "linux /vmlinuz ro quiet\ninitrd /initrd.img\nboot\n";

    @Test
    @DisplayName("the kernel command line is the linux command without its name, path first, as PCR 8 has it")
    void kernelCommandLine() throws MalformedException {
        GrubConfig config = GrubConfig.parse(Bytes.utf8(PLAIN));
        assertThat(config.kernelCommandLine()).isEqualTo("/vmlinuz ro quiet");
        assertThat(config.kernelPath()).isEqualTo("/vmlinuz");
        assertThat(config.commands()).containsExactly("linux /vmlinuz ro quiet", "initrd /initrd.img", "boot");
    }

    @ParameterizedTest
    @ValueSource(strings = {"set x=$y", "echo 'a'", "if true; then", "  boot", "linux  /vmlinuz", "boot # now"})
    @DisplayName("a line whose measured text is not its own text is refused")
    void cannotBePredicted(String line) {
        assertThatThrownBy(() -> GrubConfig.parse(Bytes.utf8(PLAIN + line + "\n")))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("grub.cfg");
    }

    @Test
    @DisplayName("a configuration that boots no kernel, or two, is refused")
    void oneKernel() {
        assertThatThrownBy(() -> GrubConfig.parse(Bytes.utf8("boot\n"))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> GrubConfig.parse(Bytes.utf8(PLAIN + PLAIN))).isInstanceOf(MalformedException.class);
    }
}
