package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Check;
import dev.sigillo.attest.LearnedBoot;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.attest.PolicyQuestion;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.evidence.EvidenceFormats;
import dev.sigillo.evidence.PolicyFile;
import dev.sigillo.evidence.PolicyWords;
import dev.sigillo.evidence.PolicyWriter;
import dev.sigillo.evidence.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo policy}: what is asked of a machine. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Learn, check and explain policies: what evidence is judged by.",
        footer = {
            "",
            "Examples:",
            "  sigillo policy learn evidence.json --out golden.yaml",
            "  sigillo policy check golden.yaml",
            "  sigillo policy explain debian"
        })
final class PolicyCommand {
    private final Context context;

    PolicyCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "learn",
            mixinStandardHelpOptions = true,
            description = {
                "Write a policy of golden values from one good boot: its evidence, or its event log alone.",
                "Each line says what it is; read and change it before you trust it."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:learned", "2:there is nothing to learn from: no log, or a quote that does not hold"},
            footer = {
                "",
                "Examples:",
                "  sigillo policy learn evidence.json --out golden.yaml",
                "  sigillo policy learn /sys/kernel/security/tpm0/binary_bios_measurements"
            })
    int learn(
            @Parameters(paramLabel = "EVIDENCE|LOG", description = "evidence of a good boot") Path file,
            @Option(names = "--out", paramLabel = "FILE", description = "where to; by default to standard output")
                    Optional<Path> out,
            @Option(names = "--name", paramLabel = "NAME", description = "the policy's name; by default learned")
                    Optional<String> name,
            @Mixin EvidenceCommand.Beside beside) {
        String text = EvidenceFile.read(file, EvidenceFormats.MAX_SIZE, bytes -> {
            MachineEvidence evidence = beside.complete(EvidenceFormats.read(bytes));
            PolicyQuestion question = beside.question(evidence);
            return PolicyWriter.write(name.orElse("learned"), LearnedBoot.of(evidence, question), evidence);
        });
        if (out.isEmpty()) {
            context.console().out().print(text);
            return ExitCode.DONE;
        }
        OutputFile.write(out.get(), Bytes.utf8(text));
        return ExitCode.DONE;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Read a policy and list every problem at once.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:no problem", "1:problems, each with its line", "2:there is no such file"},
            footer = {"", "Example:", "  sigillo policy check golden.yaml"})
    int check(
            @Parameters(paramLabel = "FILE", description = "the policy; a profile's name will do") String file,
            @Mixin Output output) {
        Table table = new Table("LINE", "PROBLEM");
        ObjectNode json = Json.newObject();
        List<String> names = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        try {
            PolicyFile policy = PolicySource.read(file);
            json.put("valid", true)
                    .put("policy", policy.policy().name())
                    .put("policySha256", policy.hash().hex());
            table.row(
                    "",
                    "none: " + Fields.safe(policy.policy().name()) + " asks "
                            + policy.policy().checks(false, false).size() + " checks");
        } catch (PolicyFile.Refused refused) {
            problems.addAll(refused.problems());
            json.put("valid", false);
        }
        ArrayNode array = json.putArray("problems");
        for (Problem problem : problems) {
            array.addObject().put("line", problem.line()).put("problem", problem.text());
            table.row(Integer.toString(problem.line()), Fields.safe(problem.text()));
            names.add(Integer.toString(problem.line()));
        }
        context.show(output.format, table, json, names);
        return problems.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    @Command(
            name = "explain",
            mixinStandardHelpOptions = true,
            description = "Say in words what a policy asks: each check, and which attack it stops.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:explained", "2:there is no such policy, or it has problems"},
            footer = {
                "",
                "Examples:",
                "  sigillo policy explain debian",
                "  sigillo policy explain golden.yaml --output json"
            })
    int explain(
            @Parameters(paramLabel = "NAME|FILE", description = "profile or policy file") String name,
            @Mixin Output output) {
        PolicyFile policy = PolicySource.load(name);
        Table table = new Table("CHECK", "ASKS", "STOPS");
        ObjectNode json = Json.newObject()
                .put("policy", policy.policy().name())
                .put("description", policy.description())
                .put("policySha256", policy.hash().hex());
        ArrayNode array = json.putArray("checks");
        List<String> names = new ArrayList<>();
        for (Check check : policy.policy().checks(false, false)) {
            PolicyWords words = PolicyWords.of(check).orElse(new PolicyWords(check.component(), ""));
            array.addObject()
                    .put("check", check.id())
                    .put("rule", check.rule())
                    .put("asks", words.asks())
                    .put("stops", words.stops());
            table.row(check.id(), words.asks(), words.stops());
            names.add(check.id());
        }
        if (context.isTable(output.format)) {
            context.console().out().println(Fields.safe(policy.policy().name() + ": " + policy.description()));
        }
        context.show(output.format, table, json, names);
        return ExitCode.DONE;
    }
}
