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

    @Test
    @DisplayName("commands that open no file and hand nothing to the kernel are measured as they stand")
    void idle() throws MalformedException {
        GrubConfig config =
                GrubConfig.parse(Bytes.utf8("set timeout=0\nset root=hd0,gpt1\n\necho two words\n" + PLAIN));
        assertThat(config.commands())
                .startsWith("set timeout=0", "set root=hd0,gpt1", "echo two words", "linux /vmlinuz ro quiet")
                .hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set x=$y",
                "echo 'a'",
                "if true; then",
                "  echo",
                "linux  /vmlinuz",
                "echo # now",
                "echo\thi",
                "echo a\recho b",
                "echo a\0b",
                "echo \u00e9",
                "echo /*",
                "echo vmlinu?",
                "echo [a",
                "echo ~",
                "! echo"
            })
    @DisplayName("a line whose measured text is not its own text is refused")
    void cannotBePredicted(String line) {
        assertThatThrownBy(() -> GrubConfig.parse(Bytes.utf8(line + "\n" + PLAIN)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("grub.cfg")
                .hasMessageContaining("only plain words");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "if true",
                "then",
                "fi",
                "configfile /grub.cfg",
                "source /grub.cfg",
                "insmod ext2",
                "set prefix=/boot/grub",
                "set check_signatures=enforce",
                "search --file /vmlinuz",
                "timeout=9",
                "linux vmlinuz",
                "initrd /ucode.img /initrd.img",
                "linux16 /vmlinuz",
                "boot now"
            })
    @DisplayName(
            "a command that is not known to measure its own text alone is refused by name: it may open files or decide")
    void unknownCommand(String line) {
        assertThatThrownBy(() -> GrubConfig.parse(Bytes.utf8(line + "\n" + PLAIN)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("\"" + line + "\": what it measures is not known");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "boot\n",
                PLAIN + PLAIN,
                "linux /vmlinuz-* ro\nboot\n",
                "linux /vmlinuz ro\nboot\n",
                "linux /vmlinuz ro\ninitrd /initrd.img\n",
                "initrd /initrd.img\nlinux /vmlinuz ro\nboot\n",
                "initrd /initrd.img\n" + PLAIN,
                "boot\n" + PLAIN,
                PLAIN + "set timeout=9\n"
            })
    @DisplayName(
            "a configuration that is not one kernel, then one initrd of one file, and the boot at the end is refused")
    void oneBoot(String text) {
        assertThatThrownBy(() -> GrubConfig.parse(Bytes.utf8(text))).isInstanceOf(MalformedException.class);
    }
}
