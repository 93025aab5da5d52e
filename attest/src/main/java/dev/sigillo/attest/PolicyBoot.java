package dev.sigillo.attest;

import java.util.List;
import java.util.Optional;

/** What a policy asks of a boot, by the facts that the log shows and the quote bears out: rules 24 and 27 to 33. */
final class PolicyBoot {

    private final BootFacts facts;
    private final Policy policy;

    private PolicyBoot(BootFacts facts, Policy policy) {
        this.facts = facts;
        this.policy = policy;
    }

    static void judge(BootFacts facts, Policy policy, Answers answers) {
        PolicyKeys.judge(facts, policy, answers);
        PolicyImages.judge(facts, policy, answers);
        PolicyBoot boot = new PolicyBoot(facts, policy);
        policy.commandLine().ifPresent(rule -> answers.add(boot.commandLine(rule)));
        answers.add(boot.grub());
        answers.add(boot.exitBootServices());
    }

    private Finding commandLine(CommandLineRule rule) {
        Optional<List<String>> lines = facts.whole().commandLines();
        if (lines.isEmpty()) {
            String field = facts.reason("kernelCommandLine").isPresent() ? "kernelCommandLine" : "grubCommands";
            return facts.undecided(Check.COMMAND_LINE, field, "a measured kernel command line");
        }
        return lines.get().stream()
                .map(rule::judge)
                .filter(finding -> !(finding instanceof Finding.Held))
                .findFirst()
                .orElse(Finding.held(Check.COMMAND_LINE));
    }

    private Finding grub() {
        if (facts.reason("grubCommands").isPresent()) {
            return facts.undecided(Check.GRUB_COMMANDS, "grubCommands", "GRUB's commands as measured");
        }
        for (String command : facts.whole().commands()) {
            Optional<WordPattern> forbidden = policy.grubForbidden().orElse(List.of()).stream()
                    .filter(pattern -> pattern.matches(command))
                    .findFirst();
            boolean allowed = policy.grubAllowed().isEmpty()
                    || policy.grubAllowed().get().stream().anyMatch(pattern -> pattern.matches(command));
            if (forbidden.isPresent() || !allowed) {
                return Finding.broken(
                        Check.GRUB_COMMANDS,
                        forbidden.map(pattern -> "no command " + pattern).orElse("only commands that the policy lists"),
                        Printable.text(command),
                        "PCR 8");
            }
        }
        return Finding.held(Check.GRUB_COMMANDS);
    }

    private Finding exitBootServices() {
        if (facts.exitBootServices().isEmpty()) {
            return facts.undecided(Check.EXIT_BOOT_SERVICES, "exitBootServices", "a log that replays PCR 5");
        }
        return facts.exitBootServices().get()
                ? Finding.held(Check.EXIT_BOOT_SERVICES)
                : Finding.broken(
                        Check.EXIT_BOOT_SERVICES,
                        "Exit Boot Services Invocation and Returned with Success",
                        facts.reason("exitBootServices").orElse("a log that ends before"),
                        "PCR 5");
    }
}
