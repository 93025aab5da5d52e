package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;

/** {@code sigillo nodes}: every machine, also those that were refused and so are not in {@code kubectl get nodes}. */
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        description = "List the nodes with their verdicts, also machines that were not let in.",
        footer = {"", "Examples:", "  sigillo nodes", "  sigillo nodes -g demo -c demo --output json"})
final class NodesCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private final Targets.Narrowing narrowing = new Targets.Narrowing();

    @Mixin
    private final Output output = new Output();

    NodesCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Selection selection = new Selection(context.api());
        List<Node> nodes = selection.nodes(selection.clusters(narrowing.group, narrowing.cluster));
        Table table = new Table(
                "NODE",
                "CLUSTER",
                "POOL",
                "PHASE",
                "VERDICT",
                "SECURE BOOT",
                "VTPM",
                "ADDRESS",
                "NODE IMAGE",
                "REASON");
        ArrayNode json = Json.MAPPER.createArrayNode();
        for (Node node : nodes) {
            table.row(
                    node.name(),
                    node.cluster(),
                    node.pool(),
                    phase(node),
                    verdict(node),
                    node.secureBoot() ? "on" : "off",
                    node.vtpm() ? "on" : "off",
                    node.address(),
                    node.image(),
                    node.failure());
            json.add(node.machine());
        }
        context.show(output.format, table, json, nodes.stream().map(Node::name).toList());
        return ExitCode.DONE;
    }

    private String phase(Node node) {
        return switch (node.phase().toUpperCase(java.util.Locale.ROOT)) {
            case "READY" -> context.console().green("Ready");
            case "QUARANTINED" -> context.console().red("Quarantined");
            case "FAILED" -> context.console().red("Failed");
            case "LOST" -> context.console().red("Lost");
            case "LEAVING" -> "Leaving";
            case "BOOKED" -> "Booked";
            case "STARTED" -> "Started";
            case "ADMITTED" -> "Admitted";
            default -> node.phase();
        };
    }

    /** A node without a vTPM has nothing to be judged by. */
    private String verdict(Node node) {
        Findings findings = new Findings(node.verdict());
        if (!findings.exist()) {
            return node.vtpm() ? "none yet" : "no vTPM";
        }
        if (!findings.passing()) {
            return context.console().red("failing");
        }
        return node.ranOut()
                ? context.console().red("ran out")
                : context.console().green("passing");
    }
}
