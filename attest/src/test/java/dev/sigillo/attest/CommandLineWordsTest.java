package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A rule for words of the kernel's command line, against words that are written otherwise")
class CommandLineWordsTest {

    private static CommandLineRule rule(List<String> required, List<String> forbidden) {
        return new CommandLineRule(
                List.of(),
                required.stream().map(WordPattern::new).toList(),
                forbidden.stream().map(WordPattern::new).toList(),
                Optional.empty());
    }

    @ParameterizedTest
    @DisplayName("a forbidden word is found however it is quoted, and whatever stands for a dash")
    @ValueSource(
            strings = {
                "ro init=/bin/sh",
                "ro \"init=/bin/sh\"",
                "ro init=\"/bin/sh\"",
                "ro \"init=/bin/sh",
                "ro module.sig-enforce=0",
                "ro \"module.sig_enforce\"=0",
                "ro systemd.debug_shell",
                "ro systemd.debug-shell=\"ttyS1\"",
                "ro systemd.unit='rescue.target'",
                "ro sys\"temd.u\"nit=rescue.target",
                "ro x=\"a init=/bin/sh b\"",
                "ro x\u00e0init=/bin/sh",
                "ro -- init=/bin/sh",
                "ro\tinit=/bin/sh"
            })
    void forbidden(String line) {
        CommandLineRule rule = rule(
                List.of(), List.of("init=/bin/sh", "module.sig_enforce=0", "systemd.debug-shell*", "systemd.unit=*"));
        assertThat(rule.judge(line)).as(line).isInstanceOf(Finding.Broken.class);
    }

    @ParameterizedTest
    @DisplayName("what only looks like it is none")
    @ValueSource(strings = {"ro rdinit2=/bin/sh", "ro x.init=/bin/sh", "ro init=/sbin/init", "ro noinit=/bin/sh", ""})
    void others(String line) {
        assertThat(rule(List.of(), List.of("init=/bin/sh")).judge(line))
                .as(line)
                .isInstanceOf(Finding.Held.class);
    }

    @ParameterizedTest
    @DisplayName("a word that must be there is there as the kernel reads it")
    @ValueSource(
            strings = {
                "ro lockdown=integrity",
                "lockdown=integrity -- x",
                "\"lockdown=integrity\" ro",
                "lockdown=\"integrity\" ro",
                "ro \"lockdown=integrity"
            })
    void required(String line) {
        assertThat(rule(List.of("lockdown=integrity"), List.of()).judge(line))
                .as(line)
                .isInstanceOf(Finding.Held.class);
    }

    @ParameterizedTest
    @DisplayName("and not where the kernel reads another word, or leaves it to init")
    @ValueSource(
            strings = {
                "ro x=\"a lockdown=integrity b\"",
                "ro \"x lockdown=integrity\"",
                "ro -- lockdown=integrity",
                "ro lockdown=integrity2",
                "ro 'lockdown=integrity'",
                ""
            })
    void requiredElsewhere(String line) {
        assertThat(rule(List.of("lockdown=integrity"), List.of()).judge(line))
                .as(line)
                .isInstanceOf(Finding.Broken.class);
    }
}
