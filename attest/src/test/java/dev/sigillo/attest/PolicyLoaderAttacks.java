package dev.sigillo.attest;

import static dev.sigillo.attest.PolicyAttack.broken;
import static dev.sigillo.attest.PolicyAttack.held;
import static dev.sigillo.attest.PolicyAttack.undecided;

import dev.sigillo.bytes.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** GRUB's commands and the kernel's command line: what can be changed about {@link PolicyMachine}, and what must be found. */
final class PolicyLoaderAttacks {

    private static final String LINUX = Components.GRUB_COMMAND + "linux " + HonestBoot.COMMAND_LINE;

    private PolicyLoaderAttacks() {}

    static Stream<PolicyAttack> loaders() {
        String where = "(PCR 8 or 12; ";
        return Stream.of(
                broken(
                        "another line than the only one allowed",
                        Check.COMMAND_LINE,
                        "expected a\" or \"b, was /vmlinuz root= & " + where,
                        m -> rule(m, List.of("a", "b"), List.of(), List.of())),
                held("the only line allowed", m -> rule(m, List.of(HonestBoot.COMMAND_LINE), List.of(), List.of())),
                broken(
                        "a word that must be there",
                        Check.COMMAND_LINE,
                        "expected the word lockdown=*, was /vmlinuz",
                        m -> rule(m, List.of(), List.of("ro", "lockdown=*"), List.of())),
                broken(
                        "a word that must not be there",
                        Check.COMMAND_LINE,
                        "expected no word console=*, was console=ttyS0 in: /vmlinuz",
                        m -> rule(m, List.of(), List.of("ro"), List.of("init=*", "console=*"))),
                broken(
                        "a line that the expression does not match",
                        Check.COMMAND_LINE,
                        "expected a line that matches /boot.*, was /vmlinuz",
                        m -> m.commandLine = Optional.of(new CommandLineRule(
                                List.of(),
                                List.of(),
                                List.of(),
                                Optional.of(new BoundedRegex(Pattern.compile("/boot.*")))))),
                undecided(
                        "an expression that runs away",
                        Check.COMMAND_LINE,
                        "an answer within its bounds",
                        m -> m.commandLine = Optional.of(new CommandLineRule(
                                List.of(),
                                List.of(),
                                List.of(),
                                Optional.of(new BoundedRegex(Pattern.compile("(([a-z/ =0-9A-Z.]+)+)+#")))))),
                broken(
                                "a line that the machine was handed",
                                Check.COMMAND_LINE,
                                "expected no word init=*, was init=/bin/sh in: ",
                                m -> m.forger.boots(HonestBoot.COMMAND_LINE + " init=/bin/sh"))
                        .and(Check.GRUB_COMMANDS, Check.BOOT_FILES),
                broken(
                                "a forbidden line, with a good one behind",
                                Check.COMMAND_LINE,
                                "init=/bin/sh",
                                m -> m.add(
                                        Components.KERNEL_COMMAND_LINE,
                                        HonestBoot.commandLine("/vmlinuz root=x ro init=/bin/sh")))
                        .and(Check.GRUB_COMMANDS),
                undecided(
                                "no line measured",
                                Check.COMMAND_LINE,
                                "a measured kernel command line: ",
                                m -> m.forger.events.removeIf(event -> event.pcr() == 8))
                        .and(Check.GRUB_COMMANDS),
                undecided(
                                "a command that its digest does not bear out",
                                Check.GRUB_COMMANDS,
                                "GRUB's commands as measured: incomplete: event ",
                                m -> m.replace(LINUX, HonestBoot.command("x").withPayload(Bytes.utf8("grub_cmd: y\0"))))
                        .and(Check.COMMAND_LINE),
                broken(
                        "a command that is not listed",
                        Check.GRUB_COMMANDS,
                        "expected only commands that the policy lists, was insmod x (PCR 8; ",
                        m -> m.add(LINUX, HonestBoot.command("insmod x"))),
                broken(
                        "a forbidden command among those allowed",
                        Check.GRUB_COMMANDS,
                        "expected no command *timeout*, was set timeout=0",
                        m -> m.grubForbidden = Optional.of(List.of(new WordPattern("*timeout*")))),
                broken(
                        "a forbidden command where all others are allowed",
                        Check.GRUB_COMMANDS,
                        "expected no command search*",
                        m -> {
                            m.grubAllowed = Optional.empty();
                            m.grubForbidden = Optional.of(List.of(new WordPattern("search*")));
                        }),
                held("any command where the policy lists none", m -> {
                    m.grubAllowed = Optional.empty();
                    m.add(LINUX, HonestBoot.command("insmod x"));
                }),
                held("commands that nobody asks of", m -> {
                    m.grubAllowed = Optional.empty();
                    m.grubForbidden = Optional.empty();
                    m.add(LINUX, HonestBoot.command("insmod x"));
                }));
    }

    private static void rule(PolicyMachine m, List<String> exact, List<String> required, List<String> forbidden) {
        m.commandLine = Optional.of(new CommandLineRule(
                exact,
                required.stream().map(WordPattern::new).toList(),
                forbidden.stream().map(WordPattern::new).toList(),
                Optional.empty()));
    }
}
