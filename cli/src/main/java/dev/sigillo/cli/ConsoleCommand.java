package dev.sigillo.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sigillo console}: the end of a machine's serial console. */
@Command(
        name = "console",
        mixinStandardHelpOptions = true,
        description = "Show the end of a node's serial console: firmware, shim, kernel, agent.",
        footer = {"", "Example:", "  sigillo console aks-nodepool1-54400777-vmss000000"})
final class ConsoleCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "NODE", description = "node name or machine id")
    private String name = "";

    @Mixin
    private final Targets.Narrowing narrowing = new Targets.Narrowing();

    ConsoleCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Node node = new Selection(context.api()).node(narrowing.group, narrowing.cluster, name);
        JsonNode reply =
                context.api().post(Segments.ofId(node.id()) + "/getConsole").body();
        String text = reply.path("console")
                .asString(reply.path("properties").path("console").asString(""));
        context.console().out().print(Fields.safeLines(text));
        if (!text.endsWith("\n")) {
            context.console().out().println();
        }
        return ExitCode.DONE;
    }
}
