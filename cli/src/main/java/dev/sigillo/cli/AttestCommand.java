package dev.sigillo.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sigillo attest}: what a node proved. */
@Command(
        name = "attest",
        mixinStandardHelpOptions = true,
        description = "Show what a node proved about its boot.",
        footer = {
            "",
            "Examples:",
            "  sigillo attest show aks-nodepool1-54400777-vmss000000",
            "  sigillo attest show aks-nodepool1-54400777-vmss000000 --output json | jq '.findings[] | select(.outcome != \"held\")'"
        })
final class AttestCommand {
    private final Context context;

    AttestCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show the latest verdict on a node: every finding, failures first.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:shown",
                "3:no such node, or no verdict yet",
                "5:with --require-passing, the verdict does not pass, or the machine is no node"
            },
            footer = {
                "",
                "Examples:",
                "  sigillo attest show aks-nodepool1-54400777-vmss000000 -g demo -c demo",
                "  sigillo attest show aks-nodepool1-54400777-vmss000000 --require-passing > /dev/null && echo trusted"
            })
    int show(
            @Parameters(paramLabel = "NODE", description = "node name or machine id") String name,
            @Mixin Targets.Narrowing narrowing,
            @Mixin Output output,
            @Option(
                            names = "--require-passing",
                            description = "exit with 5 unless the verdict passes and the machine is a node")
                    boolean requirePassing) {
        Node node = new Selection(context.api()).node(narrowing.group, narrowing.cluster, name);
        Findings findings = new Findings(node.verdict());
        if (!findings.exist()) {
            throw Failure.notFound(
                    "There is no verdict on " + node.name() + (node.vtpm() ? " yet." : ": its pool has no vTPM."),
                    node.vtpm()
                            ? "sigillo console " + node.name() + " shows how far its boot is."
                            : "Attestation needs a pool made with --enable-vtpm.");
        }
        Table table = new Table("OUTCOME", "CHECK", "COMPONENT", "WHY");
        List<JsonNode> failures = findings.all().stream()
                .filter(finding -> !Findings.held(finding))
                .toList();
        List<JsonNode> held = findings.all().stream().filter(Findings::held).toList();
        for (JsonNode finding : failures) {
            table.row(
                    context.console().red(Findings.outcome(finding)),
                    Fields.text(finding, "check"),
                    Fields.text(finding, "component"),
                    Findings.reason(finding));
        }
        for (JsonNode finding : held) {
            table.row(
                    context.console().green(Findings.outcome(finding)),
                    Fields.text(finding, "check"),
                    Fields.text(finding, "component"),
                    "");
        }
        if (output.format.orElse(context.console().outIsTerminal() ? Format.TABLE : Format.JSON) == Format.TABLE) {
            context.console().out().println(title(node, findings, failures));
        }
        context.show(
                output.format,
                table,
                node.verdict(),
                failures.stream()
                        .map(finding -> Fields.text(finding, "component"))
                        .toList());
        // A verdict outlives its machine for a while: after a reboot of the host, for instance.
        boolean trusted = findings.passing() && node.admitted();
        return requirePassing && !trusted ? ExitCode.NOT_TRUSTED : ExitCode.DONE;
    }

    private String title(Node node, Findings findings, List<JsonNode> failures) {
        String verdict = findings.passing()
                ? context.console().green("passing")
                : context.console()
                        .red("failing: "
                                + Fields.text(
                                        failures.isEmpty() ? findings.verdict() : failures.getFirst(), "component"));
        return node.name() + ": " + verdict + ", " + findings.all().size() + " findings, judged " + findings.at();
    }
}
